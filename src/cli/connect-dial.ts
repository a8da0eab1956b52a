import type { Duplex } from 'node:stream';
import { type Connection, type ConnectionHandlers, startConnecting } from '../node/index.ts';
import type { ConnectPlan } from './connect-plan.ts';
import { explained } from './usage-error.ts';

// A head has at most 16 KiB; what follows is looked at for the start of a body.
const MOST_BYTES = 64 * 1024;

/** Watches the opening handshake, and keeps the transport below for whoever sends what a connection would not. */
export class HandshakeWatch {
  /** In the clear, above TLS. */
  transport: Duplex | undefined;
  request: Uint8Array = new Uint8Array(0);
  #chunks: Uint8Array[] = [];
  #bytes = 0;

  /** Sees the transport and the request before anything is sent. */
  readonly observe = (transport: Duplex, request: Uint8Array): void => {
    this.transport = transport;
    this.request = request;
    transport.on('data', this.#data);
  };

  /** The handshake is over. */
  stop(): void {
    this.transport?.off('data', this.#data);
  }

  /** What came first, from the answer's head on. */
  get received(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.#chunks));
  }

  /** The head of the answer, with its blank line; all that came where it has none. */
  get responseHead(): Uint8Array {
    const received = Buffer.from(this.received);
    const end = received.indexOf('\r\n\r\n');
    return new Uint8Array(end < 0 ? received : received.subarray(0, end + 4));
  }

  readonly #data = (chunk: Uint8Array): void => {
    if (this.#bytes > MOST_BYTES) return;
    this.#chunks.push(chunk.slice());
    this.#bytes += chunk.length;
  };
}

/**
 * Connects; an aborted `signal` ends the attempt. Rejects with why there is no connection, or with a `UsageError` when the
 * options cannot stand in a request.
 */
export async function dial(
  plan: Pick<ConnectPlan, 'url' | 'settings'>,
  handlers: ConnectionHandlers,
  watch: HandshakeWatch,
  signal: AbortSignal,
): Promise<Connection> {
  const settings = { ...plan.settings, observe: watch.observe };
  const connecting = explained(() => startConnecting(plan.url, settings, handlers));
  const abort = (): void => connecting.abort(new Error('interrupted'));
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await connecting.connection;
  } finally {
    signal.removeEventListener('abort', abort);
    watch.stop();
  }
}
