import type { CLIENT_MESSAGES } from './client-messages.ts';
import type { FieldsOf, Shape } from './fields.ts';
import type { SERVER_MESSAGES } from './server-messages.ts';

/** One message of the protocol. */
export interface MessageSpec {
  readonly fields: Shape;
  /** What it means, for the page about the protocol. */
  readonly about: string;
}

/** The subprotocol that a client offers to speak this protocol (RFC 6455 §1.9). */
export const CHAT_PROTOCOL = 'ws101.chat.v1';

/** The types of messages from clients. */
export type ClientType = keyof typeof CLIENT_MESSAGES;

/** The types of messages from the server. */
export type ServerType = keyof typeof SERVER_MESSAGES;

/** A message from a client, of one of some types. Every request may carry an `id`. */
export type ClientMessageOf<Type extends ClientType> = Type extends ClientType
  ? { readonly type: Type; readonly id?: string | undefined } & FieldsOf<(typeof CLIENT_MESSAGES)[Type]['fields']>
  : never;

/** Any message from a client, after its check. */
export type ClientMessageV1 = ClientMessageOf<ClientType>;

/** A message from the server, of one of some types. */
export type ServerMessageOf<Type extends ServerType> = Type extends ServerType
  ? { readonly type: Type } & FieldsOf<(typeof SERVER_MESSAGES)[Type]['fields']>
  : never;

/** Any message from the server. */
export type ServerMessageV1 = ServerMessageOf<ServerType>;
