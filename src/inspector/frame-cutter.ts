import { decodeHeader, type FrameHeader } from '../codec/index.ts';

const MAX_HEADER_BYTES = 14;

/** Who takes what {@link FrameCutter} finds, legal or not. */
export interface CutterSink {
  /** A header is complete: its bytes are `bytes[start]` on. Returning false ends the cutting: its length is not to be believed. */
  begin(header: FrameHeader, bytes: Uint8Array, start: number): boolean;
  /** Payload as it is on the wire; `phase` is how many bytes of it came before. */
  payload(bytes: Uint8Array, start: number, end: number, phase: number): void;
  /** The last byte of the frame came. */
  finish(): void;
}

/**
 * Finds where frames begin and end in a stream, however it is cut, and judges nothing: other than a decoder it goes on
 * behind a frame that breaks a rule. It keeps nothing but a header that was cut in two.
 */
export class FrameCutter {
  readonly #sink: CutterSink;
  readonly #spill: Uint8Array = new Uint8Array(MAX_HEADER_BYTES);
  #spilled = 0;
  #remaining = -1;
  #phase = 0;
  #lost = false;

  constructor(sink: CutterSink) {
    this.#sink = sink;
  }

  /** Nobody can tell where the next frame begins. */
  get lost(): boolean {
    return this.#lost;
  }

  /** What there is of a header that is not complete; a copy. */
  get spilled(): Uint8Array {
    return this.#spill.slice(0, this.#spilled);
  }

  /** How many bytes of the frame under way are missing; 0 between frames, where at most a part of a header came. */
  get missing(): number {
    return Math.max(0, this.#remaining);
  }

  /** Cuts `chunk` and gives how many of its bytes were parts of frames: all, unless {@link lost}. */
  push(chunk: Uint8Array): number {
    let at = 0;
    while (at < chunk.length && !this.#lost) at = this.#remaining < 0 ? this.#header(chunk, at) : this.#rest(chunk, at);
    return at;
  }

  #header(chunk: Uint8Array, at: number): number {
    if (this.#spilled === 0) {
      const header = decodeHeader(chunk, at, chunk.length);
      if (header !== undefined) {
        this.#begin(header, chunk, at);
        return at + header.size;
      }
    }
    let next = at;
    while (next < chunk.length) {
      this.#spill[this.#spilled++] = chunk[next++]!;
      const header = decodeHeader(this.#spill, 0, this.#spilled);
      if (header === undefined) continue;
      this.#spilled = 0;
      this.#begin(header, this.#spill, 0);
      break;
    }
    return next;
  }

  #begin(header: FrameHeader, bytes: Uint8Array, start: number): void {
    this.#phase = 0;
    this.#remaining = header.length;
    this.#lost = !this.#sink.begin(header, bytes, start);
    if (this.#remaining === 0 && !this.#lost) this.#finish();
  }

  #rest(chunk: Uint8Array, at: number): number {
    const end = Math.min(chunk.length, at + this.#remaining);
    this.#sink.payload(chunk, at, end, this.#phase);
    this.#phase += end - at;
    this.#remaining -= end - at;
    if (this.#remaining === 0) this.#finish();
    return end;
  }

  #finish(): void {
    this.#remaining = -1;
    this.#sink.finish();
  }
}
