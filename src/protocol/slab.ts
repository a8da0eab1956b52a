/** How much memory is taken at a time. */
export const SLAB_BYTES: number = 64 * 1024;

/** Memory that the outboxes of many connections fill one after the other, so that small frames cost no array each. */
export class Slab {
  readonly #allocate: (bytes: number) => Uint8Array;
  #bytes: Uint8Array | undefined;
  #used = 0;
  #lent = 0;

  /** @param allocate gives fresh memory; every byte handed out is written before it is read */
  constructor(allocate: (bytes: number) => Uint8Array = (bytes) => new Uint8Array(bytes)) {
    this.#allocate = allocate;
  }

  /** The array that {@link reserve} reserved last from. */
  get bytes(): Uint8Array {
    this.#bytes ??= this.#allocate(SLAB_BYTES);
    return this.#bytes;
  }

  /** Where the next reservation would start. */
  get used(): number {
    return this.#used;
  }

  /** Reserves `size` bytes and gives their offset in {@link bytes}, which may be another array than before. */
  reserve(size: number): number {
    if (this.#used + size > SLAB_BYTES) {
      this.#bytes = this.#allocate(SLAB_BYTES);
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
    const bytes = this.#bytes;
    if (chunk.buffer !== bytes?.buffer) return;
    const at = chunk.byteOffset - bytes.byteOffset;
    if (at < 0 || at >= SLAB_BYTES) return;
    this.#lent -= chunk.length;
    if (this.#lent === 0) this.#used = 0;
  }

  /** An array for one connection alone. */
  own(size: number): Uint8Array {
    return this.#allocate(size);
  }
}
