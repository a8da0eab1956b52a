/** How much memory is taken at a time. */
export const SLAB_BYTES: number = 64 * 1024;

/** Gives `bytes[start]` to `bytes[end - 1]` of the same memory. */
export type SlabView = (bytes: Uint8Array, start: number, end: number) => Uint8Array;

/** Memory that the outboxes of many connections fill one after the other, so that small frames cost no array each. */
export class Slab {
  readonly #allocate: (bytes: number) => Uint8Array;
  readonly #view: SlabView;
  #bytes: Uint8Array | undefined;
  // Asked for once: the engine calls a function for each of the two.
  #memory: ArrayBufferLike | undefined;
  #from = 0;
  #used = 0;
  #lent = 0;

  /**
   * @param allocate gives fresh memory; every byte handed out is written before it is read
   * @param view gives `bytes[start]` to `bytes[end - 1]` as what the driver writes best
   */
  constructor(
    allocate: (bytes: number) => Uint8Array = (bytes) => new Uint8Array(bytes),
    view: SlabView = (bytes, start, end) => bytes.subarray(start, end),
  ) {
    this.#allocate = allocate;
    this.#view = view;
  }

  /** The array that {@link reserve} reserved last from. */
  get bytes(): Uint8Array {
    return this.#bytes ?? this.#renew();
  }

  /** Where the next reservation would start. */
  get used(): number {
    return this.#used;
  }

  /** Reserves `size` bytes and gives their offset in {@link bytes}, which may be another array than before. */
  reserve(size: number): number {
    if (this.#used + size > SLAB_BYTES) {
      this.#renew();
      this.#used = 0;
      this.#lent = 0;
    }
    const offset = this.#used;
    this.#used += size;
    this.#lent += size;
    return offset;
  }

  /** Takes back what nobody looks at any more. With all of it back, the array is filled from its start again. */
  giveBack(chunk: Uint8Array): void {
    if (chunk.buffer !== this.#memory) return;
    const at = chunk.byteOffset - this.#from;
    if (at < 0 || at >= SLAB_BYTES) return;
    this.#lent -= chunk.length;
    if (this.#lent === 0) this.#used = 0;
  }

  /** An array for one connection alone. */
  own(size: number): Uint8Array {
    return this.#allocate(size);
  }

  /** A part of {@link bytes}, or of an array that {@link own} gave, for the driver. */
  view(bytes: Uint8Array, start: number, end: number): Uint8Array {
    return this.#view(bytes, start, end);
  }

  #renew(): Uint8Array {
    const bytes = this.#allocate(SLAB_BYTES);
    this.#bytes = bytes;
    this.#memory = bytes.buffer;
    this.#from = bytes.byteOffset;
    return bytes;
  }
}
