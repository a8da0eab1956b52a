import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorsOf, blocksOf, linksOf, outsideCode } from '../../scripts/site/markdown.ts';
import { docsPages } from '../../scripts/site/stage.ts';
import { parseOptions } from '../../src/cli/options.ts';
import { loadCommands } from '../../src/cli/run.ts';
import { isLookedAt, NOT_RUN, RUN_BY } from './blocks.ts';
import { commandLines, wordsOf } from './command-lines.ts';

const COMMANDS = await loadCommands();

const ROOT = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');

const PATHS = [
  'README.md',
  'SECURITY.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...docsPages().map((path) => `docs/${path}`),
];
const PAGES = new Map(PATHS.map((path) => [path, read(path)]));

describe.each(PATHS)('%s', (path) => {
  const page = PAGES.get(path) ?? '';

  it('links to what is there: files, headings, and tests by their names', () => {
    const broken = linksOf(page).flatMap(({ target, title }) => {
      if (/^(?:https?|mailto):/.test(target)) return [];
      const [file = '', anchor] = target.split('#');
      const to = file === '' ? path : posix.join(posix.dirname(path), decodeURI(file));
      if (!existsSync(new URL(to, ROOT))) return [target];
      if (anchor !== undefined && to.endsWith('.md') && !anchorsOf(PAGES.get(to) ?? read(to)).has(anchor))
        return [target];
      const isTest = to.startsWith('test/') && title !== undefined;
      return isTest && !read(to).replaceAll("\\'", "'").includes(title.replaceAll('\\"', '"'))
        ? [`${to}: ${title}`]
        : [];
    });
    expect(broken).toEqual([]);
  });

  it('has no block of code that nobody looks at', () => {
    const blocks = blocksOf(page).filter((block) => !isLookedAt(path, block));
    expect(blocks.map(({ language, code }) => `${language}: ${code.split('\n')[0]}`)).toEqual([]);
  });

  it('names scripts of npm, and options of commands, that there are', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...page.matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
    for (const line of commandLines(page)) {
      const [name, ...args] = wordsOf(line);
      const command = COMMANDS.find((one) => one.name === name);
      expect(command, line).toBeDefined();
      if (command === undefined || args.includes('--help')) continue;
      const { operands } = command;
      const given = { operands: operands && [], command: operands?.command && [] };
      expect(() => parseOptions(command.options, args, given), line).not.toThrow();
    }
  });
});

describe('the tables of what runs the blocks', () => {
  it('name pages and tests that exist', () => {
    for (const { page, test } of RUN_BY) {
      expect(
        PATHS.some((path) => page.test(path)),
        String(page),
      ).toBe(true);
      expect(existsSync(new URL(test, ROOT)), test).toBe(true);
    }
  });

  it('name nothing that no page has, each with its reason', () => {
    const codes = [...PAGES].flatMap(([path, page]) => blocksOf(page).map((block) => ({ path, ...block })));
    for (const { page, starts, reason } of NOT_RUN) {
      expect(
        codes.some(({ path, code }) => path === page && code.startsWith(starts)),
        `${page}: ${starts}`,
      ).toBe(true);
      expect(reason.length).toBeGreaterThan(20);
    }
  });
});

describe('the reader of pages', () => {
  it('sees links outside of code alone', () => {
    expect(linksOf('[a](b.md#c "d") `[x](y)` ![e](f.svg)\n```ts\n[g](h)\n```\n').map(({ target }) => target)).toEqual([
      'b.md#c',
      'f.svg',
    ]);
    expect(outsideCode('a `a` a', (text) => text.replaceAll('a', 'b'))).toBe('b `a` b');
  });

  it('knows anchors as GitHub makes them', () => {
    const page = '# A `b/c`: *d*\n\n## Twice\n\n## Twice\n\n<a id="own-Name"></a>\n\n```sh\n# no heading\n```\n';
    expect([...anchorsOf(page)]).toEqual(['a-bc-d', 'twice', 'twice-1', 'own-Name']);
  });
});
