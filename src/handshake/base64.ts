const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The bytes in base64 with padding, RFC 4648 §4. */
export function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const group = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    text += ALPHABET.charAt(group >> 18) + ALPHABET.charAt((group >> 12) & 63);
    text += left > 1 ? ALPHABET.charAt((group >> 6) & 63) : '=';
    text += left > 2 ? ALPHABET.charAt(group & 63) : '=';
  }
  return text;
}

/**
 * The bytes that the text stands for, or undefined when it is not the one canonical base64 of any bytes: alphabet and
 * padding of RFC 4648 §4, no white space, and the bits left over after the last byte are zero (§3.5).
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let bits = 0;
  let count = 0;
  let at = 0;
  for (let i = 0; i < text.length - padding; i++) {
    const value = ALPHABET.indexOf(text.charAt(i));
    if (value < 0) return undefined;
    bits = ((bits << 6) | value) & 0xffff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes[at++] = bits >> count;
    }
  }
  return (bits & ((1 << count) - 1)) === 0 ? bytes : undefined;
}

/** Whether the text is so many digits and this padding, and the bits left over after the last byte are zero. */
export function isBase64(text: string, digits: number, padding: string): boolean {
  let value = text.length === digits + padding.length && text.endsWith(padding) ? 0 : -1;
  for (let i = 0; i < digits && value >= 0; i++) value = ALPHABET.indexOf(text.charAt(i));
  return value >= 0 && (value & (4 ** padding.length - 1)) === 0;
}
