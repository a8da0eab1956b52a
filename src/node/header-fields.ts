import type { Field } from '../handshake/index.ts';

/** Header fields as an application gives them: an object, or pairs, `Headers` and a `Map` among them. */
export type HeadersGiven = Readonly<Record<string, string>> | Iterable<Field>;

/** These fields in order. */
export function fieldsOf(headers: HeadersGiven | undefined): readonly Field[] {
  if (headers === undefined) return [];
  return isIterable<Field>(headers) ? [...headers] : Object.entries(headers);
}

/** Whether something can be gone through; a string counts as one value. */
export function isIterable<T>(given: unknown): given is Iterable<T> {
  return typeof given === 'object' && given !== null && Symbol.iterator in given;
}
