import type { LoadConnection } from './connection.ts';

/** How a connection came to its end. */
export interface ConnectionEnd {
  /** What it is counted by: `closed 1000`, `closed 1006` (no close frame came), `reset`, `violation CODE`. */
  readonly kind: string;
  /** The code of the peer's close frame: 1005 when it had none, 1006 when there was no frame. */
  readonly code: number;
  /** Both ends sent a close frame. */
  readonly clean: boolean;
  /** It was closed from here. */
  readonly asked: boolean;
}

/** Who learns what happens on a connection. All calls of one read event come before its {@link settled}. */
export interface LoadEvents {
  /** The first call: the opening handshake succeeded. What came behind it is handed on right after this. */
  opened(connection: LoadConnection): void;
  /** A message begins: TEXT or BINARY. */
  begin(opcode: number): void;
  /**
   * The next part of it, plain bytes, valid during the call: `bytes[start]` to `bytes[end - 1]`. At least once for each
   * message, `last` with its end; there may be no bytes in it.
   */
  payload(bytes: Uint8Array, start: number, end: number, last: boolean): void;
  /** Everything that one read gave was handed on; the place to send what has become due, in one write. */
  settled(): void;
  /** A pong came; its payload is valid during the call. */
  pong(payload: Uint8Array): void;
  /** The queue of the socket was full and is empty now. */
  drained(): void;
  /** The last call: its TCP connection has ended, or a close frame came that was not asked for. */
  closed(end: ConnectionEnd): void;
}

const NO_BYTES = new Uint8Array(0);

/** Events that hand on whole messages; the rest of them does nothing unless it is overridden. */
export abstract class MessageEvents implements LoadEvents {
  #opcode = 0;
  #collected: Uint8Array = NO_BYTES;
  #length = 0;

  /** A message is complete: `bytes[start]` to `bytes[end - 1]`, valid during the call. */
  abstract message(opcode: number, bytes: Uint8Array, start: number, end: number): void;

  begin(opcode: number): void {
    this.#opcode = opcode;
    this.#length = 0;
  }

  payload(bytes: Uint8Array, start: number, end: number, last: boolean): void {
    if (last && this.#length === 0) {
      this.message(this.#opcode, bytes, start, end);
      return;
    }
    this.#collect(bytes, start, end);
    if (last) this.message(this.#opcode, this.#collected, 0, this.#length);
  }

  opened(_connection: LoadConnection): void {}

  settled(): void {}

  pong(_payload: Uint8Array): void {}

  drained(): void {}

  closed(_end: ConnectionEnd): void {}

  #collect(bytes: Uint8Array, start: number, end: number): void {
    const length = this.#length + end - start;
    if (length > this.#collected.length) {
      const larger = new Uint8Array(Math.max(1024, 2 * length));
      larger.set(this.#collected.subarray(0, this.#length));
      this.#collected = larger;
    }
    this.#collected.set(bytes.subarray(start, end), this.#length);
    this.#length = length;
  }
}
