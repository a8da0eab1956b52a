import { readFileSync } from 'node:fs';

/** A block of a page that something can be done with, under the heading that it stands under. */
export interface Block {
  readonly heading: string;
  /** `console`, `diff`, or what a comment before the block says: `the server prints`, `the server ends with`. */
  readonly kind: string;
  readonly text: string;
}

/** One line after a `$`, and what a reader sees then. */
export interface Command {
  readonly command: string;
  readonly output: string;
}

const HEADING_OR_BLOCK = /^#+ (.+)$|^(?:<!-- (.+?) -->\n)?```(\w+)\n([\s\S]*?)^```$/gm;

/** The text of a page of the docs, by its path in `docs/`. */
export function readPage(path: string): string {
  return readFileSync(new URL(`../../docs/${path}`, import.meta.url), 'utf8');
}

/** The blocks of commands, of differences, and of what a server prints, in order. */
export function blocksOf(page: string): Block[] {
  const blocks: Block[] = [];
  let heading = '';
  for (const [, title, comment = '', language = '', text = ''] of page.matchAll(HEADING_OR_BLOCK)) {
    if (title !== undefined) heading = title;
    else if (/^the server /.test(comment)) blocks.push({ heading, kind: comment, text: text.trimEnd() });
    else if (language === 'console' || language === 'diff')
      blocks.push({ heading, kind: language, text: text.trimEnd() });
    else if (
      !/^(?:in the browser|it ends with exit code 0|not run: .+)$/.test(comment) &&
      !comment.startsWith('excerpt: ')
    )
      throw new Error(`a block under "${heading}" is never looked at:\n${text}`);
  }
  return blocks;
}

/** The commands of a block. A line that ends with a backslash goes on in the next. */
export function commandsOf({ text }: Block): Command[] {
  const parts = text.replaceAll(/\\\n\s*/g, '').split(/^\$ /m);
  if (parts.shift() !== '') throw new Error(`a block of commands begins with "$ ":\n${text}`);
  return parts.map((part) => {
    const [command = '', ...output] = part.trimEnd().split('\n');
    return { command, output: output.join('\n') };
  });
}

/** The source with the change that a block of the kind `diff` tells: every line must be where it says, once. */
export function applyDiff(source: string, { text }: Block): string {
  const lines = text.split('\n');
  const before = lines.filter((line) => !line.startsWith('+')).map((line) => `${line.slice(1)}\n`);
  const after = lines.filter((line) => !line.startsWith('-')).map((line) => `${line.slice(1)}\n`);
  const parts = source.split(before.join(''));
  if (parts.length !== 2) throw new Error(`found ${parts.length - 1} times:\n${before.join('')}`);
  return parts.join(after.join(''));
}
