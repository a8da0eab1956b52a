import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { replaceLinks } from './markdown.ts';
import { isReachedFromAnother, MENU } from './pages.ts';
import { headingText } from './slug.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replaceAll('\\', '/');

/** Of the root; the home page and what it links to. */
const ROOT_PAGES = ['README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];

/** What the site is built from. */
export interface Stage {
  /** Texts by their path in the folder that the generator reads. */
  readonly texts: ReadonlyMap<string, string>;
  /** Files to copy: their path in that folder, and their path in the repository. */
  readonly copies: ReadonlyMap<string, string>;
}

/** The pages of docs/, by their path there. */
export function docsPages(): string[] {
  return readdirSync(`${ROOT}/docs`, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.md') && !path.includes('node_modules'))
    .sort();
}

/**
 * Prepares the pages for the generator: links to other pages stay, and whatever else a page links to, a source or a test,
 * becomes a file beside the pages.
 *
 * @throws Error for a link that leads nowhere
 */
export function stageSite(): Stage {
  const texts = new Map<string, string>();
  const copies = new Map<string, string>();
  const sources = [...ROOT_PAGES, ...docsPages().map((page) => `docs/${page}`)];
  for (const source of sources) {
    const page = readFileSync(`${ROOT}/${source}`, 'utf8');
    const staged = replaceLinks(page, ({ text, target, title, image }, written) => {
      if (/^(?:https?:|mailto:|#)/.test(target)) return written;
      const [path = '', anchor] = target.split('#');
      const file = posix.join(posix.dirname(source), path).replace(/\/$/, '');
      const name = title === undefined ? '' : ` title="${title.replaceAll('"', '&quot;')}"`;
      const to = findTarget(file, source);
      if (sources.includes(to)) {
        const relative = posix.relative(posix.dirname(pagePath(source)), pagePath(to));
        const hash = anchor === undefined ? '' : `#${anchor}`;
        return `[${text}](./${relative}${hash}${title === undefined ? '' : ` "${title}"`})`;
      }
      if (statSync(`${ROOT}/${to}`).isDirectory()) return text;
      const place = publicPath(to);
      copies.set(`public/${place}`, to);
      return image ? `![${text}](/${place})` : `<a href="/${place}" target="_self"${name}>${inline(text)}</a>`;
    });
    texts.set(pagePath(source), staged);
  }
  copies.delete('public/illustrated/index.html');
  texts.set('public/illustrated/index.html', illustrated(copies));
  copies.set('public/examples/browser.js', 'docs/examples/browser.js'); // browser.html loads it
  texts.set('.vitepress/config.mjs', config());
  return { texts, copies };
}

/** The illustrated connection; the sources that it links to stand beside the pages as well. */
function illustrated(copies: Map<string, string>): string {
  const page = readFileSync(`${ROOT}/docs/illustrated/index.html`, 'utf8');
  return page.replaceAll(/href="((?:\.\.\/)+[^"#]+)(?:#[^"]*)?"/g, (_link, target: string) => {
    const file = posix.join('docs/illustrated', target);
    copies.set(`public/${publicPath(file)}`, file);
    return `href="/${publicPath(file)}"`;
  });
}

/** A folder stands for the page or the index in it. */
function findTarget(file: string, source: string): string {
  if (!existsSync(`${ROOT}/${file}`)) throw new Error(`${source} links to ${file}, which is not there`);
  return [`${file}/README.md`, `${file}/index.ts`].find((index) => existsSync(`${ROOT}/${index}`)) ?? file;
}

/** Where a page of the repository stands on the site. Those of the root have a folder: names that differ in case alone collide. */
function pagePath(source: string): string {
  if (/^(?!README)[^/]+$/.test(source)) return `project/${source}`;
  return source.replace(/^docs\//, '').replace(/(^|\/)README\.md$/, '$1index.md');
}

/** Where another file stands: what browsers do not show by themselves is given to them as text. */
function publicPath(file: string): string {
  const path = file.replace(/^docs\//, '');
  return /\.(?:html|svg|png|json|txt|css)$/.test(path) ? path : `files/${path}.txt`;
}

const inline = (text: string): string => text.replaceAll(/`([^`]+)`/g, '<code v-pre>$1</code>');

function config(): string {
  const titleOf = (page: string): string => {
    const [, heading = page] = /^# (.+)$/m.exec(readFileSync(`${ROOT}/docs/${page}`, 'utf8')) ?? [];
    return headingText(heading);
  };
  const placed = new Set(MENU.flatMap(({ pages }) => pages));
  const others = docsPages().filter((page) => !placed.has(page) && !isReachedFromAnother(page));
  const groups = others.length === 0 ? MENU : [...MENU, { heading: 'More', pages: others }];
  const sidebar = groups.map(({ heading, pages }) => ({
    text: heading,
    items: pages.map((page) => ({
      text: titleOf(page),
      link: `/${pagePath(`docs/${page}`).replace(/(?:index)?\.md$/, '')}`,
    })),
  }));
  const nav = [
    { text: 'Tutorial', link: '/tutorial/' },
    { text: 'Illustrated', link: '/illustrated/index.html', target: '_self' },
    { text: 'Public names', link: '/api' },
  ];
  return `import { headingText, slugOf } from '../../../scripts/site/slug.ts';

export default {
  title: 'ws101',
  description: 'The WebSocket protocol, written by hand and explained',
  cleanUrls: false,
  markdown: { anchor: { slugify: (heading) => slugOf(headingText(heading)) } },
  vite: { build: { chunkSizeWarningLimit: 4096 } },
  themeConfig: {
    search: { provider: 'local' },
    outline: { level: [2, 2] },
    nav: ${JSON.stringify(nav)},
    sidebar: ${JSON.stringify(sidebar)},
  },
};
`;
}
