import type { BufferedAmount } from './buffered-amount.ts';
import type { CloseArguments } from './close-arguments.ts';
import type { Connection } from './connection.ts';
import { Sequence } from './sequence.ts';
import { byteLengthOf, copyOf, type WebSocketData } from './websocket-data.ts';

/** The sending half of an open `WebSocket`: keeps messages in order although a Blob must be read first. */
export class WebSocketSender {
  readonly #connection: Connection;
  readonly #failed: (failure: Error) => void;
  readonly #sequence = new Sequence();
  readonly #amount: BufferedAmount;
  #over = false;

  /**
   * @param amount counts every message given to `send`
   * @param failed is called at most once; nothing is sent from then on
   */
  constructor(connection: Connection, amount: BufferedAmount, failed: (failure: Error) => void) {
    this.#connection = connection;
    this.#amount = amount;
    this.#failed = failed;
  }

  /** Sends a message behind those before it. The data may be changed afterwards. */
  send(message: WebSocketData): void {
    const bytes = byteLengthOf(message);
    if (message instanceof Blob) {
      this.#amount.hold(bytes);
      this.#sequence.run(() => this.#writeBlob(message));
    } else if (this.#sequence.waiting) {
      const stable = copyOf(message);
      this.#amount.hold(bytes);
      this.#sequence.run(() => this.#writeHeld(stable, bytes));
    } else {
      this.#write(message, bytes);
    }
  }

  /** Starts to close the connection, once the messages before it were sent. */
  close({ code, reason }: CloseArguments): void {
    this.#sequence.run(() => this.#connection.close(code, reason));
  }

  /** The connection is gone: whatever still waits was not sent. To be called once. */
  end(): void {
    this.#over = true;
    this.#amount.end(this.#connection.bufferedBytes);
  }

  async #writeBlob(blob: Blob): Promise<void> {
    try {
      this.#writeHeld(await blob.arrayBuffer(), blob.size);
    } catch (error) {
      this.#fail(new Error('a Blob that was given to send cannot be read', { cause: error }));
    }
  }

  #writeHeld(message: string | ArrayBufferLike | ArrayBufferView, bytes: number): void {
    if (this.#over) return;
    this.#amount.release(bytes);
    this.#write(message, bytes);
  }

  #write(message: string | ArrayBufferLike | ArrayBufferView, bytes: number): void {
    const connection = this.#connection;
    const before = connection.bufferedBytes;
    const status = connection.send(message);
    const waiting = connection.bufferedBytes;
    if (status === 'ok' || status === 'pressured') this.#amount.queue(bytes, waiting - before, waiting);
    else this.#amount.refuse(bytes);
    if (status === 'dropped') this.#fail(new Error('more waits than sendQueueBytes permits; watch bufferedAmount'));
  }

  #fail(failure: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#failed(failure);
  }
}
