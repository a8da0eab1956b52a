import type { Eventual } from './eventual.ts';
import type { Entry, Head, Page, Position, ReadRange } from './log.ts';
import type { PresenceChange, PresenceOfNode } from './presence.ts';

/**
 * Why a broker did not do what was asked.
 *
 * - `unavailable`: it cannot be reached. A publication may or may not have been taken; send it again with the same `id`.
 * - `gone`: the log no longer has what was to be read, or to be redacted.
 * - `no-room`: there is no such room, and none was to be founded.
 * - `too-many-rooms`: a new room would be one too many.
 * - `stale-rules`: the rules have changed since `rulesVersion`. Read them, judge anew, ask again.
 * - `too-soon`: the sender's pace; `retryAfterMs` says when.
 * - `too-large`: a single entry that no log of these limits can hold.
 */
export type BrokerRefusal =
  | 'unavailable'
  | 'gone'
  | 'no-room'
  | 'too-many-rooms'
  | 'stale-rules'
  | 'too-soon'
  | 'too-large';

/** The answer that stands for "no". Nothing was changed, except as {@link BrokerRefusal} says of `unavailable`. */
export interface Refused {
  readonly refusal: BrokerRefusal;
  /** With `too-soon`: after how many milliseconds it will be taken. */
  readonly retryAfterMs?: number;
}

/** With what a room begins, for the first who subscribes to it. */
export interface Founding {
  readonly rules: string;
  /** Whether {@link Broker.list} shows it. */
  readonly listed: boolean;
}

/** The rules of a room. A broker keeps them and does not read them. */
export interface RulesRecord {
  readonly rules: string;
  readonly rulesVersion: number;
  readonly refusal?: undefined;
}

/** What a node knows of a room when it begins to listen. */
export interface Subscription {
  readonly head: Head;
  readonly rules: string;
  readonly presence: readonly PresenceOfNode[];
  /** Whether this subscription made the room. */
  readonly founded: boolean;
  readonly refusal?: undefined;
}

/** What every publication may say. */
interface Draft {
  /** The id of the user who writes. */
  readonly sender: string;
  /** The sender's own name for it. The same sender and id within the window are the same publication, which is taken once. */
  readonly id?: string;
  /** The last entry that the publishing node has seen. A log that ends before it has lost its end, and gets a new epoch first. */
  readonly seen?: Position;
  /** The version of the rules that allowed it; if others are in force by now it is refused with `stale-rules`. */
  readonly rulesVersion?: number;
}

/** What is to be appended to the log of a room. A mailbox is founded by its first publication. */
export type Publication = MessageDraft | RedactionDraft | RulesDraft;

/** Somebody's words. */
export interface MessageDraft extends Draft {
  readonly kind: 'message';
  readonly payload: string;
  /** The least time between two of one sender; sooner is `too-soon`. */
  readonly paceMs?: number;
}

/** That a message is taken back: its payload goes from the log, and an entry says so. */
export interface RedactionDraft extends Draft {
  readonly kind: 'redaction';
  /** The `seq` of the message; `gone` if the log has no message there. */
  readonly target: number;
}

/** New rules, or the old ones applied to somebody. */
export interface RulesDraft extends Draft {
  readonly kind: 'rules';
  /** What members are told. */
  readonly payload: string;
  /** The rules from now on, whose version is one more than `rulesVersion`. */
  readonly rules: string;
  readonly rulesVersion: number;
  /** Whether {@link Broker.list} shows the room from now on; as before if it is not said. */
  readonly listed?: boolean;
}

/** Where a publication stands in the log. */
export interface Published extends Position {
  readonly at: number;
  /** Whether it was there already under this id: then nothing was changed, and this is its old place. */
  readonly duplicate: boolean;
  readonly refusal?: undefined;
}

/** The heads of some rooms, and which nodes are alive. */
export interface Survey {
  /** Rooms that do not exist are missing. */
  readonly heads: ReadonlyMap<string, Head>;
  /** This node among them. What others have said of their presence counts as long as they are listed. */
  readonly nodes: ReadonlySet<string>;
  readonly refusal?: undefined;
}

/** Who is in a room, by node; nodes that are not alive are left out. */
export interface Attendance {
  readonly presence: readonly PresenceOfNode[];
  readonly presenceVersion: number;
  readonly refusal?: undefined;
}

/** A part of the list of rooms, in the order of their names. Users are counted once for each node that they are on. */
export interface RoomList {
  readonly rooms: readonly { readonly room: string; readonly users: number }[];
  /** Ask for what comes after it; undefined at the end. */
  readonly next: string | undefined;
  readonly refusal?: undefined;
}

/** What became of a record: whether it was written, and what stood there before. */
export interface RecordResult {
  readonly done: boolean;
  readonly former: string | undefined;
  readonly refusal?: undefined;
}

