import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ExtensionOffer, formatExtensions, parseExtensions, parseTokenList } from '../../src/handshake/index.ts';
import { codeOf } from './heads.ts';

describe('RFC 6455 §9.1: a list of extensions', () => {
  test('is read in order, parameters and repetitions kept', () => {
    const cases: [string, ExtensionOffer[]][] = [
      ['foo', [{ name: 'foo', params: [] }]],
      [
        'foo, bar; baz=2',
        [
          { name: 'foo', params: [] },
          { name: 'bar', params: [['baz', '2']] },
        ],
      ],
      [
        'a;b;b;c=d',
        [
          {
            name: 'a',
            params: [
              ['b', true],
              ['b', true],
              ['c', 'd'],
            ],
          },
        ],
      ],
      [
        'a, a',
        [
          { name: 'a', params: [] },
          { name: 'a', params: [] },
        ],
      ],
      [
        ' \ta \t; b\t = "c" , d ',
        [
          { name: 'a', params: [['b', 'c']] },
          { name: 'd', params: [] },
        ],
      ],
      ['a;b="1\\0"', [{ name: 'a', params: [['b', '10']] }]],
      ['__proto__;constructor="toString"', [{ name: '__proto__', params: [['constructor', 'toString']] }]],
    ];
    for (const [text, offers] of cases) expect(parseExtensions(text)).toEqual(offers);
  });

  // @rfc 6455-4.3-1 6455-9.1-1 6455-9.1-2
  test('of another grammar is refused', () => {
    const bad = [
      '',
      ' ',
      ',',
      'a,',
      ',a',
      'a,,b',
      ';',
      'a;',
      'a;;b',
      'a;=b',
      'a;b=',
      'a;b=,',
      'a b',
      'a;b c',
      'a;b=c d',
      'a=b',
      'a;b="',
      'a;b="c',
      'a;b="c\\',
      'a;b=""',
      'a;b="c d"',
      'a;b="c,d"',
      'a;b="\\"',
      'a;b="\\""',
      'a;b="c"d',
      'a;b=c"d"',
      'a/b',
      '\xe9',
      'a;\xe9',
      'a;b="\xe9"',
      '"a"',
    ];
    for (const text of bad)
      expect(
        codeOf(() => parseExtensions(text)),
        text,
      ).toBe('extension-syntax');
  });

  test('has at most 16 elements of at most 16 parameters', () => {
    const elements = (count: number): string => Array(count).fill('a').join(',');
    const params = (count: number): string => `a${';b'.repeat(count)}`;
    for (const count of [15, 16]) {
      expect(parseExtensions(elements(count)).length).toBe(count);
      expect(parseExtensions(`${params(count)},c`)[0]?.params.length).toBe(count);
    }
    expect(codeOf(() => parseExtensions(elements(17)))).toBe('extension-limit');
    expect(codeOf(() => parseExtensions(params(17)))).toBe('extension-limit');
  });

  test('that was written is read back', () => {
    const token = fc.string({ unit: fc.constantFrom(..."abZ019!#$%&'*+-.^_`|~"), minLength: 1, maxLength: 8 });
    const param = fc.tuple(token, fc.oneof(token, fc.constant(true as const)));
    const element = fc.record({ name: token, params: fc.array(param, { maxLength: 16 }) }, { noNullPrototype: true });
    fc.assert(
      fc.property(fc.array(element, { minLength: 1, maxLength: 16 }), (list) => {
        expect(parseExtensions(formatExtensions(list))).toEqual(list);
      }),
    );
  });

  test('of any text is read or refused', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab;,="\\ \t\xe9'), maxLength: 20 }), (text) => {
        try {
          const list = parseExtensions(text);
          expect(parseExtensions(formatExtensions(list))).toEqual(list);
        } catch (error) {
          expect(error).toMatchObject({ code: 'extension-syntax' });
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('that is empty is written as nothing', () => {
    expect(formatExtensions([])).toBe('');
  });
});

describe('RFC 6455 §4.3: a list of subprotocols', () => {
  test('is read in order, repetitions kept', () => {
    expect(parseTokenList('a')).toEqual(['a']);
    expect(parseTokenList(' a\t,b , a')).toEqual(['a', 'b', 'a']);
  });

  test('of another grammar is refused', () => {
    for (const text of ['', ' ', ',', 'a,', ',a', 'a b', 'a\x00', '\xe9', 'a\u00a0']) {
      expect(
        codeOf(() => parseTokenList(text)),
        text,
      ).toBe('protocol-syntax');
    }
  });
});
