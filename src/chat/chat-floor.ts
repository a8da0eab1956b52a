import type { RoomNode } from '../rooms/index.ts';
import type { Announcer, ChatClock } from './announcer.ts';
import type { VerifyToken } from './auth/token-verifier.ts';
import type { ChatLog } from './chat-log.ts';
import type { ChatSession } from './chat-session.ts';
import type { ChatCounters } from './counters.ts';
import type { Names } from './names.ts';
import type { RateGate } from './rate-gate.ts';
import type { Rendering } from './rendering.ts';
import type { Sessions } from './sessions.ts';

/** What the sessions of a chat stand on. */
export interface ChatFloor<Prepared> extends ChatClock {
  readonly node: RoomNode<ChatSession<Prepared>, Rendering<Prepared>>;
  readonly names: Names;
  readonly sessions: Sessions;
  readonly rates: RateGate;
  readonly counters: ChatCounters;
  readonly log: ChatLog;
  readonly announcer: Announcer<Prepared>;
  /** The most rooms of one connection, mailboxes left out. */
  readonly roomsPerSession: number;
  /** Undefined where there are no tokens. */
  readonly verify: VerifyToken | undefined;
  /** The name of a connection of this node among all nodes. */
  holderOf(session: ChatSession<Prepared>): string;
  prepare(json: string): Prepared;
  /** The session is over. */
  forget(session: ChatSession<Prepared>): void;
  /** Closes a session that does not read, once everybody else has what is being delivered. */
  giveUp(session: ChatSession<Prepared>): void;
  /** Closes the connection that held a session before, wherever it is. */
  takeOver(sessionHash: string, formerHolder: string): void;
  /** The session has something that is to be said in time to be in use. */
  keepFresh(session: ChatSession<Prepared>): void;
}
