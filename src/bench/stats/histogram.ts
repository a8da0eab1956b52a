/** How many values a bucket can hold at most, as a share of them: with 128 buckets an octave a value is known to 0.8 %. */
const BUCKETS_PER_OCTAVE = 128;
const EXACT_BELOW = 2 * BUCKETS_PER_OCTAVE;
const FIRST_OCTAVE = 8;
const OCTAVES = 53 - FIRST_OCTAVE;
const BUCKETS = EXACT_BELOW + OCTAVES * BUCKETS_PER_OCTAVE;
const TWO_TO_32 = 2 ** 32;

/** A histogram as data: pairs of the lowest value of a bucket and how many values it holds, in rising order. */
export interface HistogramData {
  readonly buckets: readonly (readonly [lowest: number, count: number])[];
  readonly min: number;
  readonly max: number;
  readonly sum: number;
}

/**
 * Counts values from 0 to 2^53 in buckets that grow with the value, so that each is known to 0.8 % and recording one is a
 * handful of instructions. Histograms of equal shape add up without loss: never average percentiles, add histograms.
 *
 * Values are whole numbers of whatever unit; fractions are cut off, what is negative counts as 0.
 */
export class Histogram {
  readonly #counts = new Float64Array(BUCKETS);
  #count = 0;
  #min = Infinity;
  #max = 0;
  #sum = 0;

  /** How many values were recorded. */
  get count(): number {
    return this.#count;
  }

  /** The smallest value, exactly; 0 when there is none. */
  get min(): number {
    return this.#count === 0 ? 0 : this.#min;
  }

  /** The largest value, exactly; 0 when there is none. */
  get max(): number {
    return this.#max;
  }

  /** 0 when there is none. */
  get mean(): number {
    return this.#count === 0 ? 0 : this.#sum / this.#count;
  }

  /** Counts a value, or `count` equal ones. */
  record(value: number, count: number = 1): void {
    const whole = value > 0 ? Math.floor(value) : 0;
    const bucket = bucketOf(whole);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + count;
    this.#count += count;
    this.#sum += whole * count;
    if (whole < this.#min) this.#min = whole;
    if (whole > this.#max) this.#max = whole;
  }

  /** Adds everything that another one counted. */
  add(other: Histogram): void {
    if (other.#count === 0) return;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const count = other.#counts[bucket] ?? 0;
      if (count > 0) this.#counts[bucket] = (this.#counts[bucket] ?? 0) + count;
    }
    this.#count += other.#count;
    this.#sum += other.#sum;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
  }

  /** Forgets everything. */
  reset(): void {
    this.#counts.fill(0);
    this.#count = 0;
    this.#min = Infinity;
    this.#max = 0;
    this.#sum = 0;
  }

  /**
   * The value that the given share of all values does not exceed; 0 when there is none.
   *
   * @param share 0 to 1: 0.99 for the 99th percentile
   */
  quantile(share: number): number {
    const rank = Math.max(1, Math.ceil(share * this.#count));
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      seen += this.#counts[bucket] ?? 0;
      if (seen >= rank) return Math.min(this.#max, Math.max(this.#min, middleOf(bucket)));
    }
    return this.#max;
  }

  /** What can be sent to another process, written to a file, and read by {@link Histogram.from}. */
  toData(): HistogramData {
    const buckets: [number, number][] = [];
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const count = this.#counts[bucket] ?? 0;
      if (count > 0) buckets.push([lowestOf(bucket), count]);
    }
    return { buckets, min: this.min, max: this.#max, sum: this.#sum };
  }

  /** The histogram that gave this data. */
  static from({ buckets, min, max, sum }: HistogramData): Histogram {
    const histogram = new Histogram();
    for (const [lowest, count] of buckets) histogram.record(lowest, count);
    if (buckets.length > 0) {
      histogram.#min = min;
      histogram.#max = max;
      histogram.#sum = sum;
    }
    return histogram;
  }
}

function bucketOf(value: number): number {
  if (value < EXACT_BELOW) return value;
  const octave = value < TWO_TO_32 ? 31 - Math.clz32(value) : Math.min(52, 63 - Math.clz32(value / TWO_TO_32));
  const mantissa = Math.min(EXACT_BELOW - 1, Math.floor(value / 2 ** (octave - 7)));
  return EXACT_BELOW + (octave - FIRST_OCTAVE) * BUCKETS_PER_OCTAVE + (mantissa - BUCKETS_PER_OCTAVE);
}

function widthOf(bucket: number): number {
  return bucket < EXACT_BELOW ? 1 : 2 ** (Math.floor((bucket - EXACT_BELOW) / BUCKETS_PER_OCTAVE) + 1);
}

function lowestOf(bucket: number): number {
  if (bucket < EXACT_BELOW) return bucket;
  return (((bucket - EXACT_BELOW) % BUCKETS_PER_OCTAVE) + BUCKETS_PER_OCTAVE) * widthOf(bucket);
}

function middleOf(bucket: number): number {
  return lowestOf(bucket) + Math.floor(widthOf(bucket) / 2);
}
