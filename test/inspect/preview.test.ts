import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { previewAscii, previewHex, previewText } from '../../src/inspect/index.ts';
import { hex, utf8 } from '../support/wire.ts';

describe('a text made safe to print', () => {
  it.each([
    ['Hello', '"Hello"'],
    ['h\u00e9llo \u{1f600} \u65e5\u672c', '"h\u00e9llo \u{1f600} \u65e5\u672c"'],
    ['\x1b[31mred', '"\\x1b[31mred"'],
    ['a\tb\r\nc"d\\e', '"a\\tb\\r\\nc\\"d\\\\e"'],
    ['\x7f\x80\x9b', '"\\x7f\\u{80}\\u{9b}"'],
    ['\u202eabc\u2066\u200b\ufeff', '"\\u{202e}abc\\u{2066}\\u{200b}\\u{feff}"'],
    ['\u2028\u2029\ue000\u{e0041}', '"\\u{2028}\\u{2029}\\u{e000}\\u{e0041}"'],
  ])('%j becomes %s', (text, shown) => {
    expect(previewText(utf8(text))).toBe(shown);
  });

  it('shows bytes that are no UTF-8 as bytes', () => {
    expect(previewText(hex('61 ff c3 28 e282 f09f98 80'))).toBe('"a\\xff\\xc3(\\xe2\\x82\u{1f600}"');
    expect(previewText(hex('eda080'))).toBe('"\\xed\\xa0\\x80"');
    expect(previewText(hex('e282'))).toBe('"\\xe2\\x82"');
  });

  it('stops at its limit and says so', () => {
    expect(previewText(utf8('abcdef'), 3)).toBe('"abc"…');
    expect(previewText(utf8('abc'), 3)).toBe('"abc"');
    expect(previewHex(hex('010203'), 2)).toBe('01 02 …');
    expect(previewHex(hex('0102'), 2)).toBe('01 02');
    expect(previewAscii(utf8('abc'), 2)).toBe('ab…');
  });

  it('shows bytes beyond ASCII in a head as bytes', () => {
    expect(previewAscii(hex('41 e9 0d 0a 1b'))).toBe('A\\xe9\\r\\n\\x1b');
  });

  it('tells different texts apart', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 8 }), fc.uint8Array({ maxLength: 8 }), (one, other) => {
        if (Buffer.compare(one, other) !== 0) expect(previewText(one)).not.toBe(previewText(other));
      }),
    );
  });
});
