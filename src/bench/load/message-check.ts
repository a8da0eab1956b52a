import { NUMBER_WIDTH, readNumber } from './number.ts';
import type { Pattern } from './pattern.ts';

/** What a message turned out to be, compared with what was sent. */
export const Verdict = { SOUND: 0, TRUNCATED: 1, CORRUPTED: 2 } as const;

/** One of the three. */
export type Verdict = (typeof Verdict)[keyof typeof Verdict];

/** From so many bytes on a native comparison is faster than a loop. */
const NATIVE_FROM = 64;

/** Compares one message after another with a pattern, byte for byte, in whatever pieces they come; keeps none of them. */
export class MessageCheck {
  readonly #pattern: Buffer;
  readonly #opcode: number;
  readonly #at: number;
  readonly #width: number;
  readonly #digits = new Uint8Array(NUMBER_WIDTH);
  #length = 0;
  #differs = false;

  constructor({ bytes, opcode, at, width }: Pattern) {
    this.#pattern = bytes;
    this.#opcode = opcode;
    this.#at = at;
    this.#width = width;
  }

  /** A message begins. */
  begin(opcode: number): void {
    this.#length = 0;
    this.#differs = opcode !== this.#opcode;
  }

  /** How many bytes of it have come. */
  get length(): number {
    return this.#length;
  }

  /** Its next bytes: `bytes[start]` to `bytes[end - 1]`. */
  take(bytes: Uint8Array, start: number, end: number): void {
    const offset = this.#length;
    const reached = offset + end - start;
    this.#length = reached;
    if (this.#differs) return;
    if (reached > this.#pattern.length) {
      this.#differs = true;
      return;
    }
    const at = this.#at;
    const behind = at + this.#width;
    if (offset < at) this.#compare(bytes, start, offset, Math.min(reached, at));
    const digitsEnd = reached < behind ? reached : behind;
    for (let i = offset > at ? offset : at; i < digitsEnd; i++) this.#digits[i - at] = bytes[start + i - offset]!;
    if (reached > behind) {
      const from = offset > behind ? offset : behind;
      this.#compare(bytes, start + from - offset, from, reached);
    }
  }

  /** What the message was, once all of it has come. */
  verdict(): Verdict {
    if (this.#length < this.#pattern.length) return Verdict.TRUNCATED;
    return this.#differs ? Verdict.CORRUPTED : Verdict.SOUND;
  }

  /** Its number; -1 when it was cut off or is none, and for messages without numbers. */
  number(): number {
    if (this.#width === 0 || this.#length < this.#at + this.#width) return -1;
    return readNumber(this.#digits, 0, this.#width);
  }

  #compare(bytes: Uint8Array, start: number, from: number, to: number): void {
    const pattern = this.#pattern;
    const length = to - from;
    if (length >= NATIVE_FROM) {
      if (pattern.compare(bytes, start, start + length, from, to) !== 0) this.#differs = true;
      return;
    }
    for (let i = 0; i < length; i++) {
      if (bytes[start + i] !== pattern[from + i]) {
        this.#differs = true;
        return;
      }
    }
  }
}
