/** A mistake in what was asked for on the command line: one line that says what to do, and exit code 2. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
}

/** The classes of error by which libraries refuse a value. */
const REFUSALS: readonly ErrorClass[] = [TypeError, RangeError, DOMException];

type ErrorClass = abstract new (...args: never[]) => Error;

/** Lets what a library says of a value, by an error of one of these classes, be said as a mistake on the command line. */
export function explained<Result>(call: () => Result, classes: readonly ErrorClass[] = REFUSALS): Result {
  try {
    return call();
  } catch (error) {
    if (error instanceof Error && classes.some((one) => error instanceof one))
      throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

/** A text from outside in quotes, on one line, without control characters, and cut when it is long. */
export function quote(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return JSON.stringify(short).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '�');
}

/** The candidate that differs from a mistyped word in at most two letters; undefined when there is none. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let fewest = 3;
  for (const candidate of candidates) {
    const edits = distance(word, candidate);
    if (edits < fewest) [best, fewest] = [candidate, edits];
  }
  return best;
}

/** How many letters to insert, drop or replace to turn one word into the other. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let line = 1; line <= from.length; line += 1) {
    const next = [line];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (row[column - 1] ?? 0) + (from[line - 1] === to[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
