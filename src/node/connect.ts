import { CloseCode } from '../codec/index.ts';
import { PROTOCOL_LIMITS } from '../protocol/index.ts';
import type { Connection } from './connection.ts';
import type { Dialed } from './dial.ts';
import { Dialing } from './dialing.ts';
import type { ConnectionHandlers } from './handlers.ts';
import { connectionOf } from './websocket-connection.ts';
import { resolveWebSocketOptions, type WebSocketOptions, type WebSocketSettings } from './websocket-options.ts';
import { parseWebSocketUrl } from './websocket-url.ts';

/** An attempt to connect. */
export interface Connecting {
  readonly connection: Promise<Connection>;
  /** Gives up; without effect once there is a connection. */
  abort(reason: Error): void;
}

/**
 * Opens a connection as a client and gives the same object that a server has: `send` with its answers, `receive`,
 * `for await`, {@link toDuplex}. Rejects with why there is none; once open, an aborted `signal` closes it with 1000.
 * Rejects with a DOMException `SyntaxError` for a URL or subprotocols that cannot be, TypeError or RangeError for an option.
 *
 * @param handlers what takes the messages; left out, they are taken by `receive` or a loop
 */
export async function connect(
  url: string | URL,
  options: WebSocketOptions = {},
  handlers: ConnectionHandlers = {},
): Promise<Connection> {
  const settings = resolveForConnection(options);
  const { signal } = settings;
  if (signal?.aborted) throw reasonOf(signal);
  const connection = await startConnecting(url, settings, handlers).connection;
  if (signal !== undefined) closeOnAbort(connection, signal);
  return connection;
}

/** Options with the send queue of a connection, whose `send` can refuse. */
export function resolveForConnection(options: WebSocketOptions): WebSocketSettings {
  return resolveWebSocketOptions(options, PROTOCOL_LIMITS.sendQueueBytes);
}

/** Starts to connect; the `signal` of the settings ends the attempt. Throws what `connect` throws. */
export function startConnecting(
  url: string | URL,
  settings: WebSocketSettings,
  handlers: ConnectionHandlers = {},
): Connecting {
  let settle!: (outcome: Dialed | Error) => void;
  const connection = new Promise<Connection>((resolve, reject) => {
    settle = (outcome) => {
      if (outcome instanceof Error) {
        reject(outcome);
        return;
      }
      const opened = connectionOf(outcome, settings, handlers);
      resolve(opened);
      opened.start(outcome.leftover);
    };
  });
  const dialing = new Dialing(parseWebSocketUrl(url), settings, settle);
  dialing.connect();
  const { signal } = settings;
  const abort = (): void => dialing.abort(reasonOf(signal));
  signal?.addEventListener('abort', abort, { once: true });
  const settled = (): void => signal?.removeEventListener('abort', abort);
  connection.then(settled, settled);
  return { connection, abort: (reason) => dialing.abort(reason) };
}

/** Why a signal was aborted, as an error. */
function reasonOf(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new Error('the signal was aborted', { cause: reason });
}

function closeOnAbort(connection: Connection, signal: AbortSignal): void {
  const close = (): void => connection.close(CloseCode.NORMAL);
  if (signal.aborted) close();
  signal.addEventListener('abort', close, { once: true });
  void connection.closed.then(() => signal.removeEventListener('abort', close));
}
