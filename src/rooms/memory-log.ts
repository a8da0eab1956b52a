import type { Entry, EntryKind, Page, Position, ReadRange } from './log.ts';

/** How much one log keeps. The oldest entries go first. */
export interface LogLimits {
  readonly entries: number;
  /** What the entries cost in memory: two bytes for each UTF-16 unit, and 128 for the entry itself. */
  readonly bytes: number;
  readonly ageMs: number;
}

/** What one read gives at most, in bytes as {@link LogLimits} counts them; one entry is always given. */
export const PAGE_BYTES: number = 256 * 1024;

const ENTRY_OVERHEAD_BYTES = 128;

/** What an entry costs in memory, about. */
export function entryBytes(entry: Pick<Entry, 'payload' | 'sender' | 'id'>): number {
  return ENTRY_OVERHEAD_BYTES + 2 * (entry.payload.length + entry.sender.length + entry.id.length);
}

/** The log of one room in memory: its latest entries, one `seq` after the other. */
export class MemoryLog {
  readonly #limits: LogLimits;
  #entries: Entry[] = [];
  /** Where in the list the oldest entry is that counts: cut off only now and then, so that an append costs no copy. */
  #start = 0;
  #epoch: string;
  #seq = 0;
  #bytes = 0;

  constructor(epoch: string, limits: LogLimits) {
    this.#epoch = epoch;
    this.#limits = limits;
  }

  get position(): Position {
    return { epoch: this.#epoch, seq: this.#seq };
  }

  get epoch(): string {
    return this.#epoch;
  }

  get seq(): number {
    return this.#seq;
  }

  /** What the entries cost, as {@link LogLimits} counts. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The oldest `seq` that is kept, or the next one if none is. */
  get first(): number {
    return this.#seq - (this.#entries.length - this.#start) + 1;
  }

  /** Whether a log of these limits can hold such an entry at all. */
  takes(entry: Pick<Entry, 'payload' | 'sender' | 'id'>): boolean {
    return entryBytes(entry) <= this.#limits.bytes;
  }

  append(kind: EntryKind, at: number, sender: string, id: string, payload: string): Entry {
    this.#seq++;
    const entry: Entry = { seq: this.#seq, kind, at, sender, id, payload };
    this.#entries.push(entry);
    this.#bytes += entryBytes(entry);
    this.trim(at);
    return entry;
  }

  /** The entry of this `seq`, if it is kept. */
  at(seq: number): Entry | undefined {
    return seq < this.first ? undefined : this.#entries[this.#start + seq - this.first];
  }

  /** Takes the payload of a message away; false if no message of this `seq` is kept. */
  redact(seq: number): boolean {
    const entry = this.at(seq);
    if (entry?.kind !== 'message') return false;
    const redacted: Entry = { ...entry, kind: 'redacted', payload: '' };
    this.#entries[this.#start + seq - this.first] = redacted;
    this.#bytes += entryBytes(redacted) - entryBytes(entry);
    return true;
  }

  /** Goes on under a new epoch with the entries that are there. */
  renew(epoch: string): void {
    this.#epoch = epoch;
  }

  /** Gives up what is too much or too old. */
  trim(nowMs: number): void {
    const { entries, bytes, ageMs } = this.#limits;
    for (let oldest = this.#entries[this.#start]; oldest; oldest = this.#entries[this.#start]) {
      const count = this.#entries.length - this.#start;
      if (count <= entries && this.#bytes <= bytes && nowMs - oldest.at <= ageMs) break;
      this.#bytes -= entryBytes(oldest);
      this.#start++;
    }
    if (this.#start * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#start);
      this.#start = 0;
    }
  }

  /** Loses what came after `seq`, and with it the memory that it was ever there. */
  cut(seq: number): void {
    while (this.#seq > seq) {
      const newest = this.#entries.length > this.#start ? this.#entries.pop() : undefined;
      if (newest) this.#bytes -= entryBytes(newest);
      this.#seq--;
    }
  }

  /** Gives up every entry; the `seq` goes on. */
  clear(): void {
    this.#entries = [];
    this.#start = 0;
    this.#bytes = 0;
  }

  /** Reads; undefined if the entry after `after` is not to be had. */
  read({ after, before, limit }: ReadRange): Page | undefined {
    const { first } = this;
    if (after !== undefined && (after + 1 < first || after > this.#seq)) return undefined;
    const entries: Entry[] = [];
    let bytes = 0;
    const step = after === undefined ? -1 : 1;
    const from = after === undefined ? Math.min(before - 1, this.#seq) : after + 1;
    for (let seq = from; entries.length < limit; seq += step) {
      const entry = this.at(seq);
      if (!entry) break;
      bytes += entryBytes(entry);
      if (bytes > PAGE_BYTES && entries.length > 0) break;
      entries.push(entry);
    }
    if (step < 0) entries.reverse();
    return { ...this.position, entries, first };
  }
}
