import type { MutationLink } from '../rfc/mutations.ts';
import { type Mutant, type NamedTest, offsetOf } from './report.ts';

/** What the mutants say about one requirement. */
export interface LinkVerdict {
  readonly id: string;
  /**
   * `proven`: a test that it names fails when code that it names is broken.
   * `unproven`: mutants were run in that code, and none was noticed by these tests.
   * `outside`: no mutant was run in that code, or none of the tests was there.
   */
  readonly verdict: 'proven' | 'unproven' | 'outside';
  /** The files of the code. */
  readonly files: readonly string[];
  /** Whether no change can be made within the code, so that the smallest one around it was looked at. */
  readonly isAround: boolean;
  /** How many mutants were run there, and how many of them one of the tests noticed. */
  readonly run: number;
  readonly noticed: number;
}

/**
 * Judges every requirement.
 *
 * @param testFiles whose tests were there when the mutants were run
 * @param read gives the text of a file as it was when the mutants were made
 */
export function judgeLinks(
  links: readonly MutationLink[],
  mutants: readonly Mutant[],
  testFiles: ReadonlySet<string>,
  read: (file: string) => string,
): LinkVerdict[] {
  const ran = mutants.filter(({ status }) => ['Killed', 'Timeout', 'Survived', 'NoCoverage'].includes(status));
  return links.map((link) => {
    const pieces = link.code.map(({ file, start, end }) => {
      const text = read(file);
      return {
        file,
        start: offsetOf(text, start.line - 1, start.column),
        end: offsetOf(text, end.line - 1, end.column),
      };
    });
    const within = ran.filter((mutant) => pieces.some((piece) => contains(piece, mutant)));
    const around = within.length > 0 ? [] : pieces.flatMap((piece) => smallestAround(piece, ran));
    const looked = [...within, ...around];
    // Vectors say behind their title which end receives them.
    const patterns = link.tests.map(({ file, pattern }) => ({
      file,
      pattern: new RegExp(`^${pattern}(?: \\(.*\\))?$`, 's'),
    }));
    const isNamed = (test: NamedTest): boolean =>
      patterns.some(({ file, pattern }) => file === test.file && pattern.test(test.name));
    const noticed = looked.filter(({ killers }) => killers.some(isNamed)).length;
    const wasRun = looked.length > 0 && link.tests.some(({ file }) => testFiles.has(file));
    const verdict = noticed > 0 ? 'proven' : wasRun ? 'unproven' : 'outside';
    return {
      id: link.id,
      verdict,
      files: [...new Set(pieces.map(({ file }) => file))],
      isAround: around.length > 0,
      run: looked.length,
      noticed,
    };
  });
}

interface Piece {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

function contains(outer: Piece, inner: Piece): boolean {
  return outer.file === inner.file && inner.start >= outer.start && inner.end <= outer.end;
}

/** The mutants of the shortest code that contains the piece: of one call alone, for example, there is none. */
function smallestAround(piece: Piece, mutants: readonly Mutant[]): Mutant[] {
  const around = mutants.filter((mutant) => contains(mutant, piece));
  const least = Math.min(...around.map(({ start, end }) => end - start));
  return around.filter(({ start, end }) => end - start === least);
}
