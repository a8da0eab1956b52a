import type { FieldsOf } from './fields.ts';
import type { ServerMessageOf } from './messages.ts';
import type { LIMITS_SHAPE, PERSON_SHAPE, PLACE_SHAPE, ROOM_PLACE_SHAPE, ROOM_SHAPE } from './shapes.ts';

/** What a user may do in a room. */
export type Role = 'owner' | 'moderator' | 'member';

/** What moderators do. */
export type ModerationAction =
  | 'kick'
  | 'ban'
  | 'unban'
  | 'mute'
  | 'unmute'
  | 'promote'
  | 'demote'
  | 'invite'
  | 'uninvite'
  | 'slow'
  | 'private';

/** A user as the protocol shows one; with a role where it was asked who is there. */
export type Person = FieldsOf<typeof PERSON_SHAPE>;

/** Up to where somebody has read a log. */
export type Place = FieldsOf<typeof PLACE_SHAPE>;

/** Up to where somebody has read a room. */
export type RoomPlace = FieldsOf<typeof ROOM_PLACE_SHAPE>;

/** What stands in the log of a room or, as `direct`, in somebody's mailbox. */
export type LogMessage = ServerMessageOf<'message' | 'redact' | 'moderation' | 'direct'>;

/** What a field of each kind holds after it was checked. */
export interface FieldTypes {
  /** A name that somebody goes by or wants to; checked by `parseUsername`. */
  name: string;
  /** A name, or null for nobody yet. */
  maybeName: string | null;
  room: string;
  /** Somebody's words. */
  text: string;
  id: string;
  /** The secret of a session. */
  key: string;
  /** A JSON Web Token. */
  token: string;
  epoch: string;
  seq: number;
  flag: boolean;
  /** Always true: the field stands or is missing. */
  yes: true;
  /** How much history to begin with. */
  history: number;
  /** How many entries of history. */
  limit: number;
  /** For how long, in milliseconds. */
  span: number;
  /** The least time between two messages, in milliseconds. */
  pace: number;
  reason: string;
  place: Place;
  roomPlaces: readonly RoomPlace[];
  /** The id of a user. */
  user: string;
  /** An instant in ISO 8601. */
  time: string;
  count: number;
  /** Milliseconds from now. */
  wait: number;
  state: 'up' | 'degraded';
  role: Role;
  action: ModerationAction;
  leaving: 'left' | 'kicked' | 'banned';
  never: false;
  version: 1;
  /** A sentence for people. */
  sentence: string;
  code: string;
  limits: FieldsOf<typeof LIMITS_SHAPE>;
  people: readonly Person[];
  rooms: readonly FieldsOf<typeof ROOM_SHAPE>[];
  log: readonly LogMessage[];
}
