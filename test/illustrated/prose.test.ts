import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseProse, readProse, renderProse } from '../../scripts/illustrated/prose.ts';
import { SLOT_NAMES } from '../../scripts/illustrated/slots.ts';

const NUMBER_WORDS =
  /\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundreds?|thousands?|millions?|billions?|dozens?|twice|thrice|half|halves|quarters?|double|triple|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)\b/i;

// Names, not numbers.
const NAMES = /\b(?:UTF-8|SHA-1|base64|RSV1)\b/g;

/** The lines of a prose file with a figure that somebody typed; what stands in braces or points into the source was not. */
function typedFigures(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => !/^\w+: \S+ \| /.test(line))
    .map((line) => (line.startsWith('@ ') ? line.replace(/^@ RSV\d$/, '@') : line))
    .filter((line) => {
      const words = line.replaceAll(/\{[^}]*\}/g, '').replaceAll(NAMES, '');
      return /\d/.test(words) || NUMBER_WORDS.test(words);
    });
}

describe('the prose of the illustrated connection', () => {
  it.each(['story', 'fields'])('holds no number that was typed: %s.txt', (name) => {
    const text = readFileSync(new URL(`../../docs/illustrated/${name}.txt`, import.meta.url), 'utf8');
    expect(typedFigures(text)).toEqual([]);
    expect(readProse(name).length).toBeGreaterThan(10);
  });

  it.each([
    'The header has 2 bytes.',
    'The header has two bytes.',
    'It takes half of them.',
    'Version 13 is the one.',
    'The second byte follows.',
  ])('would be caught with one: %s', (line) => {
    expect(typedFigures(line)).toEqual([line]);
  });

  it('may name sections, ask for figures, and write names that have digits', () => {
    expect(typedFigures('UTF-8 has {bytes hello} bytes ({§ 6455 8.1}), and base64 more.')).toEqual([]);
    expect(SLOT_NAMES).toContain('bytes');
  });

  it('is read in sections, paragraphs and lines of source', () => {
    const [section] = parseProse(
      '@ id | A title\nOne\nparagraph.\n\nAnother.\nread: src/codec/mask.ts | function applyMask\n',
    );
    expect(section).toMatchObject({ id: 'id', title: 'A title', paragraphs: ['One\nparagraph.', 'Another.'] });
    expect(section?.sources[0]?.[1]).toMatchObject({
      path: 'src/codec/mask.ts',
      text: expect.stringContaining('applyMask'),
    });
  });

  it('is refused with text before a section, or a line of source that is not there', () => {
    expect(() => parseProse('words\n@ id | title\n')).toThrow('begins with a section');
    expect(() => parseProse('@ id\nread: src/codec/mask.ts | no such line\n')).toThrow('has no line with');
  });

  it('becomes HTML in which nothing but slots and code is markup', () => {
    const slots = (name: string, rest: string): string => `<${name} ${rest}>`;
    expect(renderProse('a < b, `{x y}` & {z}', slots).text).toBe('a &lt; b, <code>&lt;x y&gt;</code> &amp; &lt;z &gt;');
  });
});
