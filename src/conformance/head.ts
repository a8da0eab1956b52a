import { createHash } from 'node:crypto';
import { latin1 } from './bytes.ts';

/** The head of a request or response (RFC 9112 §2). */
export interface Head {
  /** Without its line end: `GET /chat HTTP/1.1`, `HTTP/1.1 101 Switching Protocols`. */
  readonly startLine: string;
  /** In order, with names as they are written. */
  readonly fields: readonly HeadField[];
}

/** A field of a head: its name and its value. */
export type HeadField = readonly [name: string, value: string];

/** A token, as names of methods, fields, subprotocols and extensions are (RFC 9110 §5.6.2). */
export const TOKEN: RegExp = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** The base64 of 16 bytes, as a `Sec-WebSocket-Key` is (RFC 6455 §4.1). */
export const KEY: RegExp = /^[A-Za-z0-9+/]{21}[AQgw]==$/;

/** The value that every server appends to the key before it hashes it (RFC 6455 §1.3). */
const ACCEPT_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** The `Sec-WebSocket-Accept` for a `Sec-WebSocket-Key` (RFC 6455 §4.2.2). */
export function acceptFor(key: string): string {
  return createHash('sha1')
    .update(key + ACCEPT_SUFFIX)
    .digest('base64');
}

/** The bytes of a head; one byte for each character, so that wrong bytes can be written as well. */
export function headBytes({ startLine, fields }: Head): Uint8Array {
  return latin1([startLine, ...fields.map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n'));
}

/** The values of all fields of a name, whatever their case, in order. */
export function fieldValues({ fields }: Head, name: string): string[] {
  return fields.filter(([other]) => other.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
}

/** The value of a field; those of several of one name with commas between; undefined when there is none. */
export function fieldValue(head: Head, name: string): string | undefined {
  const values = fieldValues(head, name);
  return values.length === 0 ? undefined : values.join(', ');
}

/** The members of a list, those of several fields of one name together (RFC 9110 §5.6.1). */
export function fieldList(head: Head, name: string): string[] {
  return (
    fieldValue(head, name)
      ?.split(',')
      .map((member) => member.trim()) ?? []
  );
}

/** Has a list this member, whatever its case? `word` is in small letters. */
export function hasWord(head: Head, name: string, word: string): boolean {
  return fieldList(head, name).some((member) => member.toLowerCase() === word);
}

/** The head with a field of this value in the place of those of its name, or added at the end. */
export function withField(head: Head, name: string, value: string): Head {
  const at = head.fields.findIndex(([other]) => other.toLowerCase() === name.toLowerCase());
  if (at < 0) return withMore(head, name, value);
  const fields = withoutField(head, name).fields;
  return { ...head, fields: [...fields.slice(0, at), [name, value], ...fields.slice(at)] };
}

/** The head with one more field at the end, also of a name that is there already. */
export function withMore(head: Head, name: string, value: string): Head {
  return { ...head, fields: [...head.fields, [name, value]] };
}

/** The head without the fields of this name. */
export function withoutField(head: Head, name: string): Head {
  return { ...head, fields: head.fields.filter(([other]) => other.toLowerCase() !== name.toLowerCase()) };
}

/** The head with another start line. */
export function withStartLine(head: Head, startLine: string): Head {
  return { ...head, startLine };
}

/** The status code of a response; undefined when the line has none. */
export function statusOf({ startLine }: Head): number | undefined {
  const [, digits] = /^HTTP\/\d\.\d (\d{3})(?: |$)/.exec(startLine) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
