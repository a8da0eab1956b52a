import type {
  Joined,
  LogEntry,
  Missed,
  Place,
  Presence,
  Refusal,
  Reset,
  ServerMessage,
  Welcome,
} from './wire-types.ts';

/** The shapes that the page's modules hand to each other. Types only: nothing of this file reaches the browser. */

/** What the page uses of a browser's `WebSocket`, so that a test can play the server. */
export interface SocketLike {
  readonly extensions: string;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

/** Time as the page sees it: milliseconds since 1970, and alarms. */
export interface Clock {
  now(): number;
  /** Runs `alarm` once, `ms` from now. */
  after(ms: number, alarm: () => void): number;
  /** Forgets an alarm; one that rang or was never set is no mistake. */
  cancel(alarm: number | undefined): void;
}

/** Where a connection stands. `attempt` counts the losses since it was last stable; `until` is a time of the clock. */
export type ConnectionState =
  | { readonly phase: 'idle' }
  | { readonly phase: 'connecting'; readonly attempt: number }
  | { readonly phase: 'open' }
  | { readonly phase: 'waiting'; readonly attempt: number; readonly until: number; readonly reason: string }
  | { readonly phase: 'refused'; readonly code: number; readonly reason: string };

export interface ConnectionOptions {
  /** Starts one connection attempt. */
  readonly openSocket: () => SocketLike;
  /** Whether an attempt failed because the server wants a token that holds. Never rejects. Left out: it wants none. */
  readonly isUnauthorized?: (() => Promise<boolean>) | undefined;
  readonly clock: Clock;
  /** Evenly spread over 0 (included) to 1 (excluded). */
  readonly random: () => number;
  readonly onState: (state: ConnectionState) => void;
  readonly onText: (text: string) => void;
  /** How long a connection must live before the next loss counts as the first again. */
  readonly stableMs?: number;
  /** How long an attempt may take. */
  readonly openTimeoutMs?: number;
}

/** A connection that comes back by itself. */
export interface Connection {
  readonly state: ConnectionState;
  /** Whether the server agreed to an extension, so that frames differ from what was typed. */
  readonly extended: boolean;
  /** Starts, also after a refusal; nothing happens when it runs already. */
  connect(): void;
  /** Sends one text message; false when there is no open connection, and then nothing was sent. */
  send(text: string): boolean;
  /** Ends the present pause, or starts again after a refusal. */
  retryNow(): void;
  /** Ends the present pause, but takes a refusal for what it is. */
  hurry(): void;
  /** The server announced a loss: after it at least this long passes before an attempt. */
  postpone(ms: number, reason: string): void;
  /** Gives up a socket that no longer answers; a new attempt follows after a pause. */
  abandon(reason: string): void;
  /** Ends for good, until `connect`. */
  close(): void;
}

/** What becomes of a request. `delayed`: it is asked again by itself. `lost`: the connection ended first. */
export interface Answers {
  done?(answer: ServerMessage): void;
  refused?(refusal: Refusal): void;
  delayed?(refusal: Refusal): void;
  lost?(): void;
}

export interface Requests {
  /** Asks, unless there is no connection. What `isPatient` is asked again after a refusal that passes. */
  ask(message: object, answers: Answers, how?: { isPatient?: boolean; id?: string }): boolean;
  /** Whether this answers a request. */
  answered(message: ServerMessage): boolean;
  /** Whether this refuses a request. */
  refused(refusal: Refusal): boolean;
  /** No answer is awaited any more. */
  drop(id: string): void;
  /** The connection is lost, and so is every answer. */
  lost(): void;
}

/**
 * A text on its way to a room, or as `@name` to somebody: `waiting` is not on the wire, `sending` waits for its
 * acknowledgement, `unconfirmed` may or may not have arrived, `failed` did not.
 */
export interface OutgoingText {
  readonly id: string;
  readonly to: string;
  readonly text: string;
  readonly state: 'waiting' | 'sending' | 'unconfirmed' | 'failed';
  /** Since when it has been in this state. */
  readonly since: number;
  /** What a person should know about it. */
  readonly note: string;
  /** Whether it ever was on the wire. */
  readonly wasSent: boolean;
}

/** Up to where the page has read its logs: rooms by their names, and the mailbox. */
export interface Places {
  readonly rooms: readonly string[];
  of(log: string): Place | undefined;
  set(log: string, place: Place): void;
  forget(log: string): void;
  clear(): void;
  /** Reads an entry; false if that was done before. */
  pass(log: string, entry: Place): boolean;
}

/** What a session was, so that it can go on after a reload of the page. */
export interface Keepsake {
  readonly key: string;
  readonly user: string;
  readonly username: string;
  readonly inbox: Place | undefined;
  readonly rooms: readonly string[];
}

/** What came of coming back after a lost connection. */
export interface Comeback {
  /** Whether the server still knew the session. */
  readonly resumed: boolean;
  /** The rooms of which a part is gone. */
  readonly missed: readonly string[];
  /** The rooms that could not be entered again, and why. */
  readonly lost: readonly { readonly room: string; readonly sentence: string }[];
}

/** What the chat session tells the page. */
export interface SessionEvents {
  connection(state: ConnectionState): void;
  /** The server knows who this is; `isSame`: as before. */
  welcome(message: Welcome, isSame: boolean): void;
  /** In a room: for the first time, as if never away, or with a gap. */
  joined(message: Joined, how: 'new' | 'resumed' | 'missed'): void;
  /** Something new stands in a room or in the mailbox. */
  entry(entry: LogEntry): void;
  reset(message: Reset): void;
  missed(message: Missed): void;
  left(room: string, reason: string): void;
  joinRefused(room: string, code: string, sentence: string): void;
  presence(message: Presence): void;
  typing(message: Extract<ServerMessage, { readonly type: 'typing' }>): void;
  state(state: 'up' | 'degraded'): void;
  back(comeback: Comeback): void;
  /** The seat is gone, or was never given; `about` names the field to mend. */
  refused(about: 'name' | 'room' | 'other', sentence: string): void;
  /** Something to know that stops nothing. */
  notice(sentence: string): void;
  /** The token ends in so many milliseconds, and the connection with it. */
  expiring(inMs: number): void;
  latency(ms: number): void;
  outgoing(texts: readonly OutgoingText[]): void;
}

/** The chat as this page takes part in it. */
export interface Session {
  readonly isReady: boolean;
  readonly extended: boolean;
  /** Connects under a name, as the one of before if there is a keepsake, and goes into rooms. */
  enter(username: string, rooms: readonly string[], earlier?: Keepsake): void;
  join(room: string, isPrivate?: boolean): void;
  leave(room: string): void;
  /** Ends it, sets the name free. */
  signOut(): void;
  /** Says something to a room, or to `@name`. */
  say(to: string, text: string): void;
  /** Sends an unconfirmed or failed text once more, under its id. */
  sayAgain(id: string): void;
  /** Takes a text off the list and gives it back. */
  takeBack(id: string): string;
  recall(texts: readonly { readonly id: string; readonly to: string; readonly text: string }[]): void;
  /** Tells a room that somebody writes here, or no longer. */
  typing(room: string, on: boolean): void;
  /** Asks for something else; false without a connection. */
  ask(message: object, answers: Answers): boolean;
  retryNow(): void;
  hurry(): void;
  keepsake(): Keepsake | undefined;
}
