// Controls (C0, C1, DEL), what ends a line in some places, and what cannot be seen or turns the direction of writing. The
// two joiners between letters are left alone: emoji and several scripts need them, and they do nothing else.
const UNSAFE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

const SHORT: ReadonlyMap<string, string> = new Map([
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\r', '\\r'],
]);

/**
 * A text of others on one line, safe for a terminal: what would move the cursor, change colours or deceive the eye is
 * written as `\x1b` or `\u{202e}`. All else stays as it is, backslashes too.
 *
 * @param paint colours what was written so
 */
export function visible(text: string, paint: (escaped: string) => string = (escaped) => escaped): string {
  return text.replace(UNSAFE, (character) => paint(SHORT.get(character) ?? escapeOf(character)));
}

function escapeOf(character: string): string {
  const digits = (character.codePointAt(0) ?? 0).toString(16).padStart(2, '0');
  return digits.length === 2 ? `\\x${digits}` : `\\u{${digits}}`;
}

/** A value as JSON on one line, safe for a terminal; it reads back as the same value. */
export function visibleJson(value: unknown): string {
  return JSON.stringify(value).replace(UNSAFE, (character) =>
    Array.from(
      { length: character.length },
      (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
