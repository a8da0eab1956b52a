import { Opcode } from '../../codec/index.ts';
import type { PermessageDeflate } from '../../node/index.ts';
import { type LoadEvents, MessageEvents } from './load-events.ts';

/** The longest message that compressed ones may stand for: no server is to fill the generator's memory. */
const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;

/** Collects compressed messages, inflates them, and hands them on as if they had come plain (RFC 7692 §7.2.2). */
export class Inflation extends MessageEvents {
  readonly #deflate: PermessageDeflate;
  readonly #inflate: boolean;
  readonly #events: LoadEvents;

  /** @param inflate without it messages are handed on as empty ones */
  constructor(deflate: PermessageDeflate, inflate: boolean, events: LoadEvents) {
    super();
    this.#deflate = deflate;
    this.#inflate = inflate;
    this.#events = events;
  }

  override begin(opcode: number): void {
    super.begin(opcode);
    this.#events.begin(opcode);
  }

  /** @throws ProtocolViolation when it is no compressed message */
  message(_opcode: number, bytes: Uint8Array, start: number, end: number): void {
    if (!this.#inflate) {
      this.#events.payload(bytes, start, start, true);
      return;
    }
    const message = { opcode: Opcode.BINARY, payload: bytes.subarray(start, end) };
    const plain = this.#deflate.decode(message, MAX_MESSAGE_BYTES);
    this.#events.payload(plain, 0, plain.length, true);
  }
}
