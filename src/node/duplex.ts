import { Duplex } from 'node:stream';
import { CloseCode } from '../codec/index.ts';
import { refuseUnknown } from '../protocol/index.ts';
import type { Connection } from './connection.ts';
import { errorOf, sendFromStream } from './stream-ends.ts';

/** How a connection looks as a stream. */
export interface DuplexOptions {
  /**
   * True keeps messages apart: each chunk is one, text a string, binary bytes. Default false: bytes both ways, each chunk
   * that is written a binary message.
   */
  readonly objectMode?: boolean;
  /** How much waits to be read before nothing is taken from the connection: bytes, or messages in object mode. */
  readonly readableHighWaterMark?: number;
  /** How much waits to be sent before `write` gives false. */
  readonly writableHighWaterMark?: number;
  /** Destroys the stream, and with it the connection. */
  readonly signal?: AbortSignal;
}

const OPTIONS = ['objectMode', 'readableHighWaterMark', 'writableHighWaterMark', 'signal'];

/**
 * A connection as a stream of `node:stream`, with backpressure both ways: what is not read is not taken from the peer, and
 * a write calls back when the send queue has room for the next.
 *
 * `end()` closes the connection with 1000 behind what was written; replies that were still on their way are lost, as a
 * WebSocket has no half-open state. A clean close by the peer ends the stream; any other end destroys it with a
 * `WebSocketError`, which throws nothing where nobody listens. `destroy()` ends the connection at once. At the server's end the route must have no `message` handler.
 *
 * @throws TypeError for an option that does not exist
 */
export function toDuplex<Data>(connection: Connection<Data>, options: DuplexOptions = {}): Duplex {
  refuseUnknown('toDuplex', options, OPTIONS);
  return new ConnectionDuplex(connection, options);
}

class ConnectionDuplex<Data> extends Duplex {
  readonly #connection: Connection<Data>;
  #reading = false;

  constructor(connection: Connection<Data>, options: DuplexOptions) {
    super({ ...options, allowHalfOpen: false, decodeStrings: options.objectMode !== true });
    this.#connection = connection;
    // What a peer does must not throw for want of a listener.
    this.on('error', () => {});
    // As with a socket, the end is seen even before anybody reads.
    this.read(0);
  }

  override _read(): void {
    if (!this.#reading) void this.#receive();
  }

  override _write(chunk: unknown, _encoding: string, callback: (error?: Error) => void): void {
    const isMessage = typeof chunk === 'string' || ArrayBuffer.isView(chunk) || chunk instanceof ArrayBuffer;
    if (!isMessage) {
      callback(new TypeError('a message is a string or bytes'));
      return;
    }
    sendFromStream(this.#connection, chunk).then(() => callback(), callback);
  }

  override _final(callback: (error?: Error) => void): void {
    this.#connection.close(CloseCode.NORMAL);
    void this.#connection.closed.then(() => callback());
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#connection.terminate();
    void this.#connection.closed.then(() => callback(error));
  }

  async #receive(): Promise<void> {
    this.#reading = true;
    try {
      const message = await this.#connection.receive();
      this.#reading = false;
      if (message === undefined) this.#end(errorOf(this.#connection, await this.#connection.closed));
      else if (this.readableObjectMode || typeof message !== 'string') this.push(message);
      else this.push(Buffer.from(message));
    } catch (error) {
      this.destroy(error as Error);
    }
  }

  #end(error: Error | undefined): void {
    if (error === undefined) this.push(null);
    else this.destroy(error);
  }
}
