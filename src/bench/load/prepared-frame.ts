import { encodeFrame, headerSize } from '../../codec/index.ts';
import { NUMBER_WIDTH, writeNumber } from './number.ts';

/** What a {@link PreparedFrame} is made of. */
export interface FrameParts {
  readonly opcode: number;
  /** Default 0. */
  readonly rsv?: number;
  /** The payload as it goes on the wire, before masking. */
  readonly payload: Uint8Array;
  /** Where the number stands in it, and how many characters it takes. */
  readonly at: number;
  readonly width: number;
  /** As `encodeFrame` takes it. */
  readonly maskKey: number;
}

/**
 * A masked frame, ready but for its number: to send one is to copy it and to stamp a number in.
 *
 * The key is the same each time. It protects third parties from clients that somebody else has written (RFC 6455 §10.3);
 * a load generator sends what its user wants, and the server's work does not depend on the key.
 */
export class PreparedFrame {
  /** Not to be changed. */
  readonly bytes: Uint8Array;
  /** Where the number stands in {@link bytes}. */
  readonly at: number;
  /** Where the bytes begin that are the same for all numbers. */
  readonly tail: number;
  readonly #width: number;
  readonly #mask = new Uint8Array(NUMBER_WIDTH);

  constructor({ opcode, rsv = 0, payload, at, width, maskKey }: FrameParts) {
    this.bytes = encodeFrame(opcode, payload, { rsv, maskKey });
    this.at = headerSize(payload.length, true) + at;
    this.tail = this.at + width;
    this.#width = width;
    for (let i = 0; i < NUMBER_WIDTH; i++) this.#mask[i] = maskKey >>> (24 - 8 * ((at + i) & 3));
  }

  /** Writes a number into a copy of {@link bytes} that begins at `target[start]`. */
  stamp(target: Uint8Array, start: number, number: number): void {
    if (this.#width > 0) writeNumber(target, start + this.at, this.#width, number, this.#mask);
  }
}
