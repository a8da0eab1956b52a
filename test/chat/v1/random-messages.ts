import { CLIENT_MESSAGES } from '../../../src/chat/v1/client-messages.ts';
import { seededRandom } from '../../../src/testing/index.ts';

const HOSTILE_KEYS = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then', '\ud800', ''];
const STRINGS = [
  ...['', ' ', 'ann', 'lobby', 'a'.repeat(65), '__proto__', 'constructor', '\ud800', 'x\udfff', '\u202eabc', '\u0000'],
  ...['a-b_c', '{}', '*', '\r\nDEL x', '😀', '2025-01-31T12:00:00.000Z', 'x'.repeat(5000), 'é'.repeat(2049), '0'],
];
const NUMBERS = [0, 1, -1, 50, 100, 101, 1e3, 1.5, 2 ** 53, -(2 ** 53), 1e308, 3_600_000];
const TYPES = Object.keys(CLIENT_MESSAGES);
const FIELDS = [...new Set(Object.values(CLIENT_MESSAGES).flatMap(({ fields }) => Object.keys(fields))), 'id', 'type'];

/** Gives endlessly many texts, most of them nearly messages, the same ones for the same seed. */
export function randomMessages(seed: number): () => string {
  const { next } = seededRandom(seed);
  const below = (count: number) => Math.floor(next() * count);
  const pick = <T>(values: readonly T[]): T => values[below(values.length)] as T;

  function json(depth: number): string {
    switch (below(depth > 5 ? 6 : 9)) {
      case 0:
      case 1:
        return JSON.stringify(pick(STRINGS));
      case 2:
        return String(pick(NUMBERS));
      case 3:
        return pick(['true', 'false', 'null']);
      case 4:
        return pick(['1e999', '"\\ud800"', '-0', '"\\u0000"']);
      case 5:
        return `{"room":${JSON.stringify(pick(STRINGS))},"epoch":"e","seq":${pick(NUMBERS)}}`;
      case 6:
        return `[${Array.from({ length: below(4) }, () => json(depth + 1)).join(',')}]`;
      case 7:
        return `[${Array.from({ length: 19 + below(3) }, () => '{"room":"a","epoch":"e","seq":1}').join(',')}]`;
      default:
        return objectOf(Array.from({ length: below(4) }, () => [pick(HOSTILE_KEYS), json(depth + 1)]));
    }
  }

  function sensible(field: string): string {
    if (field === 'seq' || field === 'before') return String(below(1000));
    if (field === 'history' || field === 'limit' || field === 'everyMs' || field === 'forMs')
      return String(below(2000));
    if (field === 'private' || field === 'on' || field === 'inbox') return pick(['true', 'false']);
    return JSON.stringify(pick(['ann', 'bob', 'lobby', 'a1b2', 'hi']));
  }

  return () => {
    const type = next() < 0.95 ? pick(TYPES) : pick([...HOSTILE_KEYS, 'welcome', 'JOIN']);
    const known = Object.keys(CLIENT_MESSAGES[type as keyof typeof CLIENT_MESSAGES]?.fields ?? {});
    const fields: [string, string][] = [['type', next() < 0.98 ? JSON.stringify(type) : json(1)]];
    for (const field of known) if (next() < 0.8) fields.push([field, next() < 0.7 ? sensible(field) : json(1)]);
    if (next() < 0.3) fields.push([pick(FIELDS), json(1)]);
    if (next() < 0.05) fields.push([pick(HOSTILE_KEYS), json(1)]);
    const text = objectOf(fields);
    if (next() > 0.05) return text;
    const at = below(text.length);
    return pick([
      text.slice(0, at),
      `${text.slice(0, at)}${pick(['}', '"', '\\', '[', '\u2028'])}${text.slice(at)}`,
      json(0),
    ]);
  };
}

function objectOf(fields: readonly (readonly [string, string])[]): string {
  return `{${fields.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`;
}
