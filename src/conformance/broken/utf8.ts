import type { Broken } from './switches.ts';

/** Is it UTF-8, none, or the beginning of some (RFC 3629 §4)? */
export function judgeUtf8(bytes: Uint8Array, broken: Broken): 'whole' | 'partial' | 'wrong' {
  let at = 0;
  while (at < bytes.length) {
    const first = bytes[at] ?? 0;
    const size = first < 0x80 ? 1 : first < 0xc0 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf8 ? 4 : 0;
    if (size === 0) return 'wrong';
    const [least, most] = secondByte(first, broken);
    if (least > most) return 'wrong';
    for (let i = 1; i < size; i++) {
      const byte = bytes[at + i];
      if (byte === undefined) return 'partial';
      if (byte < (i === 1 ? least : 0x80) || byte > (i === 1 ? most : 0xbf)) return 'wrong';
    }
    at += size;
  }
  return 'whole';
}

/** Between which bytes the one behind this one must be; the first one of none at all is larger than the second. */
function secondByte(first: number, broken: Broken): readonly [least: number, most: number] {
  const overlong = broken.has('utf8-overlong');
  const beyond = broken.has('utf8-beyond');
  if (first === 0xc0 || first === 0xc1) return overlong ? [0x80, 0xbf] : [1, 0];
  if (first === 0xe0) return [overlong ? 0x80 : 0xa0, 0xbf];
  if (first === 0xed) return [0x80, broken.has('utf8-surrogates') ? 0xbf : 0x9f];
  if (first === 0xf0) return [overlong ? 0x80 : 0x90, 0xbf];
  if (first === 0xf4) return [0x80, beyond ? 0xbf : 0x8f];
  return first > 0xf4 && !beyond ? [1, 0] : [0x80, 0xbf];
}
