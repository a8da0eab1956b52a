import { Buffer } from 'node:buffer';

/** One byte of a bomb inflates to so many: a match of 258 bytes takes two bits. */
export const BOMB_RATIO = 1032;

// Code lengths of one block with a Huffman code of its own (RFC 1951 §3.2.7): literal 0 and the end of the block take two bits,
// a match of 258 bytes (length code 285) one, and the only distance, 1, one. Codes are given out in the order of their symbols.
const LITERAL = [0b10, 2] as const;
const END = [0b11, 2] as const;
const MATCH_258 = [0b0, 1] as const;
const DISTANCE_1 = [0b0, 1] as const;

// How the code lengths themselves are written: 1 and 2 in two bits each, a run of zeros (18) in one.
const LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1] as const;
const LENGTH_BITS: Readonly<Record<number, number>> = { 18: 1, 1: 2, 2: 2 };
const ZEROS = [0b0, 1] as const;
const ONE = [0b10, 2] as const;
const TWO = [0b11, 2] as const;

/** Bits in the order of RFC 1951 §3.1.1: numbers lowest bit first, Huffman codes highest bit first. */
class BitWriter {
  readonly #bytes: number[] = [];
  #used = 8;

  number(value: number, bits: number): void {
    for (let bit = 0; bit < bits; bit++) this.#bit((value >>> bit) & 1);
  }

  code([code, bits]: readonly [code: number, bits: number]): void {
    for (let bit = bits - 1; bit >= 0; bit--) this.#bit((code >>> bit) & 1);
  }

  toBytes(): number[] {
    return this.#bytes;
  }

  #bit(bit: number): void {
    if (this.#used === 8) {
      this.#bytes.push(0);
      this.#used = 0;
    }
    this.#bytes[this.#bytes.length - 1]! |= bit << this.#used++;
  }
}

/**
 * The compressed payload of a message (RFC 7692 §7.2.1) of zeros, {@link BOMB_RATIO} times as long once it is inflated.
 *
 * @param bytes how long it is, at least 64
 */
export function deflateBomb(bytes: number): Uint8Array {
  const head = blockHead();
  const body = Buffer.alloc(bytes);
  body.set(head);
  // Matches are zeros, so they stand there already. The head has an odd number of bits: a byte begins inside a match.
  const tail = new BitWriter();
  tail.code(DISTANCE_1);
  tail.code(MATCH_258);
  tail.code(DISTANCE_1);
  tail.code(END);
  // An empty stored block, whose last four bytes are left out on the wire.
  tail.number(0, 3);
  const end = tail.toBytes();
  body.set(end, bytes - end.length);
  return body;
}

/** The header of the block and one literal, for the matches to repeat. */
function blockHead(): number[] {
  const bits = new BitWriter();
  bits.number(0, 1);
  bits.number(2, 2);
  bits.number(285 - 256, 5);
  bits.number(0, 5);
  bits.number(LENGTH_ORDER.length - 4, 4);
  for (const symbol of LENGTH_ORDER) bits.number(LENGTH_BITS[symbol] ?? 0, 3);
  bits.code(TWO);
  for (const zeros of [138, 117]) {
    bits.code(ZEROS);
    bits.number(zeros - 11, 7);
  }
  bits.code(TWO);
  bits.code(ZEROS);
  bits.number(28 - 11, 7);
  bits.code(ONE);
  bits.code(ONE);
  bits.code(LITERAL);
  return bits.toBytes();
}
