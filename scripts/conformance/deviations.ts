// Rows for what is not OK: cases of an agent that differ in the same way, together.
import { ALL_CASES, groupOf } from '../../src/conformance/index.ts';
import type { Deviation, RecordedAgent } from './results.ts';

/** Rows of up to so many cases say what each is about. */
const SAID_TITLES = 4;

/** Rows of cases, verdict, section and what was done, for the deviations that are meant. */
export function deviationRows(agent: RecordedAgent, isMeant: (one: Deviation) => boolean): string[][] {
  const rows = new Map<string, [string, Deviation][]>();
  for (const [number, verdict] of Object.entries(agent.verdicts)) {
    if (verdict === 'OK' || !isMeant(verdict)) continue;
    const key = [groupOf(number), verdictWords(verdict), verdict.section, withoutFigures(verdict.reason)].join('|');
    rows.set(key, [...(rows.get(key) ?? []), [number, verdict]]);
  }
  return [...rows.values()].map((row) => {
    const [first] = row;
    if (first === undefined) return [];
    const [, deviation] = first;
    const said = row.length === 1 ? words(deviation) : wordsOfMany(row.map(([, one]) => one));
    const titles = row.length > SAID_TITLES ? '' : `${row.map(([one]) => titleOf(one)).join('; ')}: `;
    const what = `${plain(titles)}${said}`;
    return [rangesOf(row.map(([one]) => one)).join(', '), verdictWords(deviation), deviation.section, what];
  });
}

/** What a case is about, in a sentence. */
export function titleOf(number: string): string {
  return ALL_CASES.find((one) => one.number === number)?.title ?? '';
}

/** The worse half of a verdict: of the messages, or of the close. */
function verdictWords({ behavior, close }: Deviation): string {
  return behavior === 'OK' || (behavior === 'INFORMATIONAL' && close !== 'INFORMATIONAL' && close !== 'OK')
    ? `close ${close}`
    : behavior;
}

/** What a single deviation is. */
export function words({ reason, got, conversation }: Deviation): string {
  const where = conversation === '' ? '' : ` (${conversation})`;
  return plain(`${got === '' ? reason : `${reason}; came: ${got}`}${where}`);
}

/** What many have in common, with what came of the first where that differs. */
function wordsOfMany(all: readonly Deviation[]): string {
  const [first] = all;
  if (first === undefined) return '';
  const differ = all.some(({ got }) => withoutFigures(got) !== withoutFigures(first.got));
  return `${words({ ...first, conversation: '' })}${differ ? ', and the like' : ''}`;
}

function withoutFigures(text: string): string {
  return text.replace(/\d+/g, '#');
}

/** Data of a testee must not become markup. */
function plain(text: string): string {
  return text.replace(/[<>*_`[\]]/g, (character) => `\\${character}`);
}

/** Numbers that follow each other in the suite, as `3.1 to 3.7`. */
export function rangesOf(numbers: readonly string[]): string[] {
  const order = ALL_CASES.map(({ number }) => number);
  const ranges: string[][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && order.indexOf(last.at(-1) ?? '') + 1 === order.indexOf(number)) last.push(number);
    else ranges.push([number]);
  }
  return ranges.flatMap((range) => (range.length > 2 ? [`${range[0]} to ${range.at(-1)}`] : range));
}
