import { applyMask, copyBytes, type FrameHeader, Opcode, Utf8Validator } from '../codec/index.ts';
import type { SpanViolation } from '../inspect/index.ts';
import { MESSAGE_RULES } from '../protocol/index.ts';
import type { FrameContext, JoinedMessage } from './entry.ts';
import type { Inflater } from './inflater.ts';
import { INSPECTOR_LIMITS } from './limits.ts';

const NO_BYTES: Uint8Array = new Uint8Array(0);
const NO_MESSAGE: FrameContext = { opcode: 0, compressed: false, tail: NO_BYTES };

/** The rule on text, as a span has it. */
export const TEXT_NOT_UTF8: SpanViolation = {
  code: 'text-not-utf8',
  section: MESSAGE_RULES['text-not-utf8'].section,
  message: MESSAGE_RULES['text-not-utf8'].message,
};

/** Joins the fragments of one message, checks its text as it comes, and keeps no more of it than its limits say. */
export class MessageJoiner {
  readonly opcode: number;
  readonly compressed: boolean;
  /** So many of its frames have begun. */
  frames = 0;
  readonly #utf8 = new Utf8Validator();
  readonly #kept: Uint8Array[] = [];
  #keptBytes = 0;
  #bytes = 0;
  #tail: Uint8Array = NO_BYTES;
  #refused = false;

  /** @param first its first header */
  constructor(first: FrameHeader, deflate: boolean) {
    this.opcode = first.opcode;
    this.compressed = deflate && (first.rsv & 4) !== 0;
  }

  /** What one frame must know of those before it; `message` may be absent. */
  static contextOf(message: MessageJoiner | undefined): FrameContext {
    if (message === undefined) return NO_MESSAGE;
    return { opcode: message.opcode, compressed: message.compressed, tail: message.#tail };
  }

  /** Takes payload as it is on the wire. Gives a violation with the first byte that no text can have there. */
  push(bytes: Uint8Array, start: number, end: number, header: FrameHeader, phase: number): SpanViolation | undefined {
    this.#bytes += end - start;
    const isText = this.opcode === Opcode.TEXT && !this.compressed;
    const room = this.#mostKept - this.#keptBytes;
    if (!isText && room <= 0) return undefined;
    const plain = copyBytes(bytes, start, isText ? end : Math.min(end, start + room));
    applyMask(plain, header.maskKey, phase);
    if (room > 0) this.#keep(plain.length <= room ? plain : plain.slice(0, room));
    if (!isText || this.#refused) return undefined;
    if (!this.#utf8.push(plain)) {
      this.#refused = true;
      return TEXT_NOT_UTF8;
    }
    this.#tail = this.#utf8.complete ? NO_BYTES : unfinished(this.#tail, plain);
    return undefined;
  }

  /** The message at its end, and what is wrong with it that no byte before has shown. */
  finish(inflater: Inflater | undefined): { message: JoinedMessage; violation: SpanViolation | undefined } {
    const isText = this.opcode === Opcode.TEXT;
    const start = this.#joined();
    const base = { opcode: this.opcode, frames: this.frames, bytes: this.#bytes };
    if (!this.compressed || inflater === undefined) {
      const violation = isText && !this.#refused && !this.#utf8.complete ? TEXT_NOT_UTF8 : undefined;
      return { message: { ...base, start, deflate: undefined }, violation };
    }
    const before = start.slice(0, INSPECTOR_LIMITS.keptMessageBytes);
    const result = inflater.inflate(this.#bytes > this.#mostKept ? undefined : start);
    if (result.plain === undefined) {
      const { note, violation } = result;
      return { message: { ...base, start: NO_BYTES, deflate: { before, plainBytes: undefined, note } }, violation };
    }
    const { plain } = result;
    const isValid = !isText || (this.#utf8.push(plain) && this.#utf8.complete);
    const message: JoinedMessage = {
      ...base,
      start: plain.slice(0, INSPECTOR_LIMITS.keptMessageBytes),
      deflate: { before, plainBytes: plain.length, note: '' },
    };
    return { message, violation: isValid ? undefined : TEXT_NOT_UTF8 };
  }

  get #mostKept(): number {
    return this.compressed ? INSPECTOR_LIMITS.compressedBytes : INSPECTOR_LIMITS.keptMessageBytes;
  }

  #keep(piece: Uint8Array): void {
    this.#kept.push(piece);
    this.#keptBytes += piece.length;
  }

  #joined(): Uint8Array {
    if (this.#kept.length === 1) return this.#kept[0]!;
    const whole = new Uint8Array(this.#keptBytes);
    let at = 0;
    for (const piece of this.#kept) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }
}

/** The bytes of the character that is not finished: from its lead byte on, at most three. */
function unfinished(before: Uint8Array, added: Uint8Array): Uint8Array {
  const last = new Uint8Array([...before, ...added.subarray(-3)]).slice(-3);
  for (let at = last.length - 1; at >= 0; at--) if (last[at]! >= 0xc0) return last.slice(at);
  return last;
}
