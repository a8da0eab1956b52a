import type { Fields } from './fields.ts';

/** An object of numbers and texts as it stands in JSON: `rssBytes` is `rss_bytes` there. */
export function toWire(values: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  );
}

/** The numbers of an object in JSON by the names that they have here. */
export function numbersFromWire(fields: Fields): Record<string, number> {
  return Object.fromEntries(fields.entries().map(([key]) => [nameHere(key), fields.number(key)]));
}

function nameHere(key: string): string {
  return key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
