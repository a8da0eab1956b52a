import { readFileSync } from 'node:fs';

const ROOT = new URL('../../', import.meta.url);

/** A line of a file of this project. */
export interface SourceLine {
  /** From the root of the project: `src/codec/mask.ts`. */
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  /** The text on it, without the space before. */
  readonly text: string;
}

const files = new Map<string, readonly string[]>();

function linesOf(path: string): readonly string[] {
  const known = files.get(path) ?? readFileSync(new URL(path, ROOT), 'utf8').split('\n');
  files.set(path, known);
  return known;
}

/**
 * The first line of a file that holds this text.
 *
 * @throws Error when none does
 */
export function findLine(path: string, text: string): SourceLine {
  const lines = linesOf(path);
  const found = lines.findIndex((line) => line.includes(text));
  if (found < 0) throw new Error(`${path} has no line with: ${text}`);
  return { path, line: found + 1, text: lines[found]!.trim() };
}

/** The text of a constant that a file declares: what stands between the quotes behind `const NAME =`. */
export function constantText(path: string, name: string): string {
  const { text } = findLine(path, `const ${name} = '`);
  return text.slice(text.indexOf("'") + 1, text.lastIndexOf("'"));
}
