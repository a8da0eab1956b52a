import type { LogMessage } from '../v1/field-types.ts';
import type { ClientMessageOf, ServerMessageOf } from '../v1/messages.ts';

type WithoutId<Message> = Message extends unknown ? Omit<Message, 'id'> : never;

/** What a {@link ChatClient} can be asked to ask for. It gives each an `id` of its own, and keeps it until it is answered. */
export type ClientRequest = WithoutId<
  ClientMessageOf<'join' | 'leave' | 'message' | 'direct' | 'history' | 'who' | 'rooms'>
>;

/** What the server says that needs no keeping of accounts. */
export type PassingMessage = ServerMessageOf<
  'left' | 'presence' | 'typing' | 'history' | 'who' | 'rooms' | 'state' | 'expiring' | 'renewed' | 'bye' | 'pong'
>;

/** What happened to a client, for whoever shows it. All words in it are those of strangers. */
export type ClientEvent =
  /** The server knows who this is. `resumed`: as before; else whatever was before is gone, but for what the rooms still keep. */
  | {
      readonly kind: 'welcome';
      readonly user: string;
      readonly username: string;
      readonly resumed: boolean;
      /** How much the mailbox was ever given. */
      readonly inbox: number;
      readonly state: 'up' | 'degraded';
    }
  /** In a room, for the first time. */
  | { readonly kind: 'joined'; readonly message: ServerMessageOf<'joined'> }
  /** Back in a room: exactly what was missed follows as entries. */
  | { readonly kind: 'resumed'; readonly room: string }
  /**
   * A part of a room, or of the mailbox where `room` is absent, was missed for good, or the entries `from` to `to` until they are asked
   * for. `latest` is what is kept and not known to have been read before.
   */
  | {
      readonly kind: 'missed';
      readonly room: string | undefined;
      readonly from?: number;
      readonly to?: number;
      readonly latest: readonly LogMessage[];
    }
  /** Something new stands in a room or in the mailbox. `own`: it was said through this client. */
  | { readonly kind: 'entry'; readonly message: LogMessage; readonly own: boolean }
  /** What was asked for is kept, or done. */
  | { readonly kind: 'done'; readonly request: ClientRequest }
  /** It is put off, for the first time, and will be sent again by itself. */
  | { readonly kind: 'delayed'; readonly request: ClientRequest; readonly code: string; readonly inMs: number }
  /** Something was refused for good; `remedy` says what to do. Without `request` it was a room that this client came back to. */
  | {
      readonly kind: 'refused';
      readonly request: ClientRequest | undefined;
      readonly room: string | undefined;
      readonly code: string;
      readonly remedy: string;
    }
  /** The wanted name cannot be had. Nothing can be done on this connection. */
  | { readonly kind: 'nameless'; readonly code: string; readonly remedy: string }
  | { readonly kind: 'told'; readonly message: PassingMessage };

/** What one step of a {@link ChatClient} comes to: JSON to send in this order, and what happened. */
export interface ClientStep {
  readonly send: readonly string[];
  readonly events: readonly ClientEvent[];
}
