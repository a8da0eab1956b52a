import type { BrokerRefusal, BrokerState, Founding } from './broker.ts';
import type { DeliveryCount, Lasting, RoomMember } from './delivery.ts';
import type { RoomLimits } from './limits.ts';
import type { Bookmark, Entry, Position } from './log.ts';
import type { SlowPolicy } from './member-queue.ts';
import { entryBytes } from './memory-log.ts';
import type { Attendee } from './presence.ts';
import type { UserChange } from './presence-view.ts';
import type { JoinRefusal } from './room-hub.ts';
import type { RoomRules, RuleRefusal } from './room-rules.ts';

/** Something that a room tells its members. Each is encoded once, however many members receive it. */
export type RoomEvent =
  /** An entry of the log. Every member gets each `seq` once, in order, from the position of its join on. */
  | { readonly kind: 'entry'; readonly room: string; readonly epoch: string; readonly entry: Entry }
  /** Who came and who went within 100 ms, by user; in a room of more than 100 users only how many there are: both lists are empty. */
  | {
      readonly kind: 'presence';
      readonly room: string;
      readonly joined: readonly Attendee[];
      readonly left: readonly Attendee[];
      readonly count: number;
    }
  /** Something of the moment. */
  | { readonly kind: 'whisper'; readonly room: string; readonly sender: string; readonly payload: string }
  /** What the member had of this room may have gaps: here is the latest history to begin anew with. */
  | ({ readonly kind: 'reset'; readonly room: string } & HistoryUpTo)
  /** These entries, both ends included, were dropped because the member was too slow. */
  | {
      readonly kind: 'missed';
      readonly room: string;
      readonly epoch: string;
      readonly from: number;
      readonly to: number;
    };

/** The latest entries up to a position: everything after it follows as events. */
export interface HistoryUpTo extends Position {
  readonly history: readonly Entry[];
  /** The oldest `seq` that can be read. */
  readonly first: number;
}

/** What somebody says in a room, or puts into a log. */
export interface Utterance {
  /** The id of the user who says it. */
  readonly user: string;
  readonly payload: string;
  /** The user's own name for it: said twice under one name, it is said once. */
  readonly id?: string | undefined;
}

/** What a member learns when it is in. The entries after `seq` follow as events. */
export interface Joined extends HistoryUpTo {
  readonly room: string;
  /** Of a member that came back: whether the events that follow are exactly what it missed. Undefined for a new one. */
  readonly recovered: boolean | undefined;
  /** Users in the room, and the first 100 of them. */
  readonly count: number;
  readonly attendees: readonly Attendee[];
  /** Undefined in a mailbox. */
  readonly rules: RoomRules | undefined;
}

/** How a member joins. */
export interface JoinRequest {
  readonly attendee: Attendee;
  /** Judges by the rules of the room whether it may come in; a word of the application's own says why not. */
  readonly admit?: (rules: RoomRules) => string | undefined;
  /** How the room begins if it is new; without it only a room that exists can be joined. */
  readonly founding?: Founding;
  /** What a member that comes back has. */
  readonly since?: Bookmark | undefined;
  /** How many of the latest entries a new member gets. Default 50. */
  readonly history?: number;
  /** False for a mailbox: nobody is told who reads it. Default true. */
  readonly presence?: boolean;
}

/** Why somebody is not in: a limit, the broker, rules that cannot be read, what `admit` said, or it has left meanwhile. */
export type EntryRefusal = JoinRefusal | BrokerRefusal | 'bad-rules' | 'left' | { readonly notAdmitted: string };

/** Why something was not said or done in a room. `retryAfterMs` says when it may be tried again. */
export interface ActRefused {
  readonly refusal: BrokerRefusal | RuleRefusal | 'not-joined' | 'bad-rules';
  readonly retryAfterMs?: number | undefined;
}

/** What the rooms of a node need from above. */
export interface RoomNodePorts<Member extends RoomMember<Prepared>, Prepared> {
  /** Gives an event in the form that members take. An entry is encoded once, for those too who get it when they come back. */
  encode(event: RoomEvent): Prepared;
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs `task` once, `delayMs` from now, unless the function that it gives is called before. */
  schedule(delayMs: number, task: () => void): () => void;
  /** A member is in. Called exactly once for a join that succeeds, before the first event of that room goes to the member. */
  joined(member: Member, joined: Joined): void;
  /** A member did not get an event that it must not miss: it is to be closed, and to leave. Called after everybody else has it. */
  undelivered(member: Member, status: 'dropped' | 'closed', room: string): void;
  /** The rules were changed or applied to somebody, as `entry` says. Called before it is delivered: who was kicked is to leave now. */
  ruled(room: string, entry: Entry): void;
  /** New rules do not admit a member any more; it has left the room by now. `why` is the word of its `admit`. */
  expelled(member: Member, room: string, why: string): void;
  /** Which users came and went, on any node, at once and one by one. */
  attended?(room: string, change: UserChange): void;
  /** An entry was delivered to the members of this node. */
  delivered?(room: string, entry: Entry, count: DeliveryCount): void;
  signal(payload: string): void;
  state(state: BrokerState): void;
}

/** How the rooms of a node may differ from the default. */
export interface RoomNodeOptions {
  /** How far rooms may grow on this node. */
  readonly limits?: Partial<RoomLimits>;
  /** The policy for members that do not read, by room. Default: `close` for every room. */
  readonly policyOf?: (room: string) => SlowPolicy;
}

/** How an event waits for members that are behind; presence and whispers do not. */
export function lastingOf(event: RoomEvent): Lasting | undefined {
  if (event.kind === 'entry') return { seq: event.entry.seq, key: event.entry.sender, bytes: entryBytes(event.entry) };
  return event.kind === 'reset' ? { seq: event.seq, key: '', bytes: 0 } : undefined;
}
