import { Refusal } from './errors.ts';
import { CHAT_LIMITS } from './limits.ts';

const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
// With the u flag a surrogate that is half of a pair is no match for this class, a lone one is.
const LONE_SURROGATE = /\p{Surrogate}/u;

/** An object of a stranger after the checks: no prototype, the stranger's own keys only. */
export type SafeObject = Readonly<Record<string, unknown>>;

/**
 * Reads one JSON object of a stranger, or says why not. Never throws.
 *
 * Refused anywhere inside: nesting beyond {@link CHAT_LIMITS}.jsonDepth, keys that reach for a prototype, strings and keys with a
 * lone surrogate. The object has no prototype, so a field that is not there is `undefined` whatever its name; values below the
 * first level are checked, not copied, and are no concern of the chat.
 */
export function parseSafeObject(text: string): SafeObject | Refusal {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return new Refusal('bad-json');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return new Refusal('not-an-object');
  return inspect(value, 1) ?? Object.assign(Object.create(null), value);
}

function inspect(value: unknown, depth: number): Refusal | undefined {
  if (typeof value === 'string') return LONE_SURROGATE.test(value) ? new Refusal('malformed-text') : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > CHAT_LIMITS.jsonDepth) return new Refusal('too-deep');
  const isArray = Array.isArray(value);
  for (const [key, inner] of Object.entries(value)) {
    if (!isArray) {
      if (FORBIDDEN_KEYS.has(key)) return new Refusal('forbidden-key');
      if (LONE_SURROGATE.test(key)) return new Refusal('malformed-text');
    }
    const refusal = inspect(inner, depth + 1);
    if (refusal) return refusal;
  }
  return undefined;
}
