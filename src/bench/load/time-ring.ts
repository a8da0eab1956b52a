/** A time for each number of a growing range, by number: no more memory than the range was ever long. */
export class TimeRing {
  #times = new Float64Array(8);
  #mask = 7;

  /** The time of a number of the range. */
  get(number: number): number {
    return this.#times[number & this.#mask]!;
  }

  /** Appends a number to the range, which begins with `first`. */
  set(number: number, time: number, first: number): void {
    if (number - first > this.#mask) this.#grow(number, first);
    this.#times[number & this.#mask] = time;
  }

  #grow(number: number, first: number): void {
    const previous = this.#times;
    const previousMask = this.#mask;
    let capacity = previous.length;
    while (capacity <= number - first) capacity *= 2;
    this.#times = new Float64Array(capacity);
    this.#mask = capacity - 1;
    for (let n = first; n < number; n++) this.#times[n & this.#mask] = previous[n & previousMask]!;
  }
}
