/** The text in UTF-8, lone surrogates replaced by U+FFFD. For the short bodies of refusals: TextEncoder is no part of the language. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0)!;
    const code = point >= 0xd800 && point <= 0xdfff ? 0xfffd : point;
    if (code < 0x80) bytes.push(code);
    else {
      const tail = 0x80 | (code & 63);
      if (code < 0x800) bytes.push(0xc0 | (code >> 6), tail);
      else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), tail);
      else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), tail);
    }
  }
  return Uint8Array.from(bytes);
}
