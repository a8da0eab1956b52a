/** Bytes of a token, RFC 9110 §5.6.2. */
export const TOKEN = 1;
/** Bytes of a field value: visible, obs-text, space and tab, RFC 9110 §5.5. */
export const VALUE = 2;
/** Bytes of a request target: visible ASCII but `#` and `\`, RFC 9112 §3.2. */
export const TARGET = 4;
/** Space and tab, RFC 9110 §5.6.3. */
export const SPACE = 8;
/** Decimal digits. */
export const DIGIT = 16;
/** Bytes of a host name as we accept it: letters, digits and `-._~`; no percent, no sub-delims. */
export const HOST = 32;
/** Bytes between the brackets of an IPv6 address. */
export const IPV6 = 64;

export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SP = 0x20;
export const COLON = 0x3a;

/** For each byte the classes above, as bits. */
export const CLASS: Uint8Array = classify();

function classify(): Uint8Array {
  const classes = new Uint8Array(256);
  const mark = (text: string, bit: number): void => {
    for (let i = 0; i < text.length; i++) classes[text.charCodeAt(i)]! |= bit;
  };
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  const digits = '0123456789';
  for (let byte = SP; byte < 0x100; byte++) if (byte !== 0x7f) classes[byte]! |= VALUE;
  for (let byte = SP + 1; byte < 0x7f; byte++) classes[byte]! |= TARGET;
  classes['#'.charCodeAt(0)]! &= ~TARGET;
  classes['\\'.charCodeAt(0)]! &= ~TARGET;
  mark('\t', VALUE | SPACE);
  mark(' ', SPACE);
  mark(letters, TOKEN | HOST);
  mark(digits, TOKEN | HOST | DIGIT | IPV6);
  mark("!#$%&'*+-.^_`|~", TOKEN);
  mark('-._~', HOST);
  mark('abcdefABCDEF:.', IPV6);
  return classes;
}

/** Whether the code unit belongs to one of the classes in `mask`; nothing above U+00FF does. */
export function isClass(code: number, mask: number): boolean {
  return ((CLASS[code] ?? 0) & mask) !== 0;
}

/** Whether every character of the text, which may be empty, belongs to one of the classes in `mask`. */
export function consistsOf(text: string, mask: number): boolean {
  for (let i = 0; i < text.length; i++) if (!isClass(text.charCodeAt(i), mask)) return false;
  return true;
}

/** Whether the text is a token, RFC 9110 §5.6.2. Anything but a string is none. */
export function isToken(text: unknown): text is string {
  return typeof text === 'string' && text !== '' && consistsOf(text, TOKEN);
}

/** Whether the text can stand as a field value as it is: no CR, LF, NUL or other control, nothing above U+00FF. */
export function isFieldValue(text: unknown): text is string {
  return typeof text === 'string' && consistsOf(text, VALUE);
}

/** The bytes from `start` to `end` as a string, one character each. */
export function latin1(bytes: Uint8Array, start = 0, end: number = bytes.length): string {
  let text = '';
  // 1,024 at a time: each byte becomes an argument of a call, and engines limit those.
  for (let at = start; at < end; at += 1024) {
    // Not spread into the call: engines walk a typed array there by its iterator, four times as slowly.
    text += String.fromCharCode.apply(null, bytes.subarray(at, Math.min(at + 1024, end)) as unknown as number[]);
  }
  return text;
}

/** The string as bytes, one each. Every character must be U+00FF or below; the caller has checked that. */
export function latin1Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
