// Whoever sends more without waiting does not look at single times.
const MOST_PENDING = 1000;

/** When pings went out, by what they carry, so that each pong tells its round trip. */
export class PingTimes {
  readonly #sent = new Map<string, number>();
  readonly #now: () => number;
  #count = 0;

  /** @param now in milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** A payload that no other ping of these has. */
  next(): Uint8Array {
    const count = ++this.#count;
    return Uint8Array.of(count >>> 24, count >>> 16, count >>> 8, count);
  }

  /** A ping with this payload goes out. */
  sent(payload: Uint8Array): void {
    if (this.#sent.size < MOST_PENDING) this.#sent.set(keyOf(payload), this.#now());
  }

  /** How many pings have had no answer. */
  get pending(): number {
    return this.#sent.size;
  }

  /** The round trip in milliseconds that a pong ends; undefined when it answers no ping. */
  answered(payload: Uint8Array): number | undefined {
    const key = keyOf(payload);
    const at = this.#sent.get(key);
    this.#sent.delete(key);
    return at === undefined ? undefined : this.#now() - at;
  }
}

function keyOf(payload: Uint8Array): string {
  return Buffer.from(payload).toString('latin1');
}
