import type { Entry, Page, Position } from './log.ts';

/**
 * What a {@link RoomFeed} needs before it can go on: nothing; a page of the log from `readAfter` on; a new epoch, because the log
 * lacks what this feed has seen; or to begin anew with the latest history.
 */
export type FeedNeed = 'nothing' | 'repair' | 'renewal' | 'reset';

/** How long a feed waits for what is missing, and how much it keeps meanwhile of what came too early. */
export const FEED_LIMITS: Readonly<Record<'repairAfterMs' | 'waiting', number>> = Object.freeze({
  // What overtakes on another connection to the broker is some milliseconds early; 50 ms are seldom felt.
  repairAfterMs: 50,
  waiting: 256,
});

/**
 * Puts the entries of one room in order for the members of one node: each `seq` once, none left out.
 *
 * Entries may be handed in late, twice, in any order, or not at all. What follows the position is given on at once; what is beyond
 * waits, and when the gap does not close, or a head shows that something is missing, `need` says what to do. A repair reads one
 * entry that is already known: if it is another one, the log was cut and written over, and the epoch has to be changed.
 */
export class RoomFeed {
  #epoch: string;
  #seq: number;
  /** The entry at the position, if it was seen. */
  #last: Entry | undefined;
  /** The end of the log as far as somebody spoke of it. */
  #ahead: Position;
  #waiting: Map<number, Entry> | undefined;
  #missingSince: number | undefined;
  #need: FeedNeed = 'nothing';
  #overlaps = true;
  /** Epochs that are over: what comes late from them is no news. */
  #former = '';

  constructor(start: Position, last?: Entry) {
    this.#epoch = start.epoch;
    this.#seq = start.seq;
    this.#ahead = start;
    this.#last = last;
  }

