import { Buffer } from 'node:buffer';
import { CHAT_LIMITS } from './limits.ts';
import type { ModerationAction } from './v1/field-types.ts';
import { MODERATION_ACTIONS } from './v1/kinds.ts';

/** Somebody's words as they stand in the log of a room. */
export interface MessagePayload {
  /** The name of who said it, as it was then. */
  readonly name: string;
  readonly text: string;
}

/** Somebody's words to one user as they stand in both mailboxes. */
export interface DirectPayload extends MessagePayload {
  /** The name of whom it is for. */
  readonly to: string;
}

/** What a moderator did, as it stands in the log of a room. */
export interface RulesPayload {
  readonly action: ModerationAction;
  /** The name of the moderator. */
  readonly by: string;
  /** The id and the name of whom it was done to. */
  readonly user?: string | undefined;
  readonly username?: string | undefined;
  readonly forMs?: number | undefined;
  readonly everyMs?: number | undefined;
  readonly on?: boolean | undefined;
  readonly reason?: string | undefined;
}

/** A notice that somebody is writing. */
export interface TypingPayload {
  readonly name: string;
  readonly on: boolean;
}

/** The text of a {@link MessagePayload} for the log. */
export function encodeMessage({ name, text }: MessagePayload): string {
  return JSON.stringify({ n: name, t: text });
}

/** Reads what {@link encodeMessage} wrote; undefined for anything else. Never throws: it comes from a stranger. */
export function decodeMessage(payload: string): MessagePayload | undefined {
  const { n, t } = fieldsOf(payload);
  return isName(n) && isText(t) ? { name: n, text: t } : undefined;
}

/** The text of a {@link DirectPayload} for a mailbox. */
export function encodeDirect({ name, to, text }: DirectPayload): string {
  return JSON.stringify({ n: name, u: to, t: text });
}

/** Reads what {@link encodeDirect} wrote; undefined for anything else. Never throws. */
export function decodeDirect(payload: string): DirectPayload | undefined {
  const { n, u, t } = fieldsOf(payload);
  return isName(n) && isName(u) && isText(t) ? { name: n, to: u, text: t } : undefined;
}

/** The text of a {@link RulesPayload} for the log. */
export function encodeRulesNote(note: RulesPayload): string {
  const { action, by, user, username, forMs, everyMs, on, reason } = note;
  return JSON.stringify({ a: action, n: by, u: user, tn: username, f: forMs, e: everyMs, o: on, r: reason });
}

/** Reads what {@link encodeRulesNote} wrote; undefined for anything else. Never throws. */
export function decodeRulesNote(payload: string): RulesPayload | undefined {
  const { a, n, u, tn, f, e, o, r } = fieldsOf(payload);
  const action = MODERATION_ACTIONS.find((each) => each === a);
  if (action === undefined || !isName(n)) return undefined;
  return {
    action,
    by: n,
    user: typeof u === 'string' && u.length <= 64 ? u : undefined,
    username: isName(tn) ? tn : undefined,
    forMs: isWhole(f, 1000) ? f : undefined,
    everyMs: isWhole(e, 0) && e <= CHAT_LIMITS.slowModeMs ? e : undefined,
    on: typeof o === 'boolean' ? o : undefined,
    reason: typeof r === 'string' && Buffer.byteLength(r, 'utf8') <= CHAT_LIMITS.reasonBytes ? r : undefined,
  };
}

/** The text of a {@link TypingPayload} for a whisper. */
export function encodeTyping({ name, on }: TypingPayload): string {
  return JSON.stringify({ n: name, o: on });
}

/** Reads what {@link encodeTyping} wrote; undefined for anything else. Never throws. */
export function decodeTyping(payload: string): TypingPayload | undefined {
  const { n, o } = fieldsOf(payload);
  return isName(n) && typeof o === 'boolean' ? { name: n, on: o } : undefined;
}

/** The own fields of a JSON object in an object without prototype; none for a text that is none. Never throws. */
export function fieldsOf(json: string): Readonly<Record<string, unknown>> {
  const none: Record<string, unknown> = Object.create(null);
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? Object.assign(none, value) : none;
  } catch {
    return none;
  }
}

function isName(value: unknown): value is string {
  // A code point takes at most two units, and names were checked when they were taken.
  return typeof value === 'string' && value !== '' && value.length <= 2 * CHAT_LIMITS.nameCodePoints;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && Buffer.byteLength(value, 'utf8') <= CHAT_LIMITS.textBytes && value.trim() !== '';
}

function isWhole(value: unknown, least: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least;
}
