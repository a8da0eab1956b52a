const NO_BYTES: Uint8Array = new Uint8Array(0);
const FIRST_BYTES = 256;

/**
 * The last bytes that went through one direction of a connection: what its next message may refer to (RFC 7692 §7.2.1).
 *
 * They are copies of its own and take no more memory than `size`; a connection that has sent little holds little.
 */
export class SlidingWindow {
  readonly size: number;
  #memory: Uint8Array = NO_BYTES;
  #length = 0;

  /** @param size in bytes: 2 to the power of the window bits */
  constructor(size: number) {
    this.size = size;
  }

  /** The window, oldest byte first; valid until the next {@link add}. */
  get bytes(): Uint8Array {
    return this.#memory.subarray(0, this.#length);
  }

  /** Moves the window behind `plain`, which is copied. */
  add(plain: Uint8Array): void {
    const added = plain.length < this.size ? plain : plain.subarray(plain.length - this.size);
    const kept = Math.min(this.#length, this.size - added.length);
    const previous = this.#memory.subarray(this.#length - kept, this.#length);
    const length = kept + added.length;
    if (length > this.#memory.length) this.#memory = new Uint8Array(this.#capacityFor(length));
    this.#memory.set(previous);
    this.#memory.set(added, kept);
    this.#length = length;
  }

  #capacityFor(length: number): number {
    let capacity = FIRST_BYTES;
    while (capacity < length) capacity *= 2;
    return Math.min(capacity, this.size);
  }
}
