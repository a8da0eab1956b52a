import { applyMask, copyBytes, copyInto, headerSize, writeHeader } from '../codec/index.ts';
import { SharedRun } from './shared-run.ts';
import { SLAB_BYTES, type Slab } from './slab.ts';
import type { TextPort } from './text.ts';

/** Payloads up to this length are copied into shared memory; longer ones are referenced until they are written. */
export const COPY_UP_TO: number = 16 * 1024;

const FIRST_OWN_BYTES = 1024;

// Shared by all, those who take it included: what one of them added would go to everybody's peer.
const NO_CHUNKS = Object.freeze([]) as readonly Uint8Array[] as Uint8Array[];

/**
 * The frames that a connection has to write, in order, until its driver takes them.
 *
 * Small frames lie side by side, so that what one turn of the loop produces becomes one write.
 */
export class Outbox {
  readonly #slab: Slab;
  readonly #nextMaskKey: (() => number) | undefined;
  #chunks: Uint8Array[] = NO_CHUNKS;
  // Never beside an open chunk.
  #run: SharedRun | undefined;
  #open: Uint8Array | undefined;
  #start = 0;
  #end = 0;
  #bytes = 0;
  #blocked = false;

  /** @param nextMaskKey a fresh random 32-bit integer for each frame of a client; a server masks nothing */
  constructor(slab: Slab, nextMaskKey: (() => number) | undefined) {
    this.#slab = slab;
    this.#nextMaskKey = nextMaskKey;
  }

