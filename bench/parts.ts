import { pairedRatio } from '../src/bench/stats/ratio.ts';
import { formatRatio, UNKNOWN } from '../src/report/index.ts';
import type { ContenderResult } from './results.ts';

const SEED = 1;

/**
 * A page with its generated parts made anew, by their names; what stands between them is as it was.
 *
 * @throws Error when a part has no place in the page
 */
export function fillParts(page: string, path: string, parts: Readonly<Record<string, readonly string[]>>): string {
  let filled = page;
  for (const [name, lines] of Object.entries(parts)) {
    const start = `<!-- generated: ${name} -->`;
    const [from, to] = [filled.indexOf(start), filled.indexOf('<!-- /generated -->', filled.indexOf(start))];
    if (from < 0 || to < 0) throw new Error(`${path} has no part ${start} … <!-- /generated -->`);
    filled = `${filled.slice(0, from)}${start}\n\n${lines.join('\n')}\n\n${filled.slice(to)}`;
  }
  return filled;
}

/** A row of a table. */
export function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** How many times the base, run by run, with its interval where there is one. */
export function ratioWords(one: ContenderResult, base: ContenderResult): string {
  const { middle, low, high } = pairedRatio(one.values.map(orNaN), base.values.map(orNaN), SEED);
  if (Number.isNaN(middle)) return UNKNOWN;
  return Number.isNaN(low) ? formatRatio(middle) : `${formatRatio(middle)} [${formatRatio(low)}, ${formatRatio(high)}]`;
}

/** What stands as null in a file of results. */
export function orNaN(value: number | null): number {
  return value ?? Number.NaN;
}
