import { type Mutant, squeeze } from './report.ts';

/** A mutant that no test can or should notice, as it is committed in `test/mutation/survivors.json`. */
export interface KnownSurvivor {
  readonly file: string;
  /** The line on which it starts, as it is in the file, without the indentation. */
  readonly on: string;
  /** The code that is replaced; white space between words counts as one space. */
  readonly code: string;
  readonly replacement: string;
  /** One of {@link KINDS}. */
  readonly kind: string;
  /** Why no test notices it. */
  readonly reason: string;
}

/** What kinds of reasons there are, with what each means. */
export const KINDS: Readonly<Record<string, string>> = {
  equivalent: 'the changed code does the same',
  speed: 'the changed code does the same, more slowly or with more memory',
  unreachable: 'what would show the difference is excluded by a check elsewhere',
  wording: 'a text for people, whose exact words are no requirement',
};

/** Where the reasons lie. */
export const SURVIVORS = 'test/mutation/survivors.json';

/** Whether the reason is about this mutant. */
export function isAbout(known: KnownSurvivor, mutant: Mutant): boolean {
  return (
    known.file === mutant.file &&
    known.on === mutant.on &&
    squeeze(known.code) === mutant.code &&
    squeeze(known.replacement) === mutant.replacement
  );
}

/** Survivors without a reason, and reasons without a survivor in the files that the report has. */
export function compareSurvivors(
  mutants: readonly Mutant[],
  known: readonly KnownSurvivor[],
): { readonly unexplained: readonly Mutant[]; readonly stale: readonly KnownSurvivor[] } {
  const survivors = mutants.filter(({ status }) => status === 'Survived' || status === 'NoCoverage');
  const files = new Set(mutants.map(({ file }) => file));
  return {
    unexplained: survivors.filter((mutant) => !known.some((one) => isAbout(one, mutant))),
    stale: known.filter((one) => files.has(one.file) && !survivors.some((mutant) => isAbout(one, mutant))),
  };
}

/**
 * What is wrong with the reasons by themselves, one line each; empty when all is in order.
 *
 * @param read gives the text of a file, or undefined when there is none
 */
export function findFaults(known: readonly KnownSurvivor[], read: (file: string) => string | undefined): string[] {
  return known.flatMap((one, at) => {
    const where = `${one.file}: ${one.on}`;
    const text = read(one.file);
    if (text === undefined) return [`${where}: there is no such file`];
    if (!text.split('\n').some((line) => line.trim() === one.on)) return [`${where}: the file has no such line`];
    if (!squeeze(text).includes(squeeze(one.code))) return [`${where}: the file has no such code`];
    if (KINDS[one.kind] === undefined) return [`${where}: the reason is of no known kind`];
    if (one.reason.trim() === '') return [`${where}: the reason is empty`];
    const isTwice = known.slice(0, at).some((other) => keyOf(other) === keyOf(one));
    return isTwice ? [`${where}: has two reasons`] : [];
  });
}

function keyOf({ file, on, code, replacement }: KnownSurvivor): string {
  return [file, on, code, replacement].map(squeeze).join('\n');
}
