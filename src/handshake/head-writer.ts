import { isFieldValue, isToken } from './characters.ts';
import type { Field } from './fields.ts';

// Framing is ours to decide: a field here that contradicts it would desynchronize the two ends.
const FRAMING = ['connection', 'content-length', 'transfer-encoding', 'upgrade', 'host', 'trailer', 'keep-alive'];

/**
 * Refuses header fields from an application that would not arrive as they were meant: a name that is no token, a value
 * with CR, LF, NUL, another control or a character above U+00FF, a field that the handshake itself writes.
 * @param own fields that this head already has
 * @param permitted fields that are let through nevertheless, in lower case
 * @throws TypeError that names the field by its position, and never repeats its value
 */
export function checkHeaders(
  headers: readonly Field[],
  own: readonly Field[],
  permitted: readonly string[] = [],
): void {
  let taken: Set<string> | undefined;
  headers.forEach(([name, value], index) => {
    if (!isToken(name)) throw new TypeError(`headers: the name at position ${index} must be a token`);
    if (!isFieldValue(value))
      throw new TypeError(`headers: the value of ${name} must be text without control characters`);
    const lower = name.toLowerCase();
    taken ??= new Set([...FRAMING, ...own.map(([given]) => given.toLowerCase())]);
    if ((taken.has(lower) || lower.startsWith('sec-websocket-')) && !permitted.includes(lower)) {
      throw new TypeError(`headers: ${name} is written by the handshake itself`);
    }
  });
}

/** A head as text, one character for each byte. Line and fields are taken as checked. */
export function headText(line: string, fields: readonly Field[]): string {
  let head = line;
  for (const field of fields) head += `\r\n${field[0]}: ${field[1]}`;
  return `${head}\r\n\r\n`;
}
