import { formatBytes, formatValue } from '../src/report/index.ts';
import { line, orNaN, ratioWords } from './parts.ts';
import type { ContenderResult, RowResult } from './results.ts';

const PAGE = 'docs/benchmarks.md';

/** Beside which others, and what they are called at the head of the table. */
const OTHERS: readonly (readonly [name: string, heading: string])[] = [
  ['ws', 'ws'],
  ['ws + bufferutil', 'ws + bufferutil'],
  ['Bun', 'Bun'],
  ['Deno', 'Deno'],
  ['raw', 'raw `node:net`'],
];

/** The rows that a reader of the README sees: what is done, and which of our ways of taking messages does it. */
const WORK: readonly (readonly [words: string, row: string, own: string])[] = [
  ['echo of 32 bytes, 1 in flight', 'echo-32-depth-1', 'ws101'],
  ['echo of 32 bytes, 32 in flight', 'echo-32-depth-32', 'ws101'],
  ['the same, with `borrow`', 'echo-32-depth-32', 'ws101 borrow'],
  ['the same, with `for await`', 'echo-32-depth-32', 'ws101 loop'],
  ['the same, as text', 'echo-32-depth-32-text', 'ws101'],
  ['echo of 16 KiB', 'echo-16k', 'ws101'],
  ['echo of 1 MiB', 'echo-1m', 'ws101'],
  ['room of 500, 1 in flight: deliveries', 'room-500-depth-1', 'ws101'],
  ['room of 500, 8 in flight: deliveries', 'room-500-depth-8', 'ws101'],
  ['permessage-deflate of 1 KiB of JSON', 'deflate-takeover', 'ws101'],
  ['opening handshakes', 'handshakes', 'ws101'],
  ['memory of an idle connection', 'idle', 'ws101'],
];

/** What README.md shows of the results, and where the rest of them is. */
export function summaryTable(rows: ReadonlyMap<string, RowResult>): string[] {
  const shown = WORK.flatMap(([words, name, own]) => {
    const result = rows.get(name);
    return result?.contenders.some((one) => one.name === own) ? [{ words, result, own }] : [];
  });
  const [first] = shown;
  if (first === undefined) return [`Not measured yet. What will be, and how to measure it: [benchmarks](${PAGE}).`];
  const names = OTHERS.filter(([name]) => shown.some(({ result }) => find(result, name) !== undefined));
  const lines = shown.map(({ words, result, own }) => workLine(words, result, own, names));
  const isDoubted = lines.some((cells) => cells.includes('\\*'));
  return [
    line(['', 'ws101', ...names.map(([, heading]) => heading), 'ws101 ÷ ws']),
    `|---|${'--:|'.repeat(names.length + 2)}`,
    ...lines,
    '',
    `${explanation(shown.map(({ result }) => result))}${isDoubted ? ` \\* The load tool names a reason to doubt it.` : ''}`,
  ];
}

function workLine(words: string, result: RowResult, own: string, names: typeof OTHERS): string {
  const { metric } = result;
  const cell = (one: ContenderResult | undefined): string =>
    one === undefined ? '' : `${formatValue(orNaN(one.median), metric.unit)}${one.verdict === 'VALID' ? '' : ' \\*'}`;
  const [ours, base] = [find(result, own), find(result, 'ws')];
  return line([
    words,
    cell(ours),
    ...names.map(([name]) => cell(find(result, name))),
    ours === undefined || base === undefined ? '' : ratioWords(ours, base),
  ]);
}

/** What the numbers are, and when and where they were measured. */
function explanation(results: readonly RowResult[]): string {
  const days = results.map(({ environment }) => environment.date.slice(0, 10)).sort();
  const when = days[0] === days.at(-1) ? `on ${days[0]}` : `from ${days[0]} to ${days.at(-1)}`;
  const machines = results.map(({ environment: { cpu, cores, memoryBytes, node } }) => {
    return `${cpu}, ${cores} cores, ${formatBytes(memoryBytes)} of memory, Node ${node}`;
  });
  return (
    `Medians, measured ${when} on ${[...new Set(machines)].join('; and on ')}. In brackets is the 95 % interval. ` +
    `Every row, how it was measured, its doubts, and the goals that were missed: [benchmarks](${PAGE}).`
  );
}

function find({ contenders }: RowResult, name: string): ContenderResult | undefined {
  return contenders.find((one) => one.name === name);
}