/** When a record is written: whatever stands there, only if nothing does, or only if exactly this does. */
export type RecordCondition = 'any' | 'absent' | { readonly equals: string };

/** Whether a broker can be reached. While it is `degraded` it refuses, and tells nobody anything. */
export type BrokerState = 'up' | 'degraded';

/**
 * What a node hears from its broker. Never called from inside a call of the same node to the broker, but for `publish`, `whisper`
 * and `attend` of a broker in the same process, whose effects may be heard before they return.
 */
export interface BrokerEvents {
  /** An entry of a room that the node listens to. They may come late, twice, in any order, or not at all: see `RoomFeed`. */
  entry(room: string, epoch: string, entry: Entry): void;
  /** The log of a room has a new epoch: its end was lost. */
  renewed(room: string, head: Head): void;
  /** Something of the moment, which no log has: somebody is typing. This node hears its own too. */
  whisper(room: string, sender: string, payload: string): void;
  /** Who came and went on a node, this one included. `presenceVersion` shows when a change was missed. */
  presence(room: string, node: string, change: PresenceChange, presenceVersion: number): void;
  /** A word from another node to this one. It may get lost. */
  signal(payload: string): void;
  /** The broker was lost or is back. When it is back the node is subscribed as before; it compares its heads by `survey`. */
  state(state: BrokerState): void;
}

/**
 * What the rooms of a node need from the place where all nodes meet: logs, rules, presence, small records, and words to each other.
 *
 * One value of this type belongs to one node, which has a name that no other has. A `room` is any log: the application decides which
 * names are rooms and which are something else, as the mailbox of a user (whose names begin with `@` and which are kept longer).
 * No call throws or rejects for the state of the broker or for what another node has written; what cannot be done is a value,
 * {@link Refused}. What a broker gives has been validated: types, lengths and order are as said here. Promises settle within a few
 * seconds whatever happens. Calls about one room take effect in the order in which they were made.
 */
export interface Broker {
  /** The name of this node. */
  readonly node: string;
  readonly state: BrokerState;

  /** Begins to listen to a room, which is founded if it is not there and `founding` is given. Again: only the current state. */
  subscribe(room: string, founding?: Founding): Eventual<Subscription | Refused>;
  /** Stops listening, and takes this node's presence back. A room that nobody listens to is forgotten after a while. */
  unsubscribe(room: string): void;

  /** Appends to the log and tells every node that listens: both or nothing. */
  publish(room: string, publication: Publication): Eventual<Published | Refused>;
  /** Where the publication of this sender and id stands, if the window still has it; `gone` if not. Costs less than a publish. */
  findPublished(room: string, sender: string, id: string): Eventual<Published | Refused>;
  /** Reads the log. `gone` if the entry after `after` is no longer there, or not yet there although `after` is beyond the head. */
  read(room: string, range: ReadRange): Eventual<Page | Refused>;
  /** The rules in force. */
  rules(room: string): Eventual<RulesRecord | Refused>;
  /**
   * Begins a new epoch, unless the log is in another one than `seen` by now: for a node that has seen what the log lacks. The
   * entries that are there keep their `seq`. Every listener hears `renewed`.
   */
  renew(room: string, seen: Position): Eventual<{ readonly head: Head; readonly refusal?: undefined } | Refused>;
  /** Compares: the heads of these rooms, and the nodes that are alive. */
  survey(rooms: readonly string[]): Eventual<Survey | Refused>;

  /** Tells listeners something that no log keeps. Lost when the broker is. */
  whisper(room: string, sender: string, payload: string): void;
  /** Says which users came to this node's part of a room, and which left. Kept, refreshed, and said again after an outage. */
  attend(room: string, change: PresenceChange): void;
  /** Who is in a room. */
  attendance(room: string): Eventual<Attendance | Refused>;
  /** The listed rooms with somebody in them, after the name `after` (empty: from the first on), `limit` of them at most. */
  list(after: string, limit: number): Eventual<RoomList | Refused>;

  /** Writes a small record that lasts for `ttlMs`: a name that is taken, a session. The record of a refused condition stays. */
  putRecord(key: string, value: string, ttlMs: number, when: RecordCondition): Eventual<RecordResult | Refused>;
  /** Reads a record: `done` if it is there. */
  getRecord(key: string): Eventual<RecordResult | Refused>;
  /** Deletes a record on the condition: `done` if it was there and this call deleted it, so of two callers one is told so. */
  deleteRecord(key: string, when: Exclude<RecordCondition, 'absent'>): Eventual<RecordResult | Refused>;

  /** Sends a word to another node; lost if that node is not there. */
  signal(node: string, payload: string): void;
  /** Stops listening to everything and takes this node's presence back. */
  close(): Eventual<void>;
}
