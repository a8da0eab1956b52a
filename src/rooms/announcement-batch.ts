/** When announcements are collected rather than made one by one. */
export interface AnnouncementLimits {
  /** Up to this many members each join and leave is announced at once. */
  readonly immediateMembers: number;
  /** Above it, a batch is announced at most this often, in milliseconds. */
  readonly intervalMs: number;
}

/** The figures of an {@link AnnouncementBatch} that was told nothing else. */
export const ANNOUNCEMENT_LIMITS: AnnouncementLimits = Object.freeze({ immediateMembers: 100, intervalMs: 100 });

/** What a batch says: who came and who went, each with the name of that moment, in order. Announce `left` before `joined`. */
export interface Announcements<Subject> {
  readonly left: ReadonlyMap<Subject, string>;
  readonly joined: ReadonlyMap<Subject, string>;
}

/**
 * The joins and leaves of one room that are still to be announced.
 *
 * When n members come one by one and each is announced to all, a room costs n² frames. Above `immediateMembers` they are
 * collected, and a batch costs each member one or two frames however many came and went. Who comes and goes within one batch is
 * never mentioned. It sets no timer: `dueAt` says when to call `take`.
 */
export class AnnouncementBatch<Subject> {
  readonly #limits: AnnouncementLimits;
  #joined = new Map<Subject, string>();
  #left = new Map<Subject, string>();
  #dueAt: number | undefined;

  constructor(limits: AnnouncementLimits = ANNOUNCEMENT_LIMITS) {
    this.#limits = limits;
  }

  /** When the batch is to be announced, in the caller's milliseconds; undefined while there is nothing to announce. */
  get dueAt(): number | undefined {
    return this.#dueAt;
  }

  /** Says whether a join must be announced at once (true), or has been collected. `members` counts the new one. */
  joined(subject: Subject, name: string, members: number, nowMs: number): boolean {
    if (this.#immediate(members)) return true;
    this.#joined.set(subject, name);
    this.#collected(nowMs);
    return false;
  }

  /** Says whether a leave must be announced at once (true), or has been collected. `members` counts those who stay. */
  left(subject: Subject, name: string, members: number, nowMs: number): boolean {
    if (this.#immediate(members)) return true;
    if (!this.#joined.delete(subject)) this.#left.set(subject, name);
    this.#collected(nowMs);
    return false;
  }

  /** Gives what was collected and starts afresh. */
  take(): Announcements<Subject> {
    const taken = { left: this.#left, joined: this.#joined };
    this.#left = new Map();
    this.#joined = new Map();
    this.#dueAt = undefined;
    return taken;
  }

  // What follows a collected announcement waits behind it, even when the room has shrunk: a leave must not overtake its join.
  #immediate(members: number): boolean {
    return members <= this.#limits.immediateMembers && this.#dueAt === undefined;
  }

  #collected(nowMs: number): void {
    this.#dueAt ??= nowMs + this.#limits.intervalMs;
  }
}
