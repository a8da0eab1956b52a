import { join, NOTHING } from '../bytes.ts';
import { OPCODE } from '../frame.ts';
import { Inflater } from '../inflater.ts';
import type { Terms } from './deflate-terms.ts';
import type { InputFrame } from './frame-input.ts';
import type { Broken } from './switches.ts';
import { judgeUtf8 } from './utf8.ts';

/** A whole message of a client. */
export interface InputMessage {
  readonly opcode: number;
  readonly payload: Uint8Array;
}

const LARGEST_MESSAGE = 64 * 1024 * 1024;

/** Puts fragments together, inflates and judges text (RFC 6455 §5.4, §8.1; RFC 7692 §6.2). */
export class MessageInput {
  readonly #broken: Broken;
  readonly #inflater: Inflater | undefined;
  #opcode = 0;
  #isCompressed = false;
  #parts: Uint8Array[] = [];

  constructor(broken: Broken, terms: Terms | undefined) {
    this.#broken = broken;
    this.#inflater = terms && new Inflater(terms.client);
  }

  /** The message that a data frame ends; the close code with which the connection fails; undefined while there is more to come. */
  add({ opcode, fin, rsv, payload }: InputFrame): InputMessage | number | undefined {
    const broken = this.#broken;
    if (opcode !== OPCODE.CONTINUATION || this.#opcode === 0) {
      this.#opcode = opcode === OPCODE.CONTINUATION ? OPCODE.TEXT : opcode;
      this.#isCompressed = this.#inflater !== undefined && (rsv === 4 || broken.has('deflate-always'));
      this.#parts = [];
    }
    const part = this.#isCompressed && broken.has('deflate-per-fragment') ? this.#inflate(payload) : payload;
    if (part === undefined) return 1007;
    if (broken.has('fragments-mixed')) this.#parts.unshift(part);
    else this.#parts.push(part);
    if (broken.has('fragments-apart')) return this.#finish(part);
    if (!this.#isCompressed && this.#isWrongText(part, fin)) return this.#wrongText;
    return fin ? this.#finish(join(...this.#parts)) : undefined;
  }

  #finish(payload: Uint8Array): InputMessage | number | undefined {
    const opcode = this.#opcode;
    const inflates = this.#isCompressed && !this.#broken.has('deflate-per-fragment');
    if (!this.#broken.has('fragments-apart')) this.#opcode = 0;
    this.#parts = [];
    const plain = inflates ? this.#inflate(payload) : payload;
    if (plain === undefined) return this.#broken.has('deflate-broken') ? undefined : 1007;
    const isJudged = this.#isCompressed && opcode === OPCODE.TEXT && !this.#broken.has('deflate-utf8');
    return isJudged && judgeUtf8(plain, this.#broken) !== 'whole' ? this.#wrongText : { opcode, payload: plain };
  }

  /** Is the text as far as it is there no UTF-8? */
  #isWrongText(part: Uint8Array, fin: boolean): boolean {
    const broken = this.#broken;
    const isText = this.#opcode === OPCODE.TEXT || broken.has('utf8-in-binary');
    if (!isText || broken.has('utf8-unchecked')) return false;
    const judged = judgeUtf8(broken.has('utf8-per-fragment') ? part : join(...this.#parts), broken);
    if (judged === 'partial') return (fin && !broken.has('utf8-unfinished')) || broken.has('utf8-per-fragment');
    return judged === 'wrong';
  }

  get #wrongText(): number {
    return this.#broken.has('fail-utf8-code') ? 1002 : 1007;
  }

  #inflate(payload: Uint8Array): Uint8Array | undefined {
    const first = payload[0] ?? 0;
    if (this.#broken.has('deflate-empty') && payload.length === 1 && first === 0) return undefined;
    if (this.#broken.has('deflate-final') && (first & 1) === 1) return undefined;
    try {
      return this.#inflater?.inflate(payload, LARGEST_MESSAGE) ?? NOTHING;
    } catch {
      return undefined;
    }
  }
}
