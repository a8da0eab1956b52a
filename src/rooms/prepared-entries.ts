import type { Entry } from './log.ts';
import { entryBytes } from './memory-log.ts';
import type { RoomEvent } from './room-events.ts';

/** How many of the entries that members got last a node keeps in the form in which they got them. */
export const PREPARED_LIMITS: Readonly<Record<'entries' | 'bytes', number>> = Object.freeze({
  entries: 1024,
  bytes: 1024 * 1024,
});

type EntryEvent = Extract<RoomEvent, { readonly kind: 'entry' }>;

interface Kept<Prepared> {
  readonly entry: Entry;
  readonly prepared: Prepared;
}

/**
 * The newest entries of all rooms of a node in the form that members take. An entry is encoded once, whether members get it as it
 * is said or later, when they come back: a thousand who lost their connections at the same time cost no more than one.
 */
export class PreparedEntries<Prepared> {
  readonly #encode: (event: RoomEvent) => Prepared;
  readonly #limits: typeof PREPARED_LIMITS;
  /** In the order of encoding, by place. */
  readonly #kept = new Map<string, Kept<Prepared>>();
  #bytes = 0;

  constructor(encode: (event: RoomEvent) => Prepared, limits: typeof PREPARED_LIMITS = PREPARED_LIMITS) {
    this.#encode = encode;
    this.#limits = limits;
  }

  /** How many entries are kept, and what they cost (see `entryBytes`). */
  get sizes(): { readonly entries: number; readonly bytes: number } {
    return { entries: this.#kept.size, bytes: this.#bytes };
  }

  /** An entry as members take it. */
  of(event: EntryEvent): Prepared {
    const { room, epoch, entry } = event;
    const place = `${entry.seq} ${epoch} ${room}`;
    const kept = this.#kept.get(place);
    if (kept && isSame(kept.entry, entry)) return kept.prepared;
    if (kept) this.#forget(place, kept);
    const prepared = this.#encode(event);
    this.#kept.set(place, { entry, prepared });
    this.#bytes += entryBytes(entry);
    for (const [oldest, other] of this.#kept) {
      if (this.#kept.size <= this.#limits.entries && this.#bytes <= this.#limits.bytes) break;
      this.#forget(oldest, other);
    }
    return prepared;
  }

  #forget(place: string, { entry }: Kept<Prepared>): void {
    this.#kept.delete(place);
    this.#bytes -= entryBytes(entry);
  }
}

// It may have been taken back meanwhile; and a log that lost its end may have another entry at a place.
function isSame(one: Entry, other: Entry): boolean {
  if (one === other) return true;
  const isSameKind = one.kind === other.kind && one.at === other.at;
  return isSameKind && one.sender === other.sender && one.id === other.id && one.payload === other.payload;
}
