import { isClass, isToken, SPACE } from './characters.ts';
import { HandshakeError } from './errors.ts';

/** The text without spaces and tabs at its ends. Other white space, which no field value holds, stays. */
export function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isClass(text.charCodeAt(start), SPACE)) start++;
  while (end > start && isClass(text.charCodeAt(end - 1), SPACE)) end--;
  return text.slice(start, end);
}

/**
 * The tokens of a comma-separated list in their order, as in Sec-WebSocket-Protocol (RFC 6455 §4.3). At least one, no
 * empty elements. Linear in the length of the value.
 * @throws HandshakeError `protocol-syntax`
 */
export function parseTokenList(value: string): string[] {
  return value.split(',').map((element) => {
    const token = trimSpace(element);
    if (!isToken(token)) throw new HandshakeError('protocol-syntax');
    return token;
  });
}

/** Whether a comma-separated list contains the token, given in lower case, whatever the case there (RFC 6455 §4.2.1). */
export function listContains(value: string | undefined, token: string): boolean {
  const text = value?.toLowerCase();
  return text === token || (text?.split(',').some((element) => trimSpace(element) === token) ?? false);
}
