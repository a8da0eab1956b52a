/** A publication that some receivers of this worker are still waiting for. */
export interface PublicationInFlight {
  readonly sender: number;
  readonly seq: number;
  readonly sentNs: number;
  /** Receivers of this worker that should get it. */
  expected: number;
  arrived: number;
  /** Workers whose receivers do not all have it yet, this one included; counted where it was published. */
  workersLeft: number;
}

// Senders are below 2^21 by far, so that both numbers fit one that is exact.
const SENDER_STEP = 2 ** 32;
/** More than this were given up on: the oldest are forgotten. */
const MOST_ENTRIES = 100_000;

/** The publications that are under way, as one worker sees them. */
export class PublicationsInFlight {
  readonly #entries = new Map<number, PublicationInFlight>();
  #last: PublicationInFlight | undefined = undefined;

  get(sender: number, seq: number): PublicationInFlight | undefined {
    const last = this.#last;
    // What is sent to many arrives in a row.
    if (last !== undefined && last.seq === seq && last.sender === sender) return last;
    const entry = this.#entries.get(sender * SENDER_STEP + seq);
    this.#last = entry;
    return entry;
  }

  add(sender: number, seq: number, sentNs: number, expected: number, workersLeft: number): PublicationInFlight {
    const entry = { sender, seq, sentNs, expected, arrived: 0, workersLeft };
    this.#entries.set(sender * SENDER_STEP + seq, entry);
    if (this.#entries.size > MOST_ENTRIES) {
      for (const [key] of this.#entries) {
        this.#entries.delete(key);
        break;
      }
    }
    this.#last = entry;
    return entry;
  }

  delete({ sender, seq }: PublicationInFlight): void {
    this.#entries.delete(sender * SENDER_STEP + seq);
    this.#last = undefined;
  }

  clear(): void {
    this.#entries.clear();
    this.#last = undefined;
  }

  /** The oldest first. */
  [Symbol.iterator](): IterableIterator<PublicationInFlight> {
    return this.#entries.values();
  }
}
