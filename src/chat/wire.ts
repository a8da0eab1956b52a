import { Buffer } from 'node:buffer';
import type { ChatErrorCode } from './errors.ts';
import { CHAT_ERRORS, Refusal } from './errors.ts';
import { CHAT_LIMITS } from './limits.ts';
import { parseSafeObject } from './safe-json.ts';

/** The room of those who name none. */
export const DEFAULT_ROOM = 'lobby';

/**
 * What a client may send: for each type the fields that the server reads, and whether one must be there.
 * The types below and the check at run time are both made from this table.
 */
const CLIENT_MESSAGES = {
  join: { username: 'optional', room: 'optional' },
  leave: { room: 'optional' },
  message: { message: 'required', room: 'optional' },
} as const;

type Schemas = typeof CLIENT_MESSAGES;
type Fields<Schema> = {
  readonly [Field in keyof Schema as Schema[Field] extends 'required' ? Field : never]: string;
} & {
  readonly [Field in keyof Schema as Schema[Field] extends 'required' ? never : Field]?: string | undefined;
};

/** A message from a client after {@link parseClientMessage}; names of users and rooms are still to be checked. */
export type ClientMessage = { [Type in keyof Schemas]: { readonly type: Type } & Fields<Schemas[Type]> }[keyof Schemas];

// Each is a string wherever it stands, also where the server does not read it.
const STRING_FIELDS = ['type', 'username', 'message', 'timestamp', 'room'] as const;

/** Somebody's text, sent to everybody in the room, the sender included. */
export interface TextMessage {
  readonly type: 'message';
  readonly room: string;
  readonly username: string;
  readonly message: string;
  /** When the server took it, in ISO 8601 with milliseconds, UTC. */
  readonly timestamp: string;
}

/**
 * Somebody came or went. In a room of more than 100 it may stand for several: then `username` is the first of them, `usernames`
 * lists them (at most {@link CHAT_LIMITS}.announcedNames), `count` says how many they are, and `message` says it in words.
 */
export interface MembershipNotice {
  readonly type: 'join' | 'leave';
  readonly room: string;
  readonly username: string;
  readonly usernames?: readonly string[];
  readonly count?: number;
  readonly message?: string;
  readonly timestamp: string;
}

/** The answer to a message that was refused. The connection lives on. */
export interface ErrorMessage {
  readonly type: 'error';
  readonly code: ChatErrorCode;
  /** A sentence for people that says what to do. */
  readonly message: string;
  /** With `rate-limited`: after how many milliseconds the next message will be taken. */
  readonly retryAfterMs?: number;
}

/** What the server sends. */
export type ServerMessage = TextMessage | MembershipNotice | ErrorMessage;

/**
 * Reads one message of a client, or says why it is refused. Never throws, whatever the text.
 *
 * The result holds only the fields that its type knows; others are checked for safety and left behind, the `username` of a message
 * among them. A text is taken as it is: not trimmed, not normalised.
 */
export function parseClientMessage(text: string): ClientMessage | Refusal {
  const given = parseSafeObject(text);
  if (given instanceof Refusal) return given;
  for (const field of STRING_FIELDS) {
    if (given[field] !== undefined && typeof given[field] !== 'string') return new Refusal('field-invalid');
  }
  const type = given.type;
  if (typeof type !== 'string' || !isClientType(type)) return new Refusal('unknown-type');
  const read: Record<string, unknown> = { type };
  for (const [field, presence] of Object.entries(CLIENT_MESSAGES[type])) {
    if (given[field] !== undefined) read[field] = given[field];
    else if (presence === 'required') return new Refusal('field-missing');
  }
  const message = read as unknown as ClientMessage;
  return (message.type === 'message' ? checkText(message.message) : undefined) ?? message;
}

/** The JSON of a message to clients, with its fields in the order of the interface. */
export function encodeServerMessage(message: ServerMessage): string {
  return JSON.stringify(message);
}

/** The answer for a refusal. */
export function errorMessage({ code, retryAfterMs }: Refusal): ErrorMessage {
  const answer = { type: 'error', code, message: CHAT_ERRORS[code] } as const;
  return retryAfterMs === undefined ? answer : { ...answer, retryAfterMs };
}

function isClientType(type: string): type is keyof Schemas {
  return Object.hasOwn(CLIENT_MESSAGES, type);
}

function checkText(text: string): Refusal | undefined {
  if (text.trim() === '') return new Refusal('empty-text');
  return Buffer.byteLength(text, 'utf8') > CHAT_LIMITS.textBytes ? new Refusal('text-too-long') : undefined;
}
