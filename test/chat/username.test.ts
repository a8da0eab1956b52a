import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../src/chat/errors.ts';
import { foldCase, parseUsername } from '../../src/chat/username.ts';

const codeOf = (wanted: string) => {
  const outcome = parseUsername(wanted);
  return outcome instanceof Refusal ? outcome.code : outcome.name;
};

describe('a username', () => {
  test.each([
    ['ann', 'ann'],
    ['  ann  ', 'ann'],
    ['ann   of  green gables', 'ann of green gables'],
    ['Ann\u00a0Lee', 'Ann Lee'],
    ['ａｎｎ', 'ann'],
    ['ﬁona', 'fiona'],
    ['e\u0301va', 'éva'],
    ['王小明', '王小明'],
    ['नमस्ते', 'नमस्ते'],
    ['😀', '😀'],
    ['<b>x</b>', '<b>x</b>'],
    ["o'neil-3_x", "o'neil-3_x"],
  ])('%j goes as %j', (wanted, name) => expect(codeOf(wanted)).toBe(name));

  test.each(['', ' ', '     ', '\u3000', '\u0301', '\u00b4\u0301'.slice(1)])('%j is empty', (wanted) =>
    expect(codeOf(wanted)).toBe('name-empty'),
  );

  test('has at most 32 code points, counted after normalisation', () => {
    expect(codeOf('x'.repeat(32))).toBe('x'.repeat(32));
    expect(codeOf('x'.repeat(33))).toBe('name-too-long');
    expect(codeOf('😀'.repeat(32))).toBe('😀'.repeat(32));
    expect(codeOf('😀'.repeat(33))).toBe('name-too-long');
    expect(codeOf('e\u0301'.repeat(32))).toBe('é'.repeat(32));
    expect(codeOf(` ${'x'.repeat(32)} `)).toBe('x'.repeat(32));
    expect(codeOf('\ufdfa'.repeat(2))).toBe('name-too-long');
    expect(codeOf(`ann${' '.repeat(509)}`)).toBe('ann');
    expect(codeOf(`ann${' '.repeat(510)}`)).toBe('name-too-long');
    expect(codeOf('x'.repeat(1024 * 1024))).toBe('name-too-long');
  });

  test.each([
    ['a null character', 'a\0b'],
    ['a line feed at the end', 'ann\n'],
    ['a tab', 'a\tb'],
    ['an escape', 'a\u001b[31m'],
    ['a C1 control', 'a\u009bb'],
    ['a soft hyphen', 'a\u00adb'],
    ['a zero-width space', 'a\u200bnn'],
    ['a zero-width joiner', 'a\u200dnn'],
    ['a byte order mark at the start', '\ufeffann'],
    ['a word joiner', 'a\u2060nn'],
    ['a right-to-left override', 'a\u202enn'],
    ['a right-to-left isolate', 'a\u2067nn'],
    ['a left-to-right mark', 'a\u200enn'],
    ['an Arabic letter mark', 'a\u061cnn'],
    ['a line separator', 'a\u2028nn'],
    ['a paragraph separator', 'a\u2029nn'],
    ['a Hangul filler', '\u3164'],
    ['a half-width Hangul filler', 'a\uffa0'],
    ['a variation selector', 'a\ufe0f'],
    ['a combining grapheme joiner', 'a\u034f'],
    ['a tag character', 'a\u{e0041}'],
    ['an interlinear anchor', 'a\ufff9'],
    ['a blank braille cell', '\u2800'],
    ['an Ogham space', 'a\u1680b'],
    ['a private-use character', 'a\ue000'],
    ['an unassigned character', 'a\u0378'],
    ['a noncharacter', 'a\uffff'],
    ['half a surrogate pair', 'a\ud800'],
  ])('with %s is refused', (_what, wanted) => expect(codeOf(wanted)).toBe('name-invalid'));

  test.each(['server', 'SERVER', ' System ', 'admin', 'Ａｄｍｉｎ', 'ſerver', 'MODERATOR'])(
    '%j is reserved',
    (wanted) => expect(codeOf(wanted)).toBe('name-reserved'),
  );

  test.each([
    ['ann', 'ANN'],
    ['straße', 'STRASSE'],
    ['STRAẞE', 'straße'],
    ['σίγμας', 'ΣΊΓΜΑΣ'],
    ['ΟΔΟΣ', 'οδος'],
    ['istanbul', 'ıstanbul'],
    ['ǅ', 'ǆ'],
    ['éva', 'ÉVA'],
  ])('%j and %j are the same name', (one, other) => {
    const [a, b] = [parseUsername(one), parseUsername(other)];
    if (a instanceof Refusal || b instanceof Refusal) throw new Error('both are fine names');
    expect(a.key).toBe(b.key);
  });

  test('of any characters gives a name within the rules or a typed refusal, and never throws', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.array(fc.nat(0xffff), { maxLength: 60 }).map((units) => String.fromCharCode(...units)),
    );
    fc.assert(
      fc.property(anything, (wanted) => {
        const outcome = parseUsername(wanted);
        if (outcome instanceof Refusal) {
          expect(outcome.code).toMatch(/^name-/);
          return;
        }
        expect([...outcome.name].length).toBeGreaterThan(0);
        expect([...outcome.name].length).toBeLessThanOrEqual(32);
        expect(outcome.name).not.toMatch(/\p{C}|(?! )\p{Z}|^ | $| {2}/u);
        expect(parseUsername(outcome.name)).toEqual(outcome);
        for (const cased of [outcome.name.toUpperCase(), outcome.name.toLowerCase()]) {
          expect(foldCase(cased.normalize('NFKC'))).toBe(outcome.key);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
