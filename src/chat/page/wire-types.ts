/** The messages of `ws101.chat.v1` as the page reads them: checked, and with every field in place. Types only. */

export type Role = 'owner' | 'moderator' | 'member';

export interface Person {
  readonly user: string;
  readonly username: string;
  readonly role: Role | undefined;
}

/** Up to where a log was read. */
export interface Place {
  readonly epoch: string;
  readonly seq: number;
  readonly timestamp?: string | undefined;
}

interface Logged {
  readonly epoch: string;
  readonly seq: number;
  readonly timestamp: string;
}

/** What somebody said; `message` is undefined when it was taken back. */
export interface Said extends Logged {
  readonly type: 'message';
  readonly room: string;
  readonly user: string;
  readonly username: string;
  readonly message: string | undefined;
  readonly id: string | undefined;
}

export interface Direct extends Logged {
  readonly type: 'direct';
  readonly user: string;
  readonly from: string;
  readonly to: string;
  readonly message: string | undefined;
  readonly id: string | undefined;
}

export interface Redaction extends Logged {
  readonly type: 'redact';
  readonly room: string;
  readonly target: number;
}

export interface Moderation extends Logged {
  readonly type: 'moderation';
  readonly room: string;
  readonly action: string;
  readonly by: string;
  readonly username: string;
  readonly forMs: number | undefined;
  readonly everyMs: number | undefined;
  readonly on: boolean;
  readonly reason: string;
}

export type LogEntry = Said | Direct | Redaction | Moderation;

export interface Welcome {
  readonly type: 'welcome';
  readonly user: string;
  /** Empty while nobody goes by a name. */
  readonly username: string;
  readonly session: string;
  readonly resumed: boolean;
  readonly state: 'up' | 'degraded';
  readonly inbox: Place | undefined;
}

export interface Joined extends Place {
  readonly type: 'joined';
  readonly room: string;
  readonly recovered: boolean | undefined;
  readonly history: readonly LogEntry[];
  readonly first: number;
  readonly count: number;
  readonly members: readonly Person[] | undefined;
  readonly role: Role;
  readonly owner: string;
  readonly isPrivate: boolean;
  readonly slowMs: number;
  readonly id: string | undefined;
}

export interface History {
  readonly type: 'history';
  /** Undefined for the mailbox. */
  readonly room: string | undefined;
  readonly messages: readonly LogEntry[];
  readonly more: boolean;
  readonly id: string | undefined;
}

/** A part of a log was lost; `room` is undefined for the mailbox. */
export interface Reset extends Place {
  readonly type: 'reset';
  readonly room: string | undefined;
  readonly first: number;
  readonly history: readonly LogEntry[];
}

export interface Missed {
  readonly type: 'missed';
  readonly room: string | undefined;
  readonly epoch: string;
  readonly from: number;
  readonly to: number;
}

export interface Presence {
  readonly type: 'presence';
  readonly room: string;
  readonly count: number;
  readonly joined: readonly Person[];
  readonly left: readonly Person[];
}

export interface Who {
  readonly type: 'who';
  readonly room: string;
  readonly count: number;
  readonly members: readonly Person[];
  readonly id: string | undefined;
}

export interface RoomList {
  readonly type: 'rooms';
  readonly rooms: readonly { readonly room: string; readonly count: number }[];
  readonly next: string | undefined;
  readonly id: string | undefined;
}

export interface Refusal {
  readonly type: 'error';
  readonly code: string;
  readonly message: string;
  readonly id: string | undefined;
  readonly room: string | undefined;
  readonly retryAfterMs: number | undefined;
}

export type ServerMessage =
  | LogEntry
  | Welcome
  | Joined
  | History
  | Reset
  | Missed
  | Presence
  | Who
  | RoomList
  | Refusal
  | { readonly type: 'left'; readonly room: string; readonly reason: string; readonly id: string | undefined }
  | { readonly type: 'ack'; readonly id: string | undefined }
  | { readonly type: 'pong'; readonly id: string | undefined }
  | {
      readonly type: 'typing';
      readonly room: string;
      readonly user: string;
      readonly username: string;
      readonly on: boolean;
    }
  | { readonly type: 'state'; readonly state: 'up' | 'degraded' }
  | { readonly type: 'expiring'; readonly inMs: number }
  | { readonly type: 'renewed'; readonly expiresAt: string; readonly id: string | undefined }
  | { readonly type: 'bye'; readonly retryAfterMs: number; readonly reason: string };
