import { Buffer } from 'node:buffer';

/** The shortest payload of a publication, in bytes: what it says of itself takes 24, the pattern the rest. */
export const MIN_PUBLICATION_BYTES = 32;

/** What a publication says of itself, so that each receiver can tell what is lost, doubled or out of order. */
export interface Publication {
  /** The connection that published it, numbered from 0 over all workers; below 2^24. */
  readonly sender: number;
  /** From 0 for each sender; below 2^48. */
  readonly seq: number;
  /** When it should have been sent: nanoseconds of `process.hrtime`, the same for all processes of a host. */
  readonly sentNs: number;
}

/** A payload that was read. What it says of itself is -1 where it cannot be read. */
export interface ReadPublication extends Publication {
  /** What is wrong with the payload. */
  readonly fault: 'truncated' | 'corrupted' | undefined;
}

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_';
const VALUE_OF = new Int16Array(256).fill(-1);
for (let value = 0; value < DIGITS.length; value++) VALUE_OF[DIGITS.charCodeAt(value)] = value;

const MARK = [0x77, 0x31] as const;
const SENDER = { at: 2, digits: 4 } as const;
const SEQ = { at: 6, digits: 8 } as const;
const SENT = { at: 14, digits: 10 } as const;
const PATTERN_AT = 24;

/**
 * Writes and reads the payloads of publications: `w1`, sender (4 digits), number (8), time (10), then a fixed pattern up to the
 * size. Digits are of base 64 (`0`–`9`, `A`–`Z`, `a`–`z`, `-`, `_`), the lowest first, so that a payload is plain ASCII.
 */
export class PublicationFormat {
  readonly #template: Buffer;

  /**
   * @param bytes size of a payload; at least {@link MIN_PUBLICATION_BYTES}
   * @param seed of the pattern; the same for all who write and read
   */
  constructor(bytes: number, seed: number) {
    if (bytes < MIN_PUBLICATION_BYTES) {
      throw new RangeError(`a publication takes at least ${MIN_PUBLICATION_BYTES} bytes, not ${bytes}`);
    }
    this.#template = Buffer.alloc(bytes);
    this.#template.set(MARK, 0);
    let state = seed | 1;
    for (let at = PATTERN_AT; at < bytes; at++) {
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      this.#template[at] = DIGITS.charCodeAt(state >>> 26);
    }
  }

  /** How long a payload is. */
  get bytes(): number {
    return this.#template.length;
  }

  /** The payload of a publication, in bytes of its own. */
  encode({ sender, seq, sentNs }: Publication): Buffer {
    const payload = Buffer.from(this.#template);
    writeDigits(payload, SENDER.at, SENDER.digits, sender);
    writeDigits(payload, SEQ.at, SEQ.digits, seq);
    writeDigits(payload, SENT.at, SENT.digits, sentNs);
    return payload;
  }

  /** What `bytes[start]` to `bytes[end - 1]` publishes, or undefined when it does not begin like a publication at all. */
  decode(bytes: Uint8Array, start: number = 0, end: number = bytes.length): ReadPublication | undefined {
    if (end - start < MARK.length || bytes[start] !== MARK[0] || bytes[start + 1] !== MARK[1]) return undefined;
    const sender = readDigits(bytes, start + SENDER.at, end, SENDER.digits);
    const seq = readDigits(bytes, start + SEQ.at, end, SEQ.digits);
    const sentNs = readDigits(bytes, start + SENT.at, end, SENT.digits);
    return { sender, seq, sentNs, fault: this.#faultOf(bytes, start, end, Math.min(sender, seq, sentNs) >= 0) };
  }

  #faultOf(bytes: Uint8Array, start: number, end: number, isNumbered: boolean): ReadPublication['fault'] {
    const length = end - start;
    if (length < PATTERN_AT) return 'truncated';
    const common = Math.min(length, this.bytes);
    const same = this.#template.compare(bytes, start + PATTERN_AT, start + common, PATTERN_AT, common) === 0;
    if (!same || length > this.bytes || !isNumbered) return 'corrupted';
    return length < this.bytes ? 'truncated' : undefined;
  }
}

function writeDigits(target: Buffer, at: number, digits: number, value: number): void {
  let rest = value;
  for (let digit = 0; digit < digits; digit++) {
    target[at + digit] = DIGITS.charCodeAt(rest % 64);
    rest = Math.floor(rest / 64);
  }
}

/** -1 when one of them is no digit, or lies behind the end. */
function readDigits(bytes: Uint8Array, at: number, end: number, digits: number): number {
  if (at + digits > end) return -1;
  let value = 0;
  for (let digit = digits - 1; digit >= 0; digit--) {
    const next = VALUE_OF[bytes[at + digit] ?? 0] ?? -1;
    if (next < 0) return -1;
    value = value * 64 + next;
  }
  return value;
}
