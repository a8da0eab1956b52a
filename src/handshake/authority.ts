import { consistsOf, DIGIT, HOST, IPV6 } from './characters.ts';

/** A host and, where one was given, a port. */
export interface Authority {
  /** In lower case; an IPv6 address with its brackets. */
  readonly host: string;
  readonly port: number | undefined;
}

/**
 * The host and port of a Host field or of the authority of a URI (RFC 9110 §7.2, RFC 3986 §3.2), or undefined when the
 * text is none. Stricter than the grammar of names: letters, digits and `-._~`, so no percent, comma or user information.
 */
export function parseAuthority(text: string): Authority | undefined {
  let end: number;
  if (text.startsWith('[')) {
    end = text.indexOf(']') + 1;
    // The shortest address is ::, four characters with its brackets.
    if (end < 4 || !consistsOf(text.slice(1, end - 1), IPV6)) return undefined;
  } else {
    const colon = text.indexOf(':');
    end = colon < 0 ? text.length : colon;
    if (end === 0 || !consistsOf(text.slice(0, end), HOST)) return undefined;
  }
  const host = text.slice(0, end).toLowerCase();
  if (end === text.length) return { host, port: undefined };
  const digits = text.slice(end + 1);
  if (text[end] !== ':' || digits.length > 5 || !consistsOf(digits, DIGIT)) return undefined;
  if (digits === '') return { host, port: undefined };
  const port = Number(digits);
  return port > 65_535 ? undefined : { host, port };
}
