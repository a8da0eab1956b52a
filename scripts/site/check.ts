import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';

/**
 * What is wrong with a built site: links of its pages that lead nowhere, anchors that are not there, and pages that its search
 * does not know. Empty when all is well.
 */
export function faultsOf(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => path.replaceAll('\\', '/'));
  const pages = new Map(
    files.filter((path) => path.endsWith('.html')).map((path) => [path, readFileSync(join(folder, path), 'utf8')]),
  );
  return [
    ...[...pages].flatMap(([path, html]) => brokenLinks(folder, pages, path, html)),
    ...unknown(folder, files, pages),
  ];
}

function brokenLinks(folder: string, pages: ReadonlyMap<string, string>, path: string, html: string): string[] {
  const links = [...html.matchAll(/<(?:a|img|link|script)\b[^>]*? (?:href|src)="([^"]*)"/g)].map(
    ([, link = '']) => link,
  );
  return links
    .filter((link) => !/^(?:[a-z]+:|\/\/)/i.test(link) && !leads(folder, pages, path, link.replaceAll('&amp;', '&')))
    .map((link) => `${path} links to ${link}, which is not there`);
}

function leads(folder: string, pages: ReadonlyMap<string, string>, path: string, link: string): boolean {
  const [file = '', anchor = ''] = decodeURIComponent(link).split('#');
  const to = file === '' ? path : posix.join('/', posix.dirname(path), file).slice(1);
  const from = file.startsWith('/') ? file.slice(1) : to;
  const found = [from, posix.join(from, 'index.html'), `${from}.html`].find((candidate) => {
    const whole = join(folder, candidate);
    return existsSync(whole) && statSync(whole).isFile();
  });
  if (found === undefined) return false;
  const page = pages.get(found);
  return anchor === '' || page === undefined || page.includes(`id="${anchor}"`) || page.includes(`name="${anchor}"`);
}

/** The pages of the generator that its search does not know. */
function unknown(folder: string, files: readonly string[], pages: ReadonlyMap<string, string>): string[] {
  const index = files.find((file) => /localSearchIndex[^/]*\.js$/.test(file));
  if (index === undefined) return ['there is no index for the search'];
  const text = readFileSync(join(folder, index), 'utf8');
  return [...pages]
    .filter(([path, html]) => html.includes('id="VPContent"') && path !== '404.html')
    .filter(([path]) => !text.includes(`"/${path.replace(/(?<=^|\/)index\.html$/, '')}#`))
    .map(([path]) => `the search does not know ${path}`);
}
