import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fillExcerpts } from '../../scripts/excerpts.ts';

const PAGE = new URL('../../docs/embedding.md', import.meta.url);
const page = readFileSync(PAGE, 'utf8');
const readFromPage = (path: string): string => readFileSync(new URL(path, PAGE), 'utf8');

/** The names that a floor's index gives out, but for those that the published types leave out. */
function publicNames(floor: string): string[] {
  const index = readFileSync(new URL(`../../src/${floor}/index.ts`, import.meta.url), 'utf8');
  const published = index.replaceAll(/\/\*\* @internal[^*]*\*\/\nexport [^;]*;/g, '');
  const lists = [...published.matchAll(/export (?:type )?\{([^}]*)\}/g)];
  return lists
    .flatMap(([, list = '']) => list.split(','))
    .map((name) => name.replace('type ', '').trim())
    .filter((name) => name !== '');
}

/** The first cells of the table under a heading. */
function tabled(floor: string): string[] {
  const section = page.split(`### \`ws101/${floor}\`\n`)[1]?.split('\n#')[0] ?? '';
  return [...section.matchAll(/^\| `(\w+)` +\| \S/gm)].map(([, name = '']) => name);
}

describe('the guide for embedders', () => {
  it('shows the examples as they are', () => {
    expect(page.match(/<!-- excerpt: /g)?.length).toBeGreaterThan(8);
    expect(page, 'npm run docs:excerpts').toBe(fillExcerpts(page, readFromPage));
  });

  it.each(['codec', 'handshake', 'protocol'])('lists every public name of ws101/%s, and no other', (floor) => {
    const names = publicNames(floor);
    expect(names.length).toBeGreaterThan(10);
    expect(tabled(floor).sort()).toEqual(names.sort());
  });

  it('names every example, and links to nothing that is not there', () => {
    const examples = readdirSync(new URL('../../docs/examples/', import.meta.url));
    // Configurations of proxies, plug-ins of the tools, bots and what other servers are compared with are for other pages.
    const programs = examples.filter(
      (file) => /^(?!bench-|chat-|conformance-|from-).*\./.test(file) && !file.endsWith('.d.ts'),
    );
    for (const name of programs) expect(page).toContain(`examples/${name}`);
    for (const [, path = ''] of page.matchAll(/\]\((?!https?:)([^)#]+)/g)) {
      expect(existsSync(new URL(path, PAGE)), path).toBe(true);
    }
  });
});

describe('an excerpt', () => {
  const file = 'before\n  // #region a\n  one\n\n    two\n  // #endregion\nafter\n';
  const place = (text: string): string => `x\n<!-- excerpt: f.ts#a -->\n\`\`\`ts\n${text}\`\`\`\ny\n`;

  it('is the lines of its region, without the indentation that they share', () => {
    expect(fillExcerpts(place('old\n'), () => file)).toBe(place('one\n\n  two\n'));
  });

  it('is the whole file when no region is named', () => {
    const whole = '<!-- excerpt: f.ts -->\n```ts\n```\n';
    expect(fillExcerpts(whole, () => 'one\n')).toBe('<!-- excerpt: f.ts -->\n```ts\none\n```\n');
  });

  it('must exist', () => {
    expect(() => fillExcerpts(place(''), () => 'nothing')).toThrow('f.ts has no region a');
  });
});
