import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fillExcerpts, filledPage, pagesWithExcerpts } from '../../scripts/excerpts.ts';

describe('the pages that show sources', () => {
  const pages = pagesWithExcerpts().map((page): [string, URL] => [page.pathname.split('/docs/').at(-1) ?? '', page]);

  it('are found, the chapters of the tutorial among them', () => {
    expect(pages.filter(([name]) => /^tutorial\/\d\d-/.test(name))).toHaveLength(10);
    expect(pages.map(([name]) => name)).toContain('embedding.md');
  });

  it.each(pages)('%s shows them as they are', (_name, page) => {
    expect(readFileSync(page, 'utf8'), 'npm run docs:excerpts').toBe(filledPage(page));
  });
});

describe('an excerpt of a name', () => {
  const file = 'const A = 1;\nexport function one(\n  a: number,\n): void {\n  two();\n}\n\nclass B {\n  c = 1;\n}\n';
  const excerpt = (name: string): string =>
    fillExcerpts(`<!-- excerpt: f.ts#${name} -->\n\`\`\`ts\n\`\`\`\n`, () => file)
      .split('\n')
      .slice(2, -2)
      .join('\n');

  it('is the whole declaration', () => {
    expect(excerpt('A')).toBe('const A = 1;');
    expect(excerpt('one')).toBe('export function one(\n  a: number,\n): void {\n  two();\n}');
    expect(excerpt('B')).toBe('class B {\n  c = 1;\n}');
  });

  it('must be declared', () => {
    expect(() => excerpt('two')).toThrow('f.ts has no region two');
  });
});