  /** Bytes of frames that wait here. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * While the transport takes nothing, frames go to memory of this connection's own, so that one that never reads does
   * not keep whole shared slabs alive for its few bytes.
   */
  set blocked(blocked: boolean) {
    if (blocked !== this.#blocked) this.#seal();
    this.#blocked = blocked;
  }

  /** Adds one frame. A payload longer than {@link COPY_UP_TO} is not copied and must stay as it is until written. */
  frame(firstByte: number, payload: Uint8Array): void {
    const { length } = payload;
    const maskKey = this.#nextMaskKey?.(); // @rfc 6455-5.1-1 6455-5.3-2 6455-6.1-4 6455-6.1-7 6455-10.3-1
    const headBytes = headerSize(length, maskKey !== undefined);
    if (length <= COPY_UP_TO) {
      const at = this.#reserve(headBytes + length);
      const target = this.#open!;
      const start = writeHeader(target, at, firstByte, length, maskKey);
      const end = copyInto(target, start, payload, 0, length);
      if (maskKey !== undefined) applyMask(target, maskKey, 0, start, end); // @rfc 6455-5.1-1
      return;
    }
    const at = this.#reserve(headBytes);
    writeHeader(this.#open!, at, firstByte, length, maskKey);
    if (maskKey === undefined) {
      this.#append(payload);
    } else {
      const masked = copyBytes(payload, 0, length);
      applyMask(masked, maskKey);
      this.#append(masked);
    }
  }

  /** Adds one frame with `text` as its payload, which takes `length` bytes. */
  text(firstByte: number, text: string, length: number, port: TextPort): void {
    const maskKey = this.#nextMaskKey?.(); // @rfc 6455-5.1-1 6455-5.3-2 6455-6.1-7 6455-10.3-1
    const size = headerSize(length, maskKey !== undefined) + length;
    const large = size > COPY_UP_TO;
    const at = large ? 0 : this.#reserve(size);
    const target = large ? this.#slab.own(size) : this.#open!;
    const start = writeHeader(target, at, firstByte, length, maskKey);
    port.write(text, target, start);
    if (maskKey !== undefined) applyMask(target, maskKey, 0, start, start + length);
    if (large) this.#append(target);
  }

  /** Adds a frame that others send, too: it is referenced, and must stay as it is for good. */
  encoded(frame: Uint8Array): void {
    if (frame.length > COPY_UP_TO) {
      this.#append(frame);
    } else if (this.#blocked || this.#open !== undefined) {
      const at = this.#reserve(frame.length);
      copyInto(this.#open!, at, frame, 0, frame.length);
    } else {
      this.#share(frame);
    }
  }

  /**
   * What waits, in order, until `atLeast` bytes are reached. From here on it is the driver's to write, and to leave as it is.
   *
   * Taking a long queue in parts lets the driver see the peer's progress in it.
   */
  take(atLeast: number = Infinity): readonly Uint8Array[] {
    this.#seal();
    let bytes = 0;
    let count = 0;
    while (bytes < atLeast && count < this.#chunks.length) bytes += this.#chunks[count++]!.length;
    if (count === this.#chunks.length) return this.#takeAll();
    const chunks = this.#chunks.splice(0, count);
    this.#bytes -= bytes;
    return chunks;
  }

  /** The transport has copied `chunks`, which {@link take} gave: their memory may be used again. */
  copied(chunks: readonly Uint8Array[]): void {
    for (let i = 0; i < chunks.length; i++) this.#slab.giveBack(chunks[i]!);
  }

  /** Called before it is emptied; what is added now goes along. */
  protected emptying(): void {}

  #takeAll(): readonly Uint8Array[] {
    this.emptying();
    this.#seal();
    const chunks = this.#chunks;
    this.#chunks = NO_CHUNKS;
    this.#bytes = 0;
    return chunks;
  }

  #add(chunk: Uint8Array): void {
    // Most often it is the only one until the next write, and an array that grew by a push has room for 17.
    if (this.#chunks.length === 0) this.#chunks = [chunk];
    else this.#chunks.push(chunk);
  }

  #append(chunk: Uint8Array): void {
    this.#seal();
    this.#add(chunk);
    this.#bytes += chunk.length;
  }

  #share(frame: Uint8Array): void {
    const run = this.#run;
    const longer = run === undefined ? SharedRun.of(frame) : run.followedBy(frame);
    if (longer === undefined) this.#seal();
    this.#run = longer ?? SharedRun.of(frame);
    this.#bytes += frame.length;
  }

  /** Goes on with frames of this connection alone behind shared ones, so that all of them stay one chunk. */
  #unshare(run: SharedRun): void {
    this.#run = undefined;
    this.#bytes -= run.length;
    const at = this.#reserve(run.length);
    copyInto(this.#open!, at, run.bytes, 0, run.length);
  }

  /** Makes `size` bytes available in the open chunk and gives their offset in it. */
  #reserve(size: number): number {
    if (this.#run !== undefined) this.#unshare(this.#run);
    this.#bytes += size;
    const open = this.#open;
    if (this.#blocked) {
      if (open === undefined || this.#end + size > open.length) this.#openOwn(size);
    } else if (open === undefined || open !== this.#slab.bytes || this.#slab.used !== this.#end) {
      this.#openShared(size);
    } else if (this.#slab.reserve(size) !== this.#end) {
      this.#seal();
      this.#open = this.#slab.bytes;
      this.#start = 0;
      this.#end = 0;
    }
    const at = this.#end;
    this.#end += size;
    return at;
  }

  #openShared(size: number): void {
    this.#seal();
    this.#start = this.#slab.reserve(size);
    this.#end = this.#start;
    this.#open = this.#slab.bytes;
  }

  #openOwn(size: number): void {
    const previous = this.#open?.length ?? 0;
    this.#seal();
    this.#open = this.#slab.own(Math.max(size, Math.min(SLAB_BYTES, Math.max(FIRST_OWN_BYTES, previous * 2))));
    this.#start = 0;
    this.#end = 0;
  }

  /** Ends the open chunk, so that the next frame starts another. */
  #seal(): void {
    if (this.#run !== undefined) {
      this.#add(this.#run.bytes);
      this.#run = undefined;
    }
    if (this.#open === undefined) return;
    this.#add(this.#slab.view(this.#open, this.#start, this.#end));
    this.#open = undefined;
  }
}
