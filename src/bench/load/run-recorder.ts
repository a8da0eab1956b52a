import { Histogram } from '../stats/histogram.ts';

/** Records values into a histogram, equal ones in a row at once: messages that went and came together took equally long. */
export class RunRecorder {
  readonly histogram: Histogram = new Histogram();
  #value = 0;
  #count = 0;

  add(value: number): void {
    if (value !== this.#value) {
      this.flush();
      this.#value = value;
    }
    this.#count++;
  }

  /** Brings the histogram up to date. */
  flush(): void {
    if (this.#count > 0) this.histogram.record(this.#value, this.#count);
    this.#count = 0;
  }

  /** Forgets everything. */
  reset(): void {
    this.#count = 0;
    this.histogram.reset();
  }
}
