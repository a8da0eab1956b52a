import { copyBytes } from './bytes.ts';
import { decodeHeaderPrefix, type FrameHeader, MAX_HEADER_BYTES } from './header.ts';
import { applyMask } from './mask.ts';
import { isControlOpcode } from './opcode.ts';
import { checkHeader, type HeaderRules, type ReservedBits } from './rules.ts';

/** Who takes what {@link FrameDecoder} finds. A sink that throws a `ProtocolViolation` ends the decoding. */
export interface FrameSink {
  /** A legal header is complete; no payload byte was awaited yet. The place to check limits. */
  header(header: FrameHeader): void;
  /**
   * Unmasked payload: `bytes[start]` to `bytes[end - 1]`, at least once for each frame, `last` with its last byte.
   *
   * `bytes` is valid only during the call. Returning true stops the decoder behind these bytes.
   */
  payload(bytes: Uint8Array, start: number, end: number, last: boolean): boolean;
}

/** How a {@link FrameDecoder} is set up. */
export interface FrameDecoderOptions {
  /** The end that receives: a server demands masked frames, a client unmasked ones (RFC 6455 §5.1). */
  readonly role: 'server' | 'client';
  /** Allows unmasking inside the caller's chunks instead of in a copy. Default false. */
  readonly ownsInput?: boolean;
  /** Bits that agreed extensions use. */
  readonly reservedBits?: ReservedBits | undefined;
  /** Reserved opcodes that agreed extensions use, bit n for opcode n. */
  readonly extensionOpcodes?: number | undefined;
}

interface MutableRules extends HeaderRules {
  fragmented: boolean;
}

/**
 * Bytes in, frames out, however the bytes are cut: the two states are "awaiting a header" and "inside a payload".
 *
 * Every header is checked before its payload is awaited, and as early as its first two bytes allow. Payload is handed on
 * as it comes and never collected here. Nothing but a header cut in two (at most 13 bytes) is kept between calls.
 * @rfc 6455-6.2-1
 */
export class FrameDecoder {
  readonly #rules: MutableRules;
  readonly #ownsInput: boolean;
  #spill: Uint8Array | undefined;
  #spilled = 0;
  #inPayload = false;
  #remaining = 0;
  #maskKey = 0;
  #maskPhase = 0;
  #failed = false;

  constructor(options: FrameDecoderOptions) {
    this.#ownsInput = options.ownsInput ?? false;
    this.#rules = {
      role: options.role,
      fragmented: false,
      reservedBits: options.reservedBits,
      extensionOpcodes: options.extensionOpcodes,
    };
  }

  /**
   * Decodes `chunk` into `sink` and gives how many of its bytes were taken: all of them unless the sink stopped it, in
   * which case the rest is to be pushed again later.
   *
   * After a violation the decoder takes and ignores everything (RFC 6455 §7.1.7).
   *
   * @throws ProtocolViolation when a header breaks a rule, or whatever the sink throws
   */
  push(chunk: Uint8Array, sink: FrameSink): number {
    if (this.#failed) return chunk.length; // @rfc 6455-7.1.7-4
    try {
      return this.#decode(chunk, sink);
    } catch (error) {
      this.#failed = true;
      throw error;
    }
  }

  /** True between frames: an end of the stream here cuts no frame in two. */
  get idle(): boolean {
    return !this.#inPayload && this.#spilled === 0;
  }

  #decode(chunk: Uint8Array, sink: FrameSink): number {
    let at = 0;
    while (at < chunk.length) {
      if (!this.#inPayload) {
        at = this.#takeHeader(chunk, at, sink);
        if (!this.#inPayload) return at;
      }
      const end = Math.min(chunk.length, at + this.#remaining);
      if (end === at && this.#remaining > 0) return at;
      const stop = this.#takePayload(chunk, at, end, sink);
      at = end;
      if (stop) return at;
    }
    return at;
  }

  /** Takes a header, or as much of one as there is, and gives the offset behind it. */
  #takeHeader(chunk: Uint8Array, at: number, sink: FrameSink): number {
    if (this.#spilled > 0) return this.#takeSpilledHeader(chunk, at, sink);
    const header = decodeHeaderPrefix(chunk, at, chunk.length);
    if (header !== undefined) {
      this.#check(header);
      if (chunk.length - at >= header.size) {
        this.#begin(header, sink);
        return at + header.size;
      }
    }
    this.#spill ??= new Uint8Array(MAX_HEADER_BYTES);
    this.#spill.set(chunk.subarray(at));
    this.#spilled = chunk.length - at;
    return chunk.length;
  }

  #takeSpilledHeader(chunk: Uint8Array, start: number, sink: FrameSink): number {
    const spill = this.#spill!;
    for (let at = start; at < chunk.length; ) {
      spill[this.#spilled++] = chunk[at++]!;
      // One byte was spilled before this one, so there are the two that a prefix needs.
      const header = decodeHeaderPrefix(spill, 0, this.#spilled)!;
      this.#check(header);
      if (this.#spilled === header.size) {
        this.#spilled = 0;
        this.#begin(header, sink);
        return at;
      }
    }
    return chunk.length;
  }

  #check(header: FrameHeader): void {
    const violation = checkHeader(header, this.#rules);
    if (violation !== undefined) throw violation;
  }

  #begin(header: FrameHeader, sink: FrameSink): void {
    if (!isControlOpcode(header.opcode)) this.#rules.fragmented = !header.fin; // @rfc 6455-6.2-4
    this.#inPayload = true;
    this.#remaining = header.length;
    this.#maskKey = header.maskKey;
    this.#maskPhase = 0;
    sink.header(header);
  }

  #takePayload(chunk: Uint8Array, start: number, end: number, sink: FrameSink): boolean {
    this.#remaining -= end - start;
    const last = this.#remaining === 0;
    if (last) this.#inPayload = false;
    if (this.#maskKey === 0 || start === end) return sink.payload(chunk, start, end, last);
    if (this.#ownsInput) {
      this.#maskPhase = applyMask(chunk, this.#maskKey, this.#maskPhase, start, end); // @rfc 6455-6.2-5
      return sink.payload(chunk, start, end, last);
    }
    const copy = copyBytes(chunk, start, end);
    this.#maskPhase = applyMask(copy, this.#maskKey, this.#maskPhase); // @rfc 6455-6.2-5
    return sink.payload(copy, 0, copy.length, last);
  }
}
