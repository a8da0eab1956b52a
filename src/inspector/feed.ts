import type { Connection } from '../node/index.ts';
import type { Entry } from './entry.ts';
import type { EntryJson } from './entry-json.ts';
import { toEntryJson } from './entry-json.ts';
import { costOf, type Journal } from './journal.ts';
import { INSPECTOR_LIMITS } from './limits.ts';
import { type Batch, Sampler } from './sampler.ts';

/** What an inspector does: relays to a target, shows a recording, or decodes what is pasted into the page. */
export type Mode = 'relay' | 'replay' | 'offline';

/** Exact counts of everything, shown or not. */
export interface Totals {
  readonly connections: number;
  readonly open: number;
  readonly frames: { readonly client: number; readonly server: number };
  readonly bytes: { readonly client: number; readonly server: number };
  readonly violations: number;
}

/** What a page is told when it opens. */
export interface Hello {
  readonly type: 'hello';
  readonly mode: Mode;
  /** The URL that is relayed to, or was; empty without one. */
  readonly target: string;
  /** When time began, in ISO 8601. */
  readonly startedAt: string;
  /** What a page should know, one sentence each. */
  readonly notes: readonly string[];
  readonly entries: readonly EntryJson[];
  /** How many earlier entries there were. */
  readonly skipped: number;
  readonly totals: Totals;
}

/** What a page is told after that. */
export type Update =
  | {
      readonly type: 'batch';
      readonly entries: readonly EntryJson[];
      /** How many entries came meanwhile that are not among these. */
      readonly skipped: number;
      readonly totals: Totals;
    }
  | { readonly type: 'note'; readonly note: string };

/** What the feed tells beside the entries. */
export interface FeedFacts {
  hello(): Pick<Hello, 'mode' | 'target' | 'startedAt' | 'notes'>;
  totals(): Totals;
}

interface Viewer {
  readonly connection: Connection;
  /** Entries that it was not sent because it is slower than they come. */
  missed: number;
}

/** Sends every open page a sample of the entries as they come. A page that reads too slowly misses some, and is told how many. */
export class Feed {
  readonly #journal: Journal;
  readonly #facts: FeedFacts;
  readonly #sampler: Sampler;
  readonly #viewers = new Map<Connection, Viewer>();

  /** @param now a steady time in milliseconds */
  constructor(journal: Journal, facts: FeedFacts, now: () => number) {
    this.#journal = journal;
    this.#facts = facts;
    this.#sampler = new Sampler(journal, (batch) => this.#send(batch), now);
  }

  /** A page has opened. */
  add(connection: Connection): void {
    // What waits is in the snapshot of this page, and must not come twice.
    this.#sampler.flush();
    const recent = newestWithin(this.#journal);
    const hello: Hello = {
      type: 'hello',
      ...this.#facts.hello(),
      entries: recent.map(toEntryJson),
      skipped: this.#journal.count - recent.length,
      totals: this.#facts.totals(),
    };
    connection.send(JSON.stringify(hello));
    this.#viewers.set(connection, { connection, missed: 0 });
  }

  /** A page was closed. */
  remove(connection: Connection): void {
    this.#viewers.delete(connection);
  }

  /** Tells every page a sentence. */
  note(note: string): void {
    this.#tell({ type: 'note', note });
  }

  close(): void {
    this.#sampler.close();
  }

  #send({ entries, skipped }: Batch): void {
    if (this.#viewers.size === 0) return;
    const update: Update = {
      type: 'batch',
      entries: entries.map(toEntryJson),
      skipped,
      totals: this.#facts.totals(),
    };
    const text = JSON.stringify(update);
    for (const viewer of this.#viewers.values()) {
      // Two batches under way are enough for a page that keeps up.
      if (viewer.connection.bufferedBytes > 2 * INSPECTOR_LIMITS.batchBytes) {
        viewer.missed += entries.length + skipped;
      } else if (viewer.missed > 0) {
        viewer.connection.send(JSON.stringify({ ...update, skipped: skipped + viewer.missed }));
        viewer.missed = 0;
      } else viewer.connection.send(text);
    }
  }

  #tell(update: Update): void {
    const text = JSON.stringify(update);
    for (const { connection } of this.#viewers.values()) connection.send(text);
  }
}

/** As many of the newest entries as a page is to get at once. */
function newestWithin(journal: Journal): Entry[] {
  const entries = journal.newest(INSPECTOR_LIMITS.snapshotEntries);
  let bytes = 0;
  let first = entries.length;
  while (first > 0) {
    bytes += costOf(entries[first - 1]!);
    if (bytes > INSPECTOR_LIMITS.snapshotBytes) break;
    first--;
  }
  return entries.slice(first);
}
