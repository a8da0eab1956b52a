import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GENERATORS } from '../../scripts/docs.ts';
import { faultsOf } from '../../scripts/site/check.ts';
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

  it('has beside the pages every file that they lead to, and the sources that the illustrated connection leads to', () => {
    const missing = pages.flatMap(([path, text]) =>
      [...text.matchAll(/(?:<a href="|\]\()\/([^")#]+)[^")]*/g)]
        .filter(([, target = '']) => !copies.has(`public/${target}`) && !texts.has(`public/${target}`))
        .map(([, target]) => `${path}: ${target}`),
    );
    expect(missing).toEqual([]);
    const illustrated = texts.get('public/illustrated/index.html') ?? '';
    const links = [...illustrated.matchAll(/ href="(?!#|https:|data:)([^"]*)"/g)].map(([, link = '']) => link);
    expect(links.length).toBeGreaterThan(100);
    expect(links.filter((link) => !copies.has(`public${link}`) && !texts.has(`public${link}`))).toEqual([]);
    expect([...copies.values()].filter((source) => !existsSync(new URL(source, ROOT)))).toEqual([]);
  });

  it('is built by a generator that `npm ci` does not install', () => {
    const read = (path: string): Record<string, Record<string, string>> =>
      JSON.parse(readFileSync(new URL(path, ROOT), 'utf8')) as Record<string, Record<string, string>>;
    expect(read('site/package.json').devDependencies).toHaveProperty('vitepress');
    expect(read('package.json').devDependencies).not.toHaveProperty('vitepress');
  });
});

describe('what is built', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ws101-site-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A site as the generator leaves it, with one page that has these links. */
  const faults = (links: string, search = '{"0":"/#one","1":"/docs/two.html#two"}'): string[] => {
    const page = (content: string): string => `<main id="VPContent">${content}</main>`;
    for (const path of ['docs', 'assets/chunks']) mkdirSync(join(folder, path), { recursive: true });
    writeFileSync(join(folder, 'index.html'), page(`<h1 id="one">One</h1>${links}`));
    writeFileSync(join(folder, 'docs/two.html'), page('<h1 id="two">Two</h1><a class="x" href="../">up</a>'));
    writeFileSync(join(folder, 'picture.svg'), '<svg/>');
    writeFileSync(join(folder, 'assets/chunks/@localSearchIndexroot.abc.js'), `const e='${search}'`);
    return faultsOf(folder);
  };

  it('is looked at for links that lead nowhere, when the generator is done', () => {
    const whole =
      '<a href="./docs/two.html#two"></a><a href="#one"></a><a href="/docs/two"></a><img src="/picture.svg"><a href="https://example.com/"></a>';
    expect(faults(whole)).toEqual([]);
    expect(faults(`${whole}<a href="/docs/three.html"></a>`)).toEqual([
      'index.html links to /docs/three.html, which is not there',
    ]);
    expect(faults('<a href="#two"></a><a href="docs/two.html#one"></a><img alt="" src="none.png">')).toHaveLength(3);
  });

  it('is looked at for pages that its search does not know', () => {
    expect(faults('', '{"0":"/#one"}')).toEqual(['the search does not know docs/two.html']);
  });
});

describe('npm run docs', () => {
  it('runs every script that writes a page, and excerpts last', () => {
    const scripts = readdirSync(new URL('scripts/', ROOT)).filter((file) => file.endsWith('.ts'));
    // The pictures show keys that differ each time, and are taken when what they show has changed.
    const apart = ['site.ts', 'inspector-picture.ts', 'connect-picture.ts'];
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
