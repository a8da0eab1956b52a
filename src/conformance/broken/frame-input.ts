import { join, NOTHING } from '../bytes.ts';
import { masking, OPCODE } from '../frame.ts';
import { type FrameHeader, readHeader } from '../frame-header.ts';
import type { Broken } from './switches.ts';

/** A frame of a client, unmasked. */
export interface InputFrame {
  readonly opcode: number;
  readonly fin: boolean;
  readonly rsv: number;
  readonly payload: Uint8Array;
}

/** What a {@link FrameInput} says of bytes: a frame, or the close code with which the connection fails. */
export type Input = InputFrame | { readonly failsWith: number };

const LARGEST_MESSAGE = 64 * 1024 * 1024;
const BIT_63 = 2 ** 63;

/** Makes frames of bytes, and judges their headers (RFC 6455 §5.2). */
export class FrameInput {
  readonly #broken: Broken;
  readonly #deflate: boolean;
  #bytes: Uint8Array = NOTHING;
  #firstKey: Uint8Array | undefined = undefined;
  #fragmented = false;

  /** @param deflate was permessage-deflate agreed on? */
  constructor(broken: Broken, deflate: boolean) {
    this.#broken = broken;
    this.#deflate = deflate;
  }

  /** Takes bytes that were read at once. */
  push(chunk: Uint8Array): void {
    const isHeaderCut = this.#header() === undefined && this.#bytes.length > 0;
    this.#bytes = isHeaderCut && this.#broken.has('header-in-one-read') ? chunk : join(this.#bytes, chunk);
  }

  /** The next frame; undefined while it is not whole. */
  next(): Input | undefined {
    const header = this.#header();
    if (header === undefined) return undefined;
    const { opcode, fin, rsv, length, size, key } = header;
    if (this.#isPassedOver(opcode)) return this.#take(size, length) === undefined ? undefined : this.next();
    const failsWith = this.#judge(header);
    if (failsWith !== undefined) {
      // Whoever goes on behind a broken frame goes on behind all of it.
      this.#take(size, length);
      return { failsWith };
    }
    const payload = this.#take(size, length);
    if (payload === undefined) return undefined;
    if (opcode < OPCODE.CLOSE) this.#fragmented = !fin;
    if (this.#broken.has('frame-per-read')) this.#bytes = NOTHING;
    this.#firstKey ??= key;
    const usedKey = this.#broken.has('first-key-kept') ? this.#firstKey : key;
    const isPlain = usedKey === undefined || this.#broken.has('masks-ignored');
    return { opcode, fin, rsv, payload: isPlain ? payload : masking(payload, usedKey) };
  }

  #header(): FrameHeader | undefined {
    const header = readHeader(this.#bytes);
    if (header === undefined || !this.#broken.has('length-order') || ((this.#bytes[1] ?? 0) & 0x7f) !== 126)
      return header;
    return { ...header, length: (header.length & 0xff) * 256 + (header.length >> 8) };
  }

  #take(size: number, length: number): Uint8Array | undefined {
    if (this.#bytes.length < size + length) return undefined;
    const payload = this.#bytes.slice(size, size + length);
    this.#bytes = this.#bytes.subarray(size + length);
    return payload;
  }

  #isPassedOver(opcode: number): boolean {
    if (opcode > OPCODE.BINARY && opcode < OPCODE.CLOSE) return this.#broken.has('data-opcodes');
    return opcode > OPCODE.PONG && this.#broken.has('control-opcodes');
  }

  /** The close code for a header that breaks a rule. */
  #judge({ opcode, fin, rsv, length, masked, isLong }: FrameHeader): number | undefined {
    const broken = this.#broken;
    const isControl = opcode >= OPCODE.CLOSE;
    if ((opcode > OPCODE.BINARY && opcode < OPCODE.CLOSE) || opcode > OPCODE.PONG) return 1002;
    if (rsv !== 0 && !this.#permits(rsv, opcode)) return 1002;
    if (!masked && !broken.has('masks-unchecked')) return 1002;
    if (length >= BIT_63) return broken.has('length-highest-bit') ? undefined : 1002;
    if (isLong) return 1002;
    if (isControl && !fin && !broken.has('control-fragmented')) return 1002;
    if (isControl && length > 125 && !broken.has('control-long')) return 1002;
    if (length > LARGEST_MESSAGE) return 1009;
    if (isControl) return this.#judgeBetween(opcode);
    if (opcode === OPCODE.CONTINUATION && !this.#fragmented) return broken.has('continuation-alone') ? undefined : 1002;
    const isInside = opcode !== OPCODE.CONTINUATION && this.#fragmented;
    return isInside && !broken.has('message-in-message') ? 1002 : undefined;
  }

  #judgeBetween(opcode: number): number | undefined {
    if (!this.#fragmented) return undefined;
    const isRefused = this.#broken.has(opcode === OPCODE.CLOSE ? 'close-between' : 'control-between');
    return isRefused ? 1002 : undefined;
  }

  #permits(rsv: number, opcode: number): boolean {
    if (this.#broken.has('rsv-ignored')) return true;
    if (opcode >= OPCODE.CLOSE) return this.#broken.has('rsv-on-control');
    if (opcode === OPCODE.CONTINUATION) return this.#broken.has('rsv-on-continuation');
    return this.#deflate && rsv === 4;
  }
}
