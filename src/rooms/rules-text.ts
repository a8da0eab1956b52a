import type { RoomRules } from './room-rules.ts';
import { foundRules, RULES_LIMITS } from './room-rules.ts';

// A ban for good has no figure in JSON.
const FOR_GOOD = 'forever';
const MOST_TEXT = 256;

/** The rules as a text for a broker to keep. */
export function encodeRules(rules: RoomRules): string {
  const ends = (until: ReadonlyMap<string, number>) =>
    [...until].map(([subject, end]) => [subject, end === Infinity ? FOR_GOOD : end]);
  return JSON.stringify({
    owner: rules.owner,
    moderators: rules.moderators,
    private: rules.private,
    invited: rules.invited,
    bans: ends(rules.bans),
    mutes: ends(rules.mutes),
    slowMs: rules.slowMs,
  });
}

/**
 * Reads what {@link encodeRules} wrote; undefined for anything else, too much of anything included. Never throws.
 * Whoever reads rules that are not rules lets nobody in: a ban must not end because its text was damaged.
 */
export function decodeRules(text: string): RoomRules | undefined {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return undefined;
  const fields = new Map<string, unknown>(Object.entries(given));
  const owner = fields.get('owner');
  const isPrivate = fields.get('private');
  const slowMs = fields.get('slowMs');
  const moderators = textsOf(fields.get('moderators'), RULES_LIMITS.moderators);
  const invited = textsOf(fields.get('invited'), RULES_LIMITS.invited);
  const bans = endsOf(fields.get('bans'), RULES_LIMITS.bans);
  const mutes = endsOf(fields.get('mutes'), RULES_LIMITS.mutes);
  if (!isText(owner) || typeof isPrivate !== 'boolean' || !isSpan(slowMs)) return undefined;
  if (!moderators || !invited || !bans || !mutes) return undefined;
  return { ...foundRules(owner, isPrivate), slowMs, moderators, invited, bans, mutes };
}

function textsOf(value: unknown, most: number): string[] | undefined {
  return Array.isArray(value) && value.length <= most && value.every(isText) ? value : undefined;
}

function endsOf(value: unknown, most: number): Map<string, number> | undefined {
  if (!Array.isArray(value) || value.length > most) return undefined;
  const ends = new Map<string, number>();
  for (const pair of value) {
    if (!Array.isArray(pair) || pair.length !== 2) return undefined;
    const [subject, end]: unknown[] = pair;
    if (!isText(subject)) return undefined;
    if (end === FOR_GOOD) ends.set(subject, Infinity);
    else if (isSpan(end)) ends.set(subject, end);
    else return undefined;
  }
  return ends;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MOST_TEXT;
}

function isSpan(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
