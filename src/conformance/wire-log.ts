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

/** A place in the ring of what came last, used again and again. */
interface Place {
  atMs: number;
  from: WireEntry['from'];
  kind: WireEntry['kind'];
  /** As long as the most that is kept, of which so many are meant. */
  readonly bytes: Uint8Array;
  kept: number;
  length: number;
  note: string;
}

/** Writes a {@link WireLog} in bounded memory. */
export class WireRecorder {
  readonly #startedAt = performance.now();
  readonly #first: WireEntry[] = [];
  readonly #last: Place[] = [];
  #behindFirst = 0;

  /** Notes one thing; keeps a copy of its first bytes. */
  add(
    from: WireEntry['from'],
    kind: WireEntry['kind'],
    bytes: Uint8Array,
    length: number = bytes.length,
    note = '',
  ): void {
    const atMs = performance.now() - this.#startedAt;
    if (this.#first.length < KEPT_AT_START) {
      this.#first.push({ atMs: rounded(atMs), from, kind, bytes: copyOf(bytes, KEPT_BYTES), length, note });
      return;
    }
    const place = this.#nextPlace();
    place.atMs = atMs;
    place.from = from;
    place.kind = kind;
    place.bytes.set(bytes.length > KEPT_BYTES ? bytes.subarray(0, KEPT_BYTES) : bytes);
    place.kept = Math.min(bytes.length, KEPT_BYTES);
    place.length = length;
    place.note = note;
  }

  /** What was noted until now. */
  get log(): WireLog {
    const { length } = this.#last;
    const skipped = this.#behindFirst - length;
    // The oldest of a full ring stands where the next one will be written.
    const from = skipped === 0 ? 0 : this.#behindFirst % length;
    const places = [...this.#last.slice(from), ...this.#last.slice(0, from)];
    const last = places.map(({ atMs, bytes, kept, ...rest }) => ({
      ...rest,
      atMs: rounded(atMs),
      bytes: copyOf(bytes, kept),
    }));
    return { first: [...this.#first], skipped, last };
  }

  #nextPlace(): Place {
    const at = this.#behindFirst++ % KEPT_AT_END;
    const place = this.#last[at] ?? {
      atMs: 0,
      from: 'suite',
      kind: 'end',
      bytes: new Uint8Array(KEPT_BYTES),
      kept: 0,
      length: 0,
      note: '',
    };
    this.#last[at] = place;
    return place;
  }
}

/** Tenths of milliseconds. */
function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}

/** The slice of a Buffer would keep all that it lies in. */
function copyOf(bytes: Uint8Array, octets: number): Uint8Array {
  return new Uint8Array(bytes.subarray(0, octets));
}
