import { copyBytes, copyInto, readUint32 } from './bytes.ts';
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
  /**
   * A whole message in one frame of at most 125 bytes, in place of {@link header} and {@link payload} where the decoder finds
   * it so. `bytes` and the answer are as there. A sink that has no such method gets its two calls for every frame.
   */
  message?(opcode: number, bytes: Uint8Array, start: number, end: number): boolean;
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
  // Header bytes of a short message that can be unmasked where it lies.
  readonly #shortHead: number;
  #spill: Uint8Array | undefined;
  #spilled = 0;
  #inPayload = false;
  #remaining = 0;
  #maskKey = 0;
  #maskPhase = 0;
  #failed = false;

  constructor(options: FrameDecoderOptions) {
    this.#ownsInput = options.ownsInput ?? false;
    this.#shortHead = options.role === 'client' ? 2 : this.#ownsInput ? 6 : Number.MAX_SAFE_INTEGER;
    this.#rules = {
      role: options.role,
      fragmented: false,
      reservedBits: options.reservedBits,
      extensionOpcodes: options.extensionOpcodes,
    };
  }

  /**
   * Decodes `chunk` from `start` on into `sink` and gives the offset behind what was taken: its length unless the sink
   * stopped it, in which case the rest is to be pushed later.
   *
   * After a violation the decoder takes and ignores everything (RFC 6455 §7.1.7).
   *
   * @throws ProtocolViolation when a header breaks a rule, or whatever the sink throws
   */
  push(chunk: Uint8Array, sink: FrameSink, start: number = 0): number {
    if (this.#failed) return chunk.length; // @rfc 6455-7.1.7-4
    try {
      return this.#decode(chunk, sink, start);
    } catch (error) {
      this.#failed = true;
      throw error;
    }
  }

  /** True between frames: an end of the stream here cuts no frame in two. */
  get idle(): boolean {
    return !this.#inPayload && this.#spilled === 0;
  }

  #decode(chunk: Uint8Array, sink: FrameSink, from: number): number {
    const { length } = chunk;
    let at = from;
    while (at < length) {
      if (!this.#inPayload) {
        const start = this.#shortMessage(chunk, at, length, sink);
        if (start > 0) {
          const opcode = chunk[at]! & 0xf;
          at = start + (chunk[at + 1]! & 0x7f);
          if (this.#shortHead > 2) applyMask(chunk, readUint32(chunk, start - 4), 0, start, at); // @rfc 6455-6.2-5
          if (sink.message!(opcode, chunk, start, at)) return at;
          continue;
        }
        at = this.#takeHeader(chunk, at, sink);
        if (!this.#inPayload) return at;
      }
      const end = Math.min(length, at + this.#remaining);
      if ((end === at && this.#remaining > 0) || this.#takePayload(chunk, at, end, sink)) return end;
      at = end;
    }
    return at;
  }

  /**
   * Where the payload starts of a short message that is all there, in one frame that leaves the decoder as it is; else 0.
   * What looks so breaks no rule of `checkHeader`, and needs no header made for it: a message takes a fifth less time.
   */
  #shortMessage(chunk: Uint8Array, at: number, end: number, sink: FrameSink): number {
    const start = at + this.#shortHead;
    if (start > end || sink.message === undefined || this.#spilled > 0 || this.#rules.fragmented) return 0;
    const first = chunk[at]!;
    const length = chunk[at + 1]! ^ (this.#shortHead > 2 ? 0x80 : 0);
    return (first === 0x81 || first === 0x82) && length < 126 && start + length <= end ? start : 0;
  }

  /** Takes a header, or as much of one as there is, and gives the offset behind it. */
  #takeHeader(chunk: Uint8Array, at: number, sink: FrameSink): number {
    const kept = this.#spilled;
    let bytes = chunk;
    let start = at;
    let end = chunk.length;
    if (kept > 0) {
      bytes = this.#spill!;
      start = 0;
      end = copyInto(bytes, kept, chunk, at, Math.min(end, at + MAX_HEADER_BYTES - kept));
    }
    const header = decodeHeaderPrefix(bytes, start, end);
    if (header !== undefined) {
      const violation = checkHeader(header, this.#rules);
      if (violation !== undefined) throw violation;
      if (end - start >= header.size) {
        this.#spilled = 0;
        this.#begin(header, sink);
        return at + header.size - kept;
      }
    }
    this.#spill ??= new Uint8Array(MAX_HEADER_BYTES);
    if (kept === 0) copyInto(this.#spill, 0, chunk, at, end);
    this.#spilled = end - start;
    return chunk.length;
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
    if (this.#maskKey === 0 || this.#ownsInput) {
      this.#maskPhase = applyMask(chunk, this.#maskKey, this.#maskPhase, start, end); // @rfc 6455-6.2-5
      return sink.payload(chunk, start, end, last);
    }
    const copy = copyBytes(chunk, start, end);
    this.#maskPhase = applyMask(copy, this.#maskKey, this.#maskPhase); // @rfc 6455-6.2-5
    return sink.payload(copy, 0, copy.length, last);
  }
}