  /** Everything up to here was given on. */
  get position(): Position {
    return { epoch: this.#epoch, seq: this.#seq };
  }

  get need(): FeedNeed {
    return this.#need;
  }

  /** When what is missing is to be asked for, by calling `wait`; undefined while nothing is missing or it is asked for already. */
  get repairDueAt(): number | undefined {
    return this.#need === 'nothing' && this.#missingSince !== undefined
      ? this.#missingSince + FEED_LIMITS.repairAfterMs
      : undefined;
  }

  /** After which `seq` a repair reads. */
  get readAfter(): number {
    return this.#overlaps && this.#last ? this.#seq - 1 : this.#seq;
  }

  /** Takes note of the entry at the position, which was read by somebody else, if it is not known yet. */
  know(page: Page): void {
    if (page.epoch === this.#epoch) this.#last ??= page.entries.find(({ seq }) => seq === this.#seq);
  }

  /** Takes an announced entry, and gives what can be given on now. */
  accept(epoch: string, entry: Entry, nowMs: number): readonly Entry[] {
    if (epoch !== this.#epoch) {
      this.look({ epoch, seq: entry.seq }, nowMs);
      return [];
    }
    if (entry.seq <= this.#seq) {
      if (entry.seq === this.#last?.seq && !isSame(entry, this.#last)) this.#need = 'renewal';
      return [];
    }
    if (this.#need === 'renewal' || this.#need === 'reset') return [];
    if (entry.seq > this.#ahead.seq) this.#ahead = { epoch, seq: entry.seq };
    if (entry.seq === this.#seq + 1) return this.#advance([entry], nowMs);
    this.#waiting ??= new Map();
    if (this.#waiting.size < FEED_LIMITS.waiting) this.#waiting.set(entry.seq, entry);
    this.#missingSince ??= nowMs;
    return [];
  }

  /**
   * Takes a head of the log into account. `asked` is the position of this feed when the head was asked for: only a head before
   * that one has gone back, for entries may overtake the answer.
   */
  look(head: Position, nowMs: number, asked?: Position): void {
    if (head.epoch === this.#former) return;
    if (head.epoch !== this.#epoch) {
      this.#need = 'reset';
      if (head.epoch !== this.#ahead.epoch || head.seq > this.#ahead.seq) this.#ahead = head;
    } else if (asked?.epoch === head.epoch && head.seq < asked.seq) {
      this.#need = 'renewal';
    } else if (head.seq > this.#seq) {
      if (this.#ahead.epoch === head.epoch && head.seq > this.#ahead.seq) this.#ahead = head;
      this.#missingSince ??= nowMs;
    }
  }

  /** Asks for a repair if something has been missing for long enough. */
  wait(nowMs: number): void {
    if (this.repairDueAt !== undefined && nowMs >= this.repairDueAt) this.#need = 'repair';
  }

  /** Asks for a repair although nothing seems to be missing: the broker was away, and its log may have been cut. */
  verify(): void {
    if (this.#need === 'nothing') this.#need = 'repair';
  }

  /**
   * Takes what was read after `readAfter` when the position was `asked`, and gives what can be given on now. Entries may have
   * overtaken the page.
   */
  fill(page: Page, asked: Position, nowMs: number): readonly Entry[] {
    if (this.#need !== 'repair') return [];
    if (page.epoch !== this.#epoch) {
      this.look(page, nowMs);
      return [];
    }
    const known = page.entries.find(({ seq }) => seq === this.#last?.seq);
    if (page.seq < asked.seq || (known && this.#last && !isSame(known, this.#last))) {
      this.#need = 'renewal';
      return [];
    }
    this.#need = 'nothing';
    this.#overlaps = true;
    this.#missingSince = undefined;
    const news = this.#advance(
      page.entries.filter(({ seq }) => seq > this.#seq),
      nowMs,
    );
    if (this.#seq < Math.max(page.seq, this.#ahead.epoch === this.#epoch ? this.#ahead.seq : 0)) {
      if (news.length > 0) this.#need = 'repair';
      else this.#missingSince ??= nowMs;
    }
    return news;
  }

  /** The log does not have what was to be read: first the known entry is done without, then everything begins anew. */
  unreadable(): void {
    if (this.#need !== 'repair') return;
    if (this.readAfter < this.#seq) this.#overlaps = false;
    else this.#need = 'reset';
  }

  /** Begins anew at a position, with the entry that is there. */
  restart(start: Position, last: Entry | undefined, nowMs: number): void {
    if (start.epoch !== this.#epoch) this.#former = this.#epoch;
    this.#epoch = start.epoch;
    this.#seq = start.seq;
    this.#last = last;
    this.#waiting = undefined;
    this.#need = 'nothing';
    this.#overlaps = true;
    this.#missingSince = undefined;
    if (this.#ahead.epoch !== start.epoch || this.#ahead.seq <= start.seq) this.#ahead = start;
    else this.#missingSince = nowMs;
  }

  /** Gives on `entries`, the first of which is the next one, and what waited for them. */
  #advance(entries: readonly Entry[], nowMs: number): readonly Entry[] {
    const news: Entry[] = [];
    for (const entry of entries) if (entry.seq === this.#seq + 1) this.#take(entry, news);
    for (let next = this.#waiting?.get(this.#seq + 1); next; next = this.#waiting?.get(this.#seq + 1)) {
      this.#take(next, news);
    }
    if (news.length > 0) {
      for (const seq of this.#waiting?.keys() ?? []) if (seq <= this.#seq) this.#waiting?.delete(seq);
      if (this.#waiting?.size === 0) this.#waiting = undefined;
      this.#missingSince = this.#ahead.epoch === this.#epoch && this.#ahead.seq > this.#seq ? nowMs : undefined;
    }
    return news;
  }

  #take(entry: Entry, news: Entry[]): void {
    this.#seq = entry.seq;
    this.#last = entry;
    this.#waiting?.delete(entry.seq);
    news.push(entry);
  }
}

// Not the payload: it may have been taken back meanwhile.
function isSame(one: Entry, other: Entry): boolean {
  return one.seq === other.seq && one.at === other.at && one.sender === other.sender && one.id === other.id;
}
