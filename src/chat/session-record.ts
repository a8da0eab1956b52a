import { fieldsOf } from './payloads.ts';

/** What the broker keeps of a session under the hash of its key, so that any node can go on with it. */
export interface SessionRecord {
  readonly user: string;
  /** The name that it goes by; undefined while it has none. */
  readonly name: string | undefined;
  /** Whose the session is now: a node and one of its connections. */
  readonly holder: string;
  /** Whether it was opened with a token; then it is resumed only with one of the same user. */
  readonly byToken: boolean;
}

/** How long a session and an anonymous name outlive their connection, in milliseconds. */
export const SESSION_TTL_MS = 600_000;

/** How long a name outlives the last connection of a user who has it by token. */
export const TOKEN_NAME_TTL_MS: number = 7 * 24 * 3_600_000;

/** How often a connection says that its session and name are still in use. */
export const REFRESH_MS = 180_000;

/** The text of a record. Equal records have equal texts. */
export function encodeSession({ user, name, holder, byToken }: SessionRecord): string {
  return JSON.stringify({ user, name, holder, byToken });
}

/** Reads what {@link encodeSession} wrote; undefined for anything else. Never throws: it comes from a stranger. */
export function decodeSession(text: string): SessionRecord | undefined {
  const { user, name, holder, byToken } = fieldsOf(text);
  const valid =
    typeof user === 'string' &&
    /^[au]-[A-Za-z0-9_-]{22}$/.test(user) &&
    (name === undefined || (typeof name === 'string' && name.length <= 64)) &&
    typeof holder === 'string' &&
    typeof byToken === 'boolean';
  return valid ? { user, name, holder, byToken } : undefined;
}

/** A word from the node that took a session over to the node that had it. */
export interface Takeover {
  /** The hash of the session's key. */
  readonly session: string;
  /** Who had it. */
  readonly holder: string;
}

/** The text of a takeover for a signal. */
export function encodeTakeover({ session, holder }: Takeover): string {
  return JSON.stringify({ t: 'takeover', s: session, h: holder });
}

/** Reads what {@link encodeTakeover} wrote; undefined for anything else. Never throws. */
export function decodeTakeover(text: string): Takeover | undefined {
  const { t, s, h } = fieldsOf(text);
  return t === 'takeover' && typeof s === 'string' && typeof h === 'string' ? { session: s, holder: h } : undefined;
}

/** The node part of a holder. */
export function nodeOf(holder: string): string {
  return holder.slice(0, Math.max(0, holder.lastIndexOf('/')));
}
