import { isControlOpcode } from '../codec/index.ts';
import type { Entry } from './entry.ts';
import { costOf, type Journal } from './journal.ts';
import { INSPECTOR_LIMITS } from './limits.ts';

/** Entries for the page, and how many came meanwhile that are not among them. */
export interface Batch {
  readonly entries: readonly Entry[];
  readonly skipped: number;
}

/**
 * Picks of the entries of a journal what a page can show: at most so many frames and bytes in so many milliseconds, the first
 * ones of each span of time, so that neighbours stay together. Heads, ends, control frames and violations go first, within a
 * budget of their own.
 */
export class Sampler {
  readonly #send: (batch: Batch) => void;
  readonly #now: () => number;
  readonly #stop: () => void;
  #entries: Entry[] = [];
  #skipped = 0;
  #frames = 0;
  #always = 0;
  #bytes = 0;
  #lastMs = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param now a steady time in milliseconds */
  constructor(journal: Journal, send: (batch: Batch) => void, now: () => number) {
    this.#send = send;
    this.#now = now;
    this.#stop = journal.listen((entry) => this.#add(entry));
  }

  /** Sends what waits, at once. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#entries.length + this.#skipped === 0) return;
    const batch = { entries: this.#entries, skipped: this.#skipped };
    this.#entries = [];
    this.#skipped = this.#frames = this.#always = this.#bytes = 0;
    this.#lastMs = this.#now();
    this.#send(batch);
  }

  /** Sends nothing any more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#stop();
  }

  #add(entry: Entry): void {
    if (this.#takes(entry)) this.#entries.push(entry);
    else this.#skipped++;
    if (this.#timer !== undefined) return;
    const wait = Math.max(0, this.#lastMs + INSPECTOR_LIMITS.batchMs - this.#now());
    this.#timer = setTimeout(() => this.flush(), wait);
  }

  #takes(entry: Entry): boolean {
    const cost = costOf(entry);
    if (this.#bytes + cost > INSPECTOR_LIMITS.batchBytes * (isNotable(entry) ? 2 : 1)) return false;
    if (isNotable(entry)) {
      if (this.#always >= INSPECTOR_LIMITS.batchAlways) return false;
      this.#always++;
    } else {
      if (this.#frames >= INSPECTOR_LIMITS.batchFrames) return false;
      this.#frames++;
    }
    this.#bytes += cost;
    return true;
  }
}

/** What is shown even where not everything can be. */
function isNotable(entry: Entry): boolean {
  return entry.kind !== 'frame' || entry.violation !== undefined || isControlOpcode(entry.header.opcode);
}
