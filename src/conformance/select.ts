import type { ConformanceCase, Testee } from './model.ts';

/** Which cases are to be run. */
export interface Selection {
  /** Patterns of which one must fit; all when there is none. */
  readonly cases: readonly string[];
  /** Patterns of which none may fit. */
  readonly exclude: readonly string[];
  /** Those that load the testee beyond what a stranger's may be asked for, too. */
  readonly limits: boolean;
  readonly testee: Testee;
}

/** What was selected, and what of it is not run. */
export interface Selected {
  readonly cases: readonly ConformanceCase[];
  readonly leftOut: readonly { readonly number: string; readonly reason: string }[];
}

/** Orders cases by group, those with a number first, and within them by every part of the number. */
export function compareNumbers(one: { readonly number: string }, other: { readonly number: string }): number {
  const [left, right] = [one.number.split('.'), other.number.split('.')];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const [a = '', b = ''] = [left[i], right[i]];
    if (a !== b) return rank(a) - rank(b) || a.localeCompare(b);
  }
  return 0;
}

/** Groups with letters come behind those with numbers, in the order in which reports show them. */
function rank(part: string): number {
  return /^\d+$/.test(part) ? Number(part) : 1_000 + 'HFSLD'.indexOf(part);
}

/** The group of a number: what stands before its first dot. */
export function groupOf(number: string): string {
  return number.split('.')[0] ?? '';
}

/**
 * The cases that fit, and those of them that this run leaves out.
 *
 * A pattern is a number (`6.4.2`), a number whose parts may be `*` or lists of numbers from and to (`7.7.1-5`), the beginning of
 * numbers (`6.4`, `H`), or a section (`RFC 6455 §5.5`, `RFC 6455 5.5`, `§5.5.1`, `RFC 7692`), under which those beneath it fit as well.
 *
 * @throws RangeError for a pattern that fits no case at all, and when none is left to run
 */
export function selectCases(all: readonly ConformanceCase[], { cases, exclude, limits, testee }: Selection): Selected {
  for (const pattern of [...cases, ...exclude])
    if (!all.some((one) => fits(one, pattern))) throw new RangeError(`no case fits ${JSON.stringify(pattern)}`);
  const fit = all.filter(
    (one) =>
      (cases.length === 0 || cases.some((pattern) => fits(one, pattern))) &&
      !exclude.some((pattern) => fits(one, pattern)),
  );
  const leftOut: { number: string; reason: string }[] = [];
  const chosen = fit.filter((one) => {
    const isMeant = one.testees.includes(testee);
    const isPermitted = limits || !one.needsLimits;
    if (isMeant && !isPermitted) leftOut.push({ number: one.number, reason: 'it needs --limits' });
    return isMeant && isPermitted;
  });
  if (chosen.length === 0) throw new RangeError(whyNone(fit, leftOut.length > 0, testee));
  return { cases: chosen, leftOut };
}

function whyNone(fit: readonly ConformanceCase[], isHeld: boolean, testee: Testee): string {
  if (isHeld) return 'the cases that fit load what is tested, and run only with --limits';
  return fit.length === 0
    ? 'no case is left to run; exclude fewer'
    : `the cases that fit are not for testing a ${testee}`;
}

function fits({ number, sections }: ConformanceCase, pattern: string): boolean {
  const wanted = pattern.trim().replace(/^(RFC \d+) (\d)/i, '$1 §$2');
  if (wanted.includes('§') || /^RFC\b/i.test(wanted)) return sections.some((section) => isUnder(section, wanted));
  const [parts, given] = [number.split('.'), wanted.split('.')];
  return given.length <= parts.length && given.every((part, i) => fitsPart(parts[i] ?? '', part));
}

function fitsPart(part: string, pattern: string): boolean {
  if (pattern === '*' || pattern.toUpperCase() === part.toUpperCase()) return true;
  const [, from, to] = /^(\d+)-(\d+)$/.exec(pattern) ?? [];
  return from !== undefined && Number(part) >= Number(from) && Number(part) <= Number(to);
}

/** Is a section, or one above it, meant? */
function isUnder(section: string, wanted: string): boolean {
  const whole = wanted.startsWith('§') ? section.slice(section.indexOf('§')) : section;
  return (
    whole.toLowerCase() === wanted.toLowerCase() || startsWith(whole, `${wanted}.`) || startsWith(whole, `${wanted} `)
  );
}

function startsWith(text: string, start: string): boolean {
  return text.slice(0, start.length).toLowerCase() === start.toLowerCase();
}
