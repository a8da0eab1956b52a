/** One thing on the wire, as much of it as is kept. */
export interface WireEntry {
  /** Milliseconds since the conversation began. */
  readonly atMs: number;
  readonly from: 'suite' | 'testee';
  /** A head, a frame, bytes that are neither, or the end of TCP. */
  readonly kind: 'head' | 'frame' | 'bytes' | 'end';
  /** The first bytes of it. */
  readonly bytes: Uint8Array;
  /** How many it had. */
  readonly length: number;
  /** What is to be said of it besides; may be empty. */
  readonly note: string;
}

/** What went over a connection, in order, with the middle left out where there was very much. */
export interface WireLog {
  readonly first: readonly WireEntry[];
  /** How many entries between them are not kept. */
  readonly skipped: number;
  readonly last: readonly WireEntry[];
}

/** The most bytes of one entry that are kept. */
export const KEPT_BYTES = 1_024;
const KEPT_AT_START = 40;
const KEPT_AT_END = 24;

/** Writes a {@link WireLog} in bounded memory. */
export class WireRecorder {
  readonly #startedAt = performance.now();
  readonly #first: WireEntry[] = [];
  readonly #last: WireEntry[] = [];
  #skipped = 0;

  /** Notes one thing; keeps a copy of its first bytes. */
  add(
    from: WireEntry['from'],
    kind: WireEntry['kind'],
    bytes: Uint8Array,
    length: number = bytes.length,
    note = '',
  ): void {
    if (this.#first.length >= KEPT_AT_START && this.#last.length >= KEPT_AT_END) {
      this.#last.shift();
      this.#skipped++;
    }
    const atMs = Math.round((performance.now() - this.#startedAt) * 10) / 10;
    const entry = { atMs, from, kind, bytes: bytes.slice(0, KEPT_BYTES), length, note };
    (this.#first.length < KEPT_AT_START ? this.#first : this.#last).push(entry);
  }

  /** What was noted until now. */
  get log(): WireLog {
    return { first: [...this.#first], skipped: this.#skipped, last: [...this.#last] };
  }
}
