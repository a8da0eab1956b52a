import type { DeflateAgreement } from '../../handshake/index.ts';
import { inflateMessage, SlidingWindow } from '../../node/index.ts';
import { type LoadEvents, MessageEvents } from './load-events.ts';

/** The longest message that compressed ones may stand for: no server is to fill the generator's memory. */
const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;

/** Collects compressed messages, inflates them, and hands them on as if they had come plain (RFC 7692 §7.2.2). */
export class Inflation extends MessageEvents {
  readonly #windowBits: number;
  readonly #window: SlidingWindow | undefined;
  readonly #inflate: boolean;
  readonly #events: LoadEvents;

  /** @param inflate without it messages are handed on as empty ones */
  constructor(agreement: DeflateAgreement, inflate: boolean, events: LoadEvents) {
    super();
    this.#windowBits = agreement.serverMaxWindowBits;
    this.#window = agreement.serverNoContextTakeover ? undefined : new SlidingWindow(2 ** this.#windowBits);
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
    const payload = bytes.subarray(start, end);
    const plain = inflateMessage(payload, this.#windowBits, MAX_MESSAGE_BYTES, this.#window?.bytes);
    this.#window?.add(plain);
    this.#events.payload(plain, 0, plain.length, true);
  }
}
