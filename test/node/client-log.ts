import { WebSocket, type WebSocketOptions } from '../../src/node/index.ts';

/** An event in short: its type and what it tells. */
export type Logged =
  | readonly ['open']
  | readonly ['message', unknown]
  | readonly ['error', string]
  | readonly ['close', code: number, reason: string, wasClean: boolean];

/** A client whose events are written down in order. */
export interface LoggedClient {
  readonly socket: WebSocket;
  readonly log: Logged[];
  /** The first error. */
  readonly error: () => Error | undefined;
  readonly opened: Promise<void>;
  /** Resolves with the log at the `close` event. */
  readonly closed: Promise<Logged[]>;
  /** Resolves with the data of the next so many messages. */
  messages(count: number): Promise<unknown[]>;
}

export function logged(url: string, options?: string | readonly string[] | WebSocketOptions): LoggedClient {
  const socket = new WebSocket(url, options);
  const log: Logged[] = [];
  const received: unknown[] = [];
  let error: Error | undefined;
  let wake: (() => void) | undefined;
  socket.addEventListener('message', ({ data }) => {
    log.push(['message', data]);
    received.push(data);
    wake?.();
  });
  socket.addEventListener('error', (event) => {
    error ??= event.error;
    log.push(['error', event.message]);
  });
  const opened = new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => {
      log.push(['open']);
      resolve();
    });
    socket.addEventListener('close', () => reject(new Error(`it closed before it was open: ${error?.message}`)));
  });
  opened.catch(() => {});
  const closed = new Promise<Logged[]>((resolve) => {
    socket.addEventListener('close', ({ code, reason, wasClean }) => {
      log.push(['close', code, reason, wasClean]);
      wake?.();
      resolve(log);
    });
  });
  return {
    socket,
    log,
    error: () => error,
    opened,
    closed,
    async messages(count) {
      while (received.length < count && socket.readyState !== WebSocket.CLOSED) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return received.splice(0, count);
    },
  };
}

/** The same events of any implementation of the platform's class, with errors without what they say. */
export function unexplained(log: readonly Logged[]): unknown[] {
  return log.map((entry) => (entry[0] === 'error' ? ['error'] : entry));
}
