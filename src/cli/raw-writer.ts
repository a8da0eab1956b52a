import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '../node/index.ts';

/** Writes bytes to the transport below a connection, between its own frames. */
export class RawWriter {
  readonly #transport: Duplex;
  readonly #connection: Connection;

  constructor(transport: Duplex, connection: Connection) {
    this.#transport = transport;
    this.#connection = connection;
  }

  /** Resolves with whether the bytes were written, when the transport takes more. */
  async write(bytes: Uint8Array): Promise<boolean> {
    // What was sent before stands in a queue above the transport until the end of a turn.
    while (this.#connection.bufferedBytes > 0 && !this.#connection.signal.aborted) await sleep(1);
    if (!this.#transport.writable) return false;
    if (!this.#transport.write(bytes)) {
      const gone = new AbortController();
      const stop = (): void => gone.abort();
      this.#connection.signal.addEventListener('abort', stop);
      await once(this.#transport, 'drain', { signal: gone.signal }).catch(() => undefined);
      this.#connection.signal.removeEventListener('abort', stop);
    }
    return true;
  }
}
