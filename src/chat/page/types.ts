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
  /** Starts; nothing happens when it runs already. */
  connect(): void;
  /** Sends one text message; false when there is no open connection, and then nothing was sent. */
  send(text: string): boolean;
  /** Ends the present pause, or starts again after a refusal. */
  retryNow(): void;
  /** Gives up a socket that no longer answers; a new attempt follows after a pause. */
  abandon(reason: string): void;
  /** Ends for good, until `connect`. */
  close(): void;
}

/** What the server says, checked and in one form: a single join and a batch of them look the same here. */
export type ServerMessage =
  | {
      readonly type: 'join' | 'leave';
      readonly room: string;
      readonly usernames: readonly string[];
      /** How many more there were than are named. */
      readonly unnamed: number;
      readonly timestamp: string;
    }
  | {
      readonly type: 'message';
      readonly room: string;
      readonly username: string;
      readonly message: string;
      readonly timestamp: string;
    }
  | {
      readonly type: 'error';
      readonly code: string;
      readonly message: string;
      readonly retryAfterMs: number | undefined;
    };

/** A text on its way: `waiting` was never on the wire, `sending` waits for the server's copy, `unconfirmed` may or may not have arrived, `refused` did not. */
export interface OutgoingText {
  readonly id: number;
  readonly room: string;
  readonly text: string;
  readonly state: 'waiting' | 'sending' | 'unconfirmed' | 'refused';
  /** Since when it has been in this state. */
  readonly since: number;
  /** What a person should know about it. */
  readonly note: string;
}

/** Who this page is, and where. */
export interface Seat {
  readonly username: string;
  readonly room: string;
}

/** What the chat session tells the views. */
export interface SessionEvents {
  connection(state: ConnectionState): void;
  /** The server let this page in; `again` after a lost connection. */
  joined(seat: Seat, again: boolean): void;
  /** Somebody else came or went, or this page left. */
  presence(message: ServerMessage & { readonly type: 'join' | 'leave' }): void;
  message(message: ServerMessage & { readonly type: 'message' }, own: boolean): void;
  /** The seat is gone, or was never given; `about` names the field to mend. */
  refused(about: 'name' | 'room' | 'other', sentence: string): void;
  /** A switch of rooms was refused; the former room is being joined again. */
  switchRefused(sentence: string): void;
  /** Something to know that stops nothing. */
  notice(sentence: string): void;
  outgoing(texts: readonly OutgoingText[]): void;
}

/** The chat as this page takes part in it. */
export interface Session {
  readonly seat: Seat | undefined;
  readonly joined: boolean;
  readonly extended: boolean;
  enter(seat: Seat): void;
  switchRoom(room: string): void;
  leave(): void;
  say(text: string): void;
  /** Sends an unconfirmed or refused text once more. */
  sayAgain(id: number): void;
  /** Lists a text of an earlier visit as unconfirmed. */
  recall(room: string, text: string): void;
  /** Takes a text off the list and gives it back. */
  takeBack(id: number): string;
  retryNow(): void;
}
