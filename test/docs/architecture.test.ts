import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sourcesOf } from '../../scripts/architecture/imports.ts';
import { withoutImplied } from '../../scripts/architecture/path-picture.ts';
import { FLOOR_WORDS, FRAME_IN, MESSAGE_OUT } from '../../scripts/architecture/tour.ts';
import { LISTED_FLOORS, readingOrder, renderArchitecture } from '../../scripts/architecture-page.ts';
import { FLOORS } from '../architecture.ts';
import { symbolsOf } from './named.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('docs/architecture.md', () => {
  const rendered = renderArchitecture();

  it.each([...rendered])('%s is as the sources have it; npm run docs:architecture makes it', (path, text) => {
    expect(read(`docs/${path}`) === text, 'run npm run docs:architecture').toBe(true);
  });

  it('says what every floor holds', () => {
    const names = FLOORS.map(({ name }) => name);
    expect(names.filter((name) => FLOOR_WORDS[name] === undefined)).toEqual([]);
    for (const name of names) expect(rendered.get('architecture/floors.svg')).toContain(`>${name}</text>`);
    expect(LISTED_FLOORS.filter((name) => !names.includes(name))).toEqual([]);
  });

  it.each([...FRAME_IN, ...MESSAGE_OUT].map(({ file, symbol }) => [file, symbol]))(
    'shows in %s what is there: %s',
    (file, symbol) => {
      expect(symbolsOf(read(`src/${file}`))).toContain(symbol);
    },
  );

  it('says of each file in the reading order what it is for', () => {
    const page = rendered.get('architecture.md') ?? '';
    const lines = page.split('## A reading order')[1]?.match(/^\d+\. .*$/gm) ?? [];
    expect(lines.length).toBeGreaterThan(80);
    expect(lines.filter((line) => !/^\d+\. \[`[\w-]+\.ts`\]\(\.\.\/src\/\S+\): `\w+`\. \S.{8}/.test(line))).toEqual([]);
  });
});

describe('what the pictures are drawn from', () => {
  const { files, edges } = sourcesOf(
    new Map([
      ['a/index.ts', "export { one } from './one.ts';\nexport type { Two } from './two.ts';\n"],
      [
        'a/one.ts',
        "import type { Two } from './two.ts';\n/** Says {@link one}. And more. */\nexport const one: Two = 1;\n",
      ],
      ['a/two.ts', '/**\n * The second\n * file: it counts.\n */\nexport type Two = number;\n'],
      [
        'b/three.ts',
        "import { one } from '../a/index.ts';\nimport { type Two } from '../a/index.ts';\nexport const three: Two = one;\n",
      ],
    ]),
  );

  it('leads to the file behind an index, and knows imports of types alone', () => {
    const fromThree = edges.filter(({ from }) => from === 'b/three.ts');
    expect(fromThree).toEqual([
      { from: 'b/three.ts', to: 'a/one.ts', typeOnly: false },
      { from: 'b/three.ts', to: 'a/two.ts', typeOnly: true },
    ]);
  });

  it('says of each file what it is for: the first sentence of its class, function, constant or type', () => {
    expect(files.map(({ about }) => about)).toEqual([
      '',
      '`one`. Says `one`.',
      '`Two`. The second file: it counts.',
      '',
    ]);
  });

  it('leaves out what a longer way implies', () => {
    expect(withoutImplied(edges).filter(({ from }) => from === 'b/three.ts')).toHaveLength(1);
  });

  it('reads what is used before what uses it', () => {
    expect(readingOrder(files, edges).map(({ path }) => path)).toEqual([
      'a/two.ts',
      'a/one.ts',
      'a/index.ts',
      'b/three.ts',
    ]);
  });
});
