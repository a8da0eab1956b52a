/**
 * Where a reader stands in the log of a room: it has everything up to and including `seq`.
 *
 * `seq` grows by 1 from entry to entry within an `epoch`. Positions of different epochs cannot be compared: an epoch ends when a
 * log is lost or has lost its end.
 */
export interface Position {
  readonly epoch: string;
  readonly seq: number;
}

/**
 * A position as a reader remembers it who was away. `at` is the time of the entry there: if the log has another one by now, it was
 * cut and written over, and the position is worth nothing. Without it that goes unnoticed where no node has seen it.
 */
export interface Bookmark extends Position {
  readonly at?: number | undefined;
}

/**
 * What an entry is: `message`, somebody's words; `redaction`, the note that an earlier entry was taken back (its `payload` is the
 * `seq` of that one, in decimal); `rules`, the note that the rules of the room changed or were applied to somebody; `redacted`,
 * what stands in place of an entry that was taken back: its payload is gone, its `seq` and sender are not.
 */
export type EntryKind = 'message' | 'redaction' | 'rules' | 'redacted';

/** One entry of the log of a room. Everybody sees the entries in the order of their `seq`. */
export interface Entry {
  /** 1 for the first entry of a log, then one more each. */
  readonly seq: number;
  readonly kind: EntryKind;
  /** When the broker took it, in milliseconds since 1970 by the broker's clock. */
  readonly at: number;
  /** Who wrote it: the id of a user, not a name to show. */
  readonly sender: string;
  /** What the sender called it, so that it knows its own again; empty if it gave no id. */
  readonly id: string;
  /** What the application wrote; empty in a `redacted` entry. */
  readonly payload: string;
}

/** The end of a log, and which version of the rules and of the presence belongs to it. */
export interface Head extends Position {
  /** Grows with every change of the rules; the rules that a room was founded with are version 1. */
  readonly rulesVersion: number;
  /** Grows with every change of the presence on any node. */
  readonly presenceVersion: number;
}

/**
 * Which entries to read, `limit` of them at most: those that follow `after`, or the last ones before `before` (`Infinity`: before
 * the end). Either way they are given in the order of `seq`.
 */
export type ReadRange =
  | { readonly after: number; readonly before?: undefined; readonly limit: number }
  | { readonly before: number; readonly after?: undefined; readonly limit: number };

/** Some entries of a log, without a gap between them; fewer than asked for also when they come to many bytes. */
export interface Page extends Position {
  /** In the order of `seq`. Empty only if the range holds nothing. */
  readonly entries: readonly Entry[];
  /** The oldest `seq` that the log still has; one more than `seq` when it has none. */
  readonly first: number;
  readonly refusal?: undefined;
}

/** Whether a log is the mailbox of a user rather than a room. */
export function isMailbox(log: string): boolean {
  return log.startsWith('@');
}
