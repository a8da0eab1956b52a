/** Some bits of DEFLATE data and what they mean (RFC 1951 §3.2). */
export interface DeflateItem {
  /** As they follow each other in the bytes, lowest bit of each byte first. */
  readonly bits: string;
  readonly kind: 'header' | 'literal' | 'match' | 'end' | 'padding';
  readonly meaning: string;
}

/** What a sender leaves out at the end of each message: the length fields of an empty stored block (RFC 7692 §7.2.1). */
export const DEFLATE_TAIL: Uint8Array = Uint8Array.of(0x00, 0x00, 0xff, 0xff);

const LENGTHS: Bases = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
const DISTANCES: Bases = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
  8193, 12289, 16385, 24577,
];
type Bases = readonly number[];

/**
 * A compressed message, tail left out, in blocks of fixed codes: every bit of it, and the plain bytes that it stands for.
 *
 * @param before the plain bytes of the messages before it, to which it may refer
 * @throws Error for a block of another kind, which so short a text never needs
 */
export function traceDeflate(compressed: Uint8Array, before: Uint8Array): DeflateTrace {
  return new Tracer(compressed, before).trace();
}

/** What {@link traceDeflate} found. */
export interface DeflateTrace {
  readonly items: readonly DeflateItem[];
  readonly plain: Uint8Array;
}

class Tracer {
  readonly #bytes: Uint8Array;
  readonly #plain: number[];
  readonly #before: number;
  readonly #items: DeflateItem[] = [];
  #at = 0;
  #from = 0;

  constructor(bytes: Uint8Array, before: Uint8Array) {
    this.#bytes = bytes;
    this.#plain = [...before];
    this.#before = before.length;
  }

  trace(): DeflateTrace {
    for (;;) {
      const final = this.#number(1);
      this.#add('header', final === 1 ? 'BFINAL: the last block' : 'BFINAL: more blocks follow');
      const type = this.#number(2);
      if (type === 0) break;
      if (type !== 1) throw new Error(`a block of type ${type} is not explained here`);
      this.#add('header', 'BTYPE: a block of fixed codes');
      while (this.#symbol());
    }
    this.#add('header', 'BTYPE: a stored block, which is empty and only ends the message');
    this.#at = Math.ceil(this.#at / 8) * 8;
    this.#add('padding', 'up to the next whole byte');
    if (this.#at !== this.#bytes.length * 8) throw new Error('bytes follow the stored block at the end');
    return { items: this.#items, plain: Uint8Array.from(this.#plain.slice(this.#before)) };
  }

  /** One symbol of the alphabet of literals and lengths; false for the end of the block. */
  #symbol(): boolean {
    const symbol = this.#code();
    if (symbol < 256) {
      this.#plain.push(symbol);
      this.#add('literal', JSON.stringify(String.fromCharCode(symbol)));
      return true;
    }
    if (symbol === 256) {
      this.#add('end', 'the end of the block');
      return false;
    }
    const length = this.#based(LENGTHS, symbol - 257, (index) => (index < 8 || index === 28 ? 0 : (index - 4) >> 2));
    const distance = this.#based(DISTANCES, this.#huffman(5), (index) => (index < 4 ? 0 : (index - 2) >> 1));
    const start = this.#plain.length - distance;
    for (let i = 0; i < length; i++) this.#plain.push(this.#plain[start + i]!);
    const copied = String.fromCharCode(...this.#plain.slice(-length));
    const where = start < this.#before ? ', in an earlier message' : '';
    this.#add('match', `copy ${length} bytes from ${distance} back${where}: ${JSON.stringify(copied)}`);
    return true;
  }

  /** A fixed code of 7 to 9 bits (RFC 1951 §3.2.6). */
  #code(): number {
    let code = this.#huffman(7);
    if (code < 0b001_1000) return 256 + code;
    code = (code << 1) | this.#number(1);
    if (code < 0b1100_0000) return code - 0b0011_0000;
    if (code < 0b1100_1000) return 280 + code - 0b1100_0000;
    return 144 + ((code << 1) | this.#number(1)) - 0b1_1001_0000;
  }

  #based(bases: Bases, index: number, extraBits: (index: number) => number): number {
    return bases[index]! + this.#number(extraBits(index));
  }

  /** Codes come with their highest bit first, */
  #huffman(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) value = (value << 1) | this.#bit();
    return value;
  }

  /** and numbers with their lowest. */
  #number(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) value |= this.#bit() << i;
    return value;
  }

  #bit(): number {
    const byte = this.#bytes[this.#at >> 3];
    if (byte === undefined) throw new Error('the compressed data ends too early');
    return (byte >> (this.#at++ & 7)) & 1;
  }

  #add(kind: DeflateItem['kind'], meaning: string): void {
    let bits = '';
    for (let at = this.#from; at < this.#at; at++) bits += (this.#bytes[at >> 3]! >> (at & 7)) & 1;
    this.#from = this.#at;
    if (bits !== '') this.#items.push({ bits, kind, meaning });
  }
}
