import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canvasOf, columnsOf, cut, pad, printable, wrap } from '../../src/report/paint.ts';

const screen = { write: () => true, isTTY: true, columns: 100 };

describe('a canvas', () => {
  it('colours on a screen, and nowhere else', () => {
    expect(canvasOf(screen, {}).paint('a', 'red')).toBe('\x1b[31ma\x1b[39m');
    expect(canvasOf({ write: () => true }, {}).paint('a', 'red')).toBe('a');
  });

  it.each([{ NO_COLOR: '1' }, { TERM: 'dumb' }])('has no colours with %o', (environment) => {
    expect(canvasOf(screen, environment).paint('a', 'red')).toBe('a');
  });

  it('is as wide as the screen, from 40 to 120 columns; 80 where there is none', () => {
    expect(canvasOf(screen, {}).width).toBe(100);
    expect(canvasOf({ ...screen, columns: 10 }, {}).width).toBe(40);
    expect(canvasOf({ ...screen, columns: 300 }, {}).width).toBe(120);
    expect(canvasOf({ write: () => true }, {}).width).toBe(80);
  });
});

describe('a text', () => {
  it('is put into lines broken at blanks, and within a word that is too long', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('abcdefghij kl', 4)).toEqual(['abcd', 'efgh', 'ij', 'kl']);
    expect(wrap('日本語', 4)).toEqual(['日本', '語']);
    expect(wrap('', 4)).toEqual(['']);
    expect(columnsOf('e\u0301日')).toBe(3);
  });

  it('is filled up at either side', () => {
    expect(pad('日', 4)).toBe('日  ');
    expect(pad('日', 4, 'right')).toBe('  日');
    expect(pad('long', 2)).toBe('long');
  });

  it('is cut to any number of columns, with a mark where something is missing', () => {
    expect(cut('abcdef', 6)).toBe('abcdef');
    expect(cut('abcdef', 4)).toBe('abc…');
    expect(cut('日本語', 4)).toBe('日…');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(20), (text, columns) => {
        expect(columnsOf(cut(text, columns))).toBeLessThanOrEqual(columns);
      }),
    );
  });

  it('moves no cursor and turns no line around once it is printable', () => {
    expect(printable('a\x1b[31mb\r\n\x9bc\u202ed')).toBe('a�[31mb���c�d');
    expect(printable('Grüße, 日本 👋')).toBe('Grüße, 日本 👋');
  });
});
