import type { Entry, NewEntry } from './entry.ts';
import { INSPECTOR_LIMITS } from './limits.ts';

// What the objects of an entry take beside its bytes; measured at 700 to 900 for a short frame.
const ENTRY_BYTES = 900;

/** The newest entries, so many and so much of them as the limits say, oldest first. */
export class Journal {
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  readonly #listeners = new Set<(entry: Entry) => void>();
  #entries: Entry[] = [];
  #first = 0;
  #bytes = 0;
  #count = 0;

  constructor(maxEntries: number = INSPECTOR_LIMITS.journalEntries, maxBytes: number = INSPECTOR_LIMITS.journalBytes) {
    this.#maxEntries = maxEntries;
    this.#maxBytes = maxBytes;
  }

  /** How many entries there ever were. */
  get count(): number {
    return this.#count;
  }

  /** How many are kept. */
  get length(): number {
    return this.#entries.length - this.#first;
  }

  /** About how much memory they take, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  add(added: NewEntry): void {
    const entry: Entry = { ...added, id: ++this.#count };
    this.#entries.push(entry);
    this.#bytes += costOf(entry);
    while (this.length > this.#maxEntries || (this.#bytes > this.#maxBytes && this.length > 1)) this.#forget();
    for (const listener of this.#listeners) listener(entry);
  }

  /** The kept entries, oldest first; at most `most` of the newest. */
  newest(most: number = this.length): Entry[] {
    return this.#entries.slice(Math.max(this.#first, this.#entries.length - most));
  }

  /** Calls `listener` with each entry from now on; gives what ends that. */
  listen(listener: (entry: Entry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #forget(): void {
    this.#bytes -= costOf(this.#entries[this.#first++]!);
    // Moved together only now and then, so that forgetting one costs no more than keeping it did.
    if (this.#first * 2 <= this.#entries.length) return;
    this.#entries = this.#entries.slice(this.#first);
    this.#first = 0;
  }
}

/** About what an entry takes, in bytes. */
export function costOf(entry: Entry): number {
  if (entry.kind === 'head') return ENTRY_BYTES + entry.wire.length;
  if (entry.kind !== 'frame') return ENTRY_BYTES;
  const { message } = entry;
  const joined = message === undefined ? 0 : message.start.length + (message.deflate?.before.length ?? 0);
  return ENTRY_BYTES + entry.wire.length + joined;
}
