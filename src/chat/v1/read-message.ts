import { Refusal } from '../errors.ts';
import { parseSafeObject } from '../safe-json.ts';
import { CLIENT_MESSAGES } from './client-messages.ts';
import { readFields } from './fields.ts';
import { FIELD_KINDS } from './kinds.ts';
import type { ClientMessageV1, ClientType, ServerMessageV1, ServerType } from './messages.ts';
import { SERVER_MESSAGES } from './server-messages.ts';

/** What became of one message of a client. */
export interface ClientReading {
  /** What the client called it, if that can be repeated to it. */
  readonly id: string | undefined;
  /** The room that it names, if it names one. */
  readonly room: string | undefined;
  readonly message: ClientMessageV1 | Refusal;
}

/**
 * Reads one message of a client, or says why it is refused. Never throws, whatever the text.
 *
 * The message holds only the fields that its type knows. Names of users are still to be checked.
 */
export function readClientMessage(json: string): ClientReading {
  const given = parseSafeObject(json);
  if (given instanceof Refusal) return { id: undefined, room: undefined, message: given };
  const id = given.id === undefined ? undefined : FIELD_KINDS.id.read(given.id);
  const room = given.room === undefined ? undefined : FIELD_KINDS.room.read(given.room);
  return {
    id: typeof id === 'string' ? id : undefined,
    room: typeof room === 'string' ? room : undefined,
    message: id instanceof Refusal ? id : readTyped(given, id),
  };
}

/**
 * Reads one message of the server, for clients that want to be sure. Undefined for what this version does not know, which a
 * client ignores, since servers may come to say more. Never throws.
 */
export function readServerMessage(json: string): ServerMessageV1 | undefined {
  let given: unknown;
  try {
    given = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (typeof given !== 'object' || given === null || !Object.hasOwn(given, 'type')) return undefined;
  const { type } = given as { readonly type: unknown };
  if (typeof type !== 'string' || !Object.hasOwn(SERVER_MESSAGES, type)) return undefined;
  const fields = readFields(SERVER_MESSAGES[type as ServerType].fields, given, FIELD_KINDS);
  return fields instanceof Refusal ? undefined : ({ type, ...fields } as ServerMessageV1);
}

function readTyped(given: Readonly<Record<string, unknown>>, id: string | undefined): ClientMessageV1 | Refusal {
  const { type } = given;
  if (type !== undefined && typeof type !== 'string') return new Refusal('field-invalid');
  if (type === undefined || !Object.hasOwn(CLIENT_MESSAGES, type)) return new Refusal('unknown-type');
  const fields = readFields(CLIENT_MESSAGES[type as ClientType].fields, given, FIELD_KINDS);
  if (fields instanceof Refusal) return fields;
  return { type, ...(id === undefined ? {} : { id }), ...fields } as ClientMessageV1;
}
