import {
  applyMask,
  checkHeader,
  decodeClosePayload,
  type FrameHeader,
  isControlOpcode,
  Opcode,
  type ReservedBits,
} from '../codec/index.ts';
import type { SpanViolation } from '../inspect/index.ts';
import type { End, FrameContext, JoinedMessage, LaneFrame } from './entry.ts';
import { type CutterSink, FrameCutter } from './frame-cutter.ts';
import { type DeflateTerms, Inflater } from './inflater.ts';
import { INSPECTOR_LIMITS } from './limits.ts';
import { MessageJoiner } from './message-joiner.ts';
import { violationOfError } from './violation-of-error.ts';

/** What a lane has seen, exactly, however little of it is shown. */
export interface LaneCounts {
  bytes: number;
  frames: number;
  messages: number;
  violations: number;
}

const DEFLATE_BITS: ReservedBits = { start: 4, continuation: 0, control: 0 };
const AFTER_CLOSE = 'sent after a close frame; a receiver discards it (RFC 6455 §5.5.1)';

/** The frame under way. */
interface OpenFrame {
  readonly header: FrameHeader;
  readonly offset: number;
  readonly kept: Uint8Array;
  readonly context: FrameContext;
  readonly message: MessageJoiner | undefined;
  readonly fragment: number;
  keptBytes: number;
  size: number;
  violation: SpanViolation | undefined;
}

/** The frames of one direction: cut, judged by the rules for their receiver, joined and inflated. It goes on after a violation. */
export class Lane {
  readonly counts: LaneCounts = { bytes: 0, frames: 0, messages: 0, violations: 0 };
  readonly #role: 'server' | 'client';
  readonly #reservedBits: ReservedBits | undefined;
  readonly #inflater: Inflater | undefined;
  readonly #tell: (frame: LaneFrame, payload: Uint8Array | undefined) => void;
  readonly #cutter: FrameCutter;
  #frame: OpenFrame | undefined;
  #message: MessageJoiner | undefined;
  #offset: number;
  #closed = false;

  /**
   * @param from the end that sends
   * @param offset of the first frame in what that end sent
   * @param terms how it compresses, when that was agreed on
   * @param tell takes each frame, and the whole unmasked payload of a control frame
   */
  constructor(
    from: End,
    offset: number,
    terms: DeflateTerms | undefined,
    tell: (frame: LaneFrame, payload: Uint8Array | undefined) => void,
  ) {
    this.#role = from === 'client' ? 'server' : 'client';
    this.#offset = offset;
    this.#reservedBits = terms === undefined ? undefined : DEFLATE_BITS;
    this.#inflater = terms === undefined ? undefined : new Inflater(terms);
    this.#tell = tell;
    this.#cutter = new FrameCutter(this.#sink());
  }

  /** Nobody can tell where frames begin any more. */
  get lost(): boolean {
    return this.#cutter.lost;
  }

  /** What is missing of the frame under way, in bytes; 0 between frames. */
  get missing(): number {
    return this.#cutter.missing;
  }

  push(chunk: Uint8Array): void {
    this.counts.bytes += chunk.length;
    const taken = this.#cutter.push(chunk);
    this.#offset += chunk.length - taken;
  }

  /** Nothing more comes: gives the frame that was cut off, if there is one. */
  end(): void {
    if (this.#frame !== undefined) this.#finish(false);
  }

  #sink(): CutterSink {
    return {
      begin: (header, bytes, start) => this.#begin(header, bytes, start),
      payload: (bytes, start, end, phase) => this.#payload(bytes, start, end, phase),
      finish: () => this.#finish(true),
    };
  }

  #begin(header: FrameHeader, bytes: Uint8Array, start: number): boolean {
    const { opcode, size } = header;
    const rules = { role: this.#role, fragmented: this.#message !== undefined, reservedBits: this.#reservedBits };
    const broken = checkHeader(header, rules);
    const context = MessageJoiner.contextOf(this.#message);
    const isData = opcode <= Opcode.BINARY;
    if (isData && opcode !== Opcode.CONTINUATION) {
      this.#message = new MessageJoiner(header, this.#inflater !== undefined);
    }
    const message = isData ? this.#message : undefined;
    if (message !== undefined) message.frames++;
    const kept = new Uint8Array(Math.min(INSPECTOR_LIMITS.keptFrameBytes, size + header.length));
    kept.set(bytes.subarray(start, start + size));
    this.#frame = {
      header,
      offset: this.#offset,
      kept,
      context,
      message,
      fragment: message?.frames ?? 0,
      keptBytes: size,
      size,
      violation: broken === undefined ? undefined : violationOfError(broken),
    };
    this.#offset += size;
    if (broken?.code !== 'length-top-bit') return true;
    this.#finish(true);
    return false;
  }

  #payload(bytes: Uint8Array, start: number, end: number, phase: number): void {
    const frame = this.#frame!;
    const piece = bytes.subarray(start, Math.min(end, start + frame.kept.length - frame.keptBytes));
    frame.kept.set(piece, frame.keptBytes);
    frame.keptBytes += piece.length;
    frame.size += end - start;
    this.#offset += end - start;
    const broken = frame.message?.push(bytes, start, end, frame.header, phase);
    frame.violation ??= broken;
  }

  #finish(whole: boolean): void {
    const { message: joiner, kept, keptBytes, ...frame } = this.#frame!;
    const { header } = frame;
    this.#frame = undefined;
    let { violation } = frame;
    let message: JoinedMessage | undefined;
    const control = whole && isControlOpcode(header.opcode) ? controlPayload(header, kept) : undefined;
    if (header.opcode === Opcode.CLOSE && control !== undefined) violation ??= closeViolation(control);
    if (joiner !== undefined && header.fin && whole) {
      const joined = joiner.finish(this.#inflater);
      violation ??= joined.violation;
      if (joiner.frames > 1 || joiner.compressed) message = joined.message;
      this.#message = undefined;
      this.counts.messages++;
    }
    this.counts.frames++;
    if (violation !== undefined) this.counts.violations++;
    const note = this.#closed ? AFTER_CLOSE : '';
    if (header.opcode === Opcode.CLOSE) this.#closed = true;
    const wire = keptBytes === kept.length ? kept : kept.slice(0, keptBytes);
    this.#tell({ ...frame, wire, whole, violation, note, message }, control);
  }
}

/** The unmasked payload of a control frame; undefined for one that is longer than what is kept. */
function controlPayload(header: FrameHeader, kept: Uint8Array): Uint8Array | undefined {
  if (kept.length < header.size + header.length) return undefined;
  const payload = kept.slice(header.size);
  applyMask(payload, header.maskKey);
  return payload;
}

function closeViolation(payload: Uint8Array): SpanViolation | undefined {
  try {
    decodeClosePayload(payload);
    return undefined;
  } catch (error) {
    return violationOfError(error);
  }
}
