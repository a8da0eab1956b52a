import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GENERATORS } from '../../scripts/docs.ts';
import { anchorsOf, linksOf } from '../../scripts/site/markdown.ts';
import { isReachedFromAnother, MENU } from '../../scripts/site/pages.ts';
import { docsPages, stageSite } from '../../scripts/site/stage.ts';

const ROOT = new URL('../../', import.meta.url);

describe('the site', () => {
  const { texts, copies } = stageSite();
  const pages = [...texts].filter(([path]) => path.endsWith('.md'));

  it('has every page of docs/ in its menu once, but for those that another page leads to', () => {
    const [, sidebar = ''] = /^ {4}sidebar: (.*),$/m.exec(texts.get('.vitepress/config.mjs') ?? '') ?? [];
    for (const page of docsPages().filter((path) => !isReachedFromAnother(path))) {
      const link = page.replace(/(?:README)?\.md$/, '');
      expect([page, sidebar.split(`"link":"/${link}"`).length]).toEqual([page, 2]);
    }
    const known = new Set(docsPages());
    expect(MENU.flatMap((group) => group.pages).filter((page) => !known.has(page))).toEqual([]);
  });

  it('has pages whose names differ in more than case', () => {
    const paths = [...texts.keys(), ...copies.keys()].map((path) => path.toLowerCase());
    expect(new Set(paths).size).toBe(paths.length);
  });

  it('links to its own pages, and to their headings', () => {
    const broken: string[] = [];
    for (const [path, text] of pages) {
      for (const { target, image } of linksOf(text)) {
        if (/^https?:/.test(target) || image) continue;
        const [file = '', anchor] = target.split('#');
        const to = file === '' ? path : posix.join(posix.dirname(path), file);
        const found = texts.get(to);
        if (found === undefined || (anchor !== undefined && !anchorsOf(found).has(anchor)))
          broken.push(`${path}: ${target}`);
      }
    }
    expect(pages.length).toBeGreaterThan(35);
    expect(broken).toEqual([]);
  });

  it('has beside the pages every file that they lead to, and the illustrated connection as it is', () => {
    const missing = pages.flatMap(([path, text]) =>
      [...text.matchAll(/(?:<a href="|\]\()\/([^")#]+)[^")]*/g)]
        .filter(([, target = '']) => !copies.has(`public/${target}`))
        .map(([, target]) => `${path}: ${target}`),
    );
    expect(missing).toEqual([]);
    expect(copies.get('public/illustrated/index.html')).toBe('docs/illustrated/index.html');
    expect([...copies.values()].filter((source) => !existsSync(new URL(source, ROOT)))).toEqual([]);
  });

  it('is built by a generator that `npm ci` does not install', () => {
    const read = (path: string): Record<string, Record<string, string>> =>
      JSON.parse(readFileSync(new URL(path, ROOT), 'utf8')) as Record<string, Record<string, string>>;
    expect(read('site/package.json').devDependencies).toHaveProperty('vitepress');
    expect(read('package.json').devDependencies).not.toHaveProperty('vitepress');
  });
});

describe('npm run docs', () => {
  it('runs every script that writes a page, and excerpts last', () => {
    const scripts = readdirSync(new URL('scripts/', ROOT)).filter((file) => file.endsWith('.ts'));
    // The picture of the inspector needs Chromium, and is taken when the page has changed.
    const apart = ['site.ts', 'inspector-picture.ts'];
    const writers = scripts.filter((file) => {
      const text = readFileSync(new URL(`scripts/${file}`, ROOT), 'utf8');
      return !apart.includes(file) && /\bdocs\//.test(text) && /\b(?:writeFileSync|writePage)\(/.test(text);
    });
    expect(GENERATORS.map((command) => command.split(' ')[0]).sort()).toEqual(
      writers.map((file) => file.slice(0, -3)).sort(),
    );
    expect(GENERATORS.at(-1)).toBe('excerpts');
  });
});
