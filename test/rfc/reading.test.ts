import { describe, expect, it } from 'vitest';
import { readAnnotations } from '../../scripts/rfc/annotations.ts';
import { findSentences, hashOf } from '../../scripts/rfc/sentences.ts';

const RFC = `
1.  Tables ....................................................3

1.  Cats

   A cat MUST purr when it is fed (e.g. with
   fish).  It MAY sleep.  Dogs must not.

Whiskers & Paws          Standards Track                    [Page 1]
\f
RFC 6455                  Cats at Home                 December 2011


   o  The owner SHOULD
      NOT shout, and SHALL be

Whiskers & Paws          Standards Track                    [Page 2]
\f
RFC 6455                  Cats at Home                 December 2011


      kind.

1.1.  Kittens

   2.  They are REQUIRED to play.  "They MUST NOT bite."  They grow.
`;

describe('reading an RFC', () => {
  it('finds the sentences that demand something, whole across lines and pages, by section', () => {
    expect(findSentences('6455', RFC).map(({ id, levels, text }) => [id, levels, text])).toEqual([
      ['6455-1-1', ['MUST'], 'A cat MUST purr when it is fed (e.g. with fish).'],
      ['6455-1-2', ['SHOULD NOT', 'SHALL'], 'o The owner SHOULD NOT shout, and SHALL be kind.'],
      ['6455-1.1-1', ['REQUIRED'], '2. They are REQUIRED to play.'],
      ['6455-1.1-2', ['MUST NOT'], '"They MUST NOT bite."'],
    ]);
  });

  it('reads the same from lines that end with CR LF', () => {
    expect(findSentences('6455', RFC.replaceAll('\n', '\r\n'))).toEqual(findSentences('6455', RFC));
  });

  it('hashes a sentence by its words, not by its lines', () => {
    expect(hashOf('A cat\n   purrs. ')).toBe(hashOf('A cat purrs.'));
    expect(hashOf('A cat purrs.')).not.toBe(hashOf('A cat purred.'));
  });
});

// Not to be found here by the matrix itself.
const AT = '@' + 'rfc';
const read = (file: string, ...lines: readonly string[]): unknown[] =>
  readAnnotations(file, lines.join('\n').replaceAll('@@', AT)).map(({ id, line, target }) => [
    id,
    line,
    target?.name,
    target && `${target.start.line}:${target.start.column}-${target.end.line}:${target.end.column}`,
  ]);

describe('reading what code names', () => {
  it('means the code on the line of a comment behind it', () => {
    expect(
      read(
        'src/a.ts',
        'class Cat {',
        '  #purr(): void {',
        '    if (fed) hum(); // @@ 1234-2.3-4, 1234-2-1',
        '  }',
        '}',
      ),
    ).toEqual([
      ['1234-2.3-4', 3, 'Cat.#purr', '3:4-3:19'],
      ['1234-2-1', 3, 'Cat.#purr', '3:4-3:19'],
    ]);
    expect(read('src/a.ts', 'const CATS = [', '  tabby(1), // @@ 1234-2-3', '  manx(2),', '];')).toEqual([
      ['1234-2-3', 2, 'CATS', '2:2-2:10'],
    ]);
  });

  it('means the declaration under a docstring', () => {
    expect(
      read('src/a.ts', '/**', ' * Purrs.', ' * @@ 1234-2-3', ' */', 'export function purr(): void {', '  hum();', '}'),
    ).toEqual([['1234-2-3', 3, 'purr', '5:0-7:1']]);
    expect(read('src/a.js', '/** Lives. @@ 1234-2-3 */', 'const LIVES = 9;')).toEqual([
      ['1234-2-3', 1, 'LIVES', '2:0-2:16'],
    ]);
  });

  it('means the statement under a comment of its own, behind an else too', () => {
    expect(
      read(
        'src/a.ts',
        'function f() {',
        '  if (a) b();',
        '  // @@ 1234-2-3',
        '  else if (c) {',
        '    d();',
        '  }',
        '}',
      ),
    ).toEqual([['1234-2-3', 3, 'f', '4:7-6:3']]);
    expect(read('src/a.ts', 'const X = {', '  // @@ 1234-2-3', '  row: [', '    1,', '  ],', '};')).toEqual([
      ['1234-2-3', 2, 'X', '3:2-5:3'],
    ]);
  });

  it('takes text for no comment, and tells a mark without a number or a place', () => {
    expect(read('src/a.ts', "const text = 'see // @@ 1234-2-3';")).toEqual([]);
    expect(read('src/a.ts', 'const a = 1; // @@ soon')).toEqual([['', 1, 'a', '1:0-1:12']]);
    expect(read('src/a.ts', 'const a = 1;', '// @@ 1234-2-3')).toEqual([['1234-2-3', 2, undefined, undefined]]);
  });
});

describe('reading what tests name', () => {
  const test = (...lines: readonly string[]): unknown[] =>
    read('test/a.test.ts', ...lines).map((one) => (one as unknown[])[2]);

  it('means the test under it, with the groups around it', () => {
    expect(test("describe('a cat', () => {", '  // @@ 1234-2-3', "  it('purrs', () => {});", '});')).toEqual([
      'a cat › purrs',
    ]);
    expect(test('// @@ 1234-2-3', "test.each([1, 2])('purrs %i times', () => {});")).toEqual(['purrs %i times']);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the source of a test
    expect(test('for (const n of all) {', '  // @@ 1234-2-3', '  it(`purrs ${n} times`, run);', '}')).toEqual([
      'purrs … times',
    ]);
  });

  it('means the vector under it', () => {
    const lines = [
      "  { requirement: 'purrs', wire: [] },",
      '  // @@ 1234-2-3',
      "  { requirement: 'hisses', wire: [] },",
    ];
    expect(test("describeCats('cats', [", ...lines, ']);')).toEqual(['cats › hisses']);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the source of a test
    const many = ['  // @@ 1234-2-3', '  ...all.map((n) => ({', '    requirement: `purrs ${n}`,', '  })),'];
    expect(test("describeCats('cats', [", ...many, ']);')).toEqual(['cats › purrs …']);
    const inside = ['  ...all.map((n) => ({', '    // @@ 1234-2-3', "    requirement: 'purrs',", '  })),'];
    expect(test("describeCats('cats', [", ...inside, ']);')).toEqual(['cats › purrs']);
  });

  it('means all tests of a group, and nothing that is no test', () => {
    expect(test('// @@ 1234-2-3', "describe('a cat', () => {});")).toEqual(['a cat']);
    expect(test('// @@ 1234-2-3', 'const a = 1;')).toEqual([undefined]);
  });
});
