// Fills the excerpts of docs/embedding.md from the examples; see fillExcerpts for how a page asks for one.
// Run: npm run docs:excerpts
import { readFileSync, writeFileSync } from 'node:fs';

const PLACE = /<!-- excerpt: (\S+?)(?:#(\S+))? -->\n```(\w+)\n[\s\S]*?```\n/g;

/**
 * The page with each excerpt as its file has it now. A page asks for one by `<!-- excerpt: path#region -->` before a
 * code block; without a region it is the whole file. In the file a region lies between `// #region name` and
 * `// #endregion`.
 *
 * @param read gives the text of a file by its path relative to the page
 * @throws Error for a region that its file does not have
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
  if (start === 0 || end < 0) throw new Error(`${path} has no region ${region}`);
  const inside = lines.slice(start, end);
  const indent = Math.min(...inside.filter((line) => line !== '').map((line) => line.search(/\S/)));
  return inside.map((line) => line.slice(indent)).join('\n');
}

if (import.meta.filename === process.argv[1]) {
  const page = new URL('../docs/embedding.md', import.meta.url);
  const filled = fillExcerpts(readFileSync(page, 'utf8'), (path) => readFileSync(new URL(path, page), 'utf8'));
  writeFileSync(page, filled);
}
