// Fills the excerpts of the pages in docs/ from the sources; see fillExcerpts for how a page asks for one.
// Run: npm run docs:excerpts
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const PLACE = /<!-- excerpt: (\S+?)(?:#(\S+))? -->\n```(\w+)\n[\s\S]*?```\n/g;

/**
 * The page with each excerpt as its file has it now. A page asks for one by `<!-- excerpt: path#region -->` before a
 * code block; without a region it is the whole file. In the file a region lies between `// #region name` and
 * `// #endregion`; where there is none, it is the function, class or constant of that name.
 *
 * @param read gives the text of a file by its path relative to the page
 * @throws Error for a region or a name that its file does not have
 */
export function fillExcerpts(page: string, read: (path: string) => string): string {
  return page.replaceAll(PLACE, (_all, path: string, region: string | undefined, language: string) => {
    const text = region === undefined ? read(path).trimEnd() : findRegion(read(path), region, path);
    const address = region === undefined ? path : `${path}#${region}`;
    return `<!-- excerpt: ${address} -->\n\`\`\`${language}\n${text}\n\`\`\`\n`;
  });
}

function findRegion(text: string, region: string, path: string): string {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.trim() === `// #region ${region}`) + 1;
  const end = lines.findIndex((line, i) => i >= start && line.trim() === '// #endregion');
  const inside = start > 0 && end >= 0 ? lines.slice(start, end) : findDeclaration(lines, region);
  if (inside === undefined) throw new Error(`${path} has no region ${region}`);
  const indent = Math.min(...inside.filter((line) => line !== '').map((line) => line.search(/\S/)));
  return inside.map((line) => line.slice(indent)).join('\n');
}

/** From a declaration to the line that closes it: both stand at the margin. */
function findDeclaration(lines: readonly string[], name: string): string[] | undefined {
  const isDeclared = new RegExp(`^(?:export )?(?:function|class|const|interface|type) ${name}\\b`);
  const start = lines.findIndex((line) => isDeclared.test(line));
  const end = lines.findIndex((line, i) => i >= start && /^(?:[^\s].*;|[}\])]+;?)$/.test(line));
  return start < 0 || end < 0 ? undefined : lines.slice(start, end + 1);
}

const DOCS = new URL('../docs/', import.meta.url);

/** The pages of docs/ that ask for excerpts. */
export function pagesWithExcerpts(): URL[] {
  return readdirSync(DOCS, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md') && !path.includes('node_modules'))
    .map((path) => new URL(path.replaceAll('\\', '/'), DOCS))
    .filter((page) => readFileSync(page, 'utf8').includes('<!-- excerpt: '));
}

/** The text of a page of docs/ with its excerpts as they should be. */
export function filledPage(page: URL): string {
  return fillExcerpts(readFileSync(page, 'utf8'), (path) => readFileSync(new URL(path, page), 'utf8'));
}

if (import.meta.filename === process.argv[1]) {
  for (const page of pagesWithExcerpts()) writeFileSync(page, filledPage(page));
}
