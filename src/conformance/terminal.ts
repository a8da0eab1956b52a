import { violationOf } from '../inspect/index.ts';
import {
  type Canvas,
  type Cell,
  formatDuration,
  formatTable,
  pad,
  printable,
  type Style,
  wrap,
} from '../report/index.ts';
import { type AnnotatedEntry, annotate } from './annotate.ts';
import { frameFields } from './frame-fields.ts';
import type { CaseResult, ConformanceReport } from './result.ts';
import { failuresOf, type GroupTally, tallyGroups } from './tally.ts';
import { type Behavior, failureWords } from './verdict.ts';

/** Failures that are shown with their frames; of the others only the numbers. */
const SHOWN_FAILURES = 12;
/** Entries of the wire log that are shown of a failure: the last ones before it. */
const SHOWN_ENTRIES = 8;
const LABEL = 12;

const COLUMNS: readonly (readonly [title: string, behavior: Behavior, style: Style])[] = [
  ['OK', 'OK', 'green'],
  ['NON-STRICT', 'NON-STRICT', 'yellow'],
  ['INFORMATIONAL', 'INFORMATIONAL', 'plain'],
  ['UNIMPLEMENTED', 'UNIMPLEMENTED', 'dim'],
  ['FAILED', 'FAILED', 'red'],
];

/** A report for people: what failed, with what was on the wire, and how many of each group did. */
export function formatConformance(report: ConformanceReport, canvas: Canvas): string {
  const failures = failuresOf(report);
  const shown = failures.slice(0, SHOWN_FAILURES).flatMap((result) => [...formatFailure(result, report, canvas), '']);
  const more = failures.slice(SHOWN_FAILURES).map(({ number }) => number);
  const rest = more.length === 0 ? [] : [...wrap(`and ${more.length} more: ${more.join(', ')}`, canvas.width), ''];
  return [...shown, ...rest, ...formatGroups(report, canvas), '', ...conclusion(report, failures, canvas), ''].join(
    '\n',
  );
}

/** One case that did not pass: what was wrong, what was expected and what came, and how to run it again. */
function formatFailure(result: CaseResult, report: ConformanceReport, canvas: Canvas): string[] {
  const { number, title, sections, section, reason, expected, got, conversation } = result;
  const heading = `${number}  ${failureWords(result)}  ${title}`;
  const lines = wrap(printable(heading), canvas.width).map((line) => canvas.paint(line, 'red'));
  const facts: [string, string][] = [
    ['section', [section, ...sections].filter((each, i, all) => each !== '' && all.indexOf(each) === i).join(', ')],
    ['in', conversation],
    ['wrong', reason],
    ['expected', expected],
    ['got', got],
    ['again', report.repeat.replace('{case}', number)],
  ];
  for (const [label, text] of facts) if (text !== '') lines.push(...labelled(label, text, canvas));
  const entries = annotate(result.wire, { testee: report.testee, deflate: result.deflate });
  const kept = entries.slice(-SHOWN_ENTRIES);
  if (kept.length < entries.length) lines.push(canvas.paint(`${' '.repeat(LABEL)}…`, 'dim'));
  for (const one of kept) {
    if ('skipped' in one) lines.push(canvas.paint(`${' '.repeat(LABEL)}… ${one.skipped} more`, 'dim'));
    else lines.push(...formatEntry(one, canvas));
  }
  return lines;
}

function formatEntry({ entry, parts }: AnnotatedEntry, canvas: Canvas): string[] {
  const mark = entry.from === 'suite' ? '→' : '←';
  const start = canvas.paint(`${formatDuration(entry.atMs * 1e6).padStart(LABEL - 2)} `, 'dim');
  if (parts.length === 0)
    return [`${start}${mark} ${printable(entry.note === '' ? `${entry.length} bytes` : entry.note)}`];
  return parts.flatMap((part, i) => {
    const violation = violationOf(part);
    const lines = [`${i === 0 ? start : ' '.repeat(LABEL - 1)}${mark} ${printable(part.title)}`];
    if (part.kind === 'frame') lines.push(...indented(frameFields(part.spans), 'dim', canvas));
    if (violation !== undefined)
      lines.push(...indented(`${violation.section}: ${violation.message}`, 'yellow', canvas));
    return lines;
  });
}

function formatGroups(report: ConformanceReport, canvas: Canvas): string[] {
  const tallies = tallyGroups(report);
  const present = COLUMNS.filter(
    ([, behavior]) => behavior === 'OK' || tallies.some(({ behaviors }) => behaviors[behavior] > 0),
  );
  const columns = [
    { title: '', align: 'right' as const },
    { title: 'group', align: 'left' as const },
    { title: 'cases', align: 'right' as const },
    ...present.map(([title]) => ({ title, align: 'right' as const })),
    { title: 'close', align: 'left' as const },
  ];
  const rows = tallies.map((tally): Cell[] => [
    tally.group,
    tally.title,
    String(tally.total),
    ...present.map(([, behavior, style]) => ({
      text: tally.behaviors[behavior] === 0 ? '' : String(tally.behaviors[behavior]),
      style,
    })),
    closesOf(tally),
  ]);
  return formatTable(columns, rows, canvas);
}

function closesOf({ closes, behaviors, total }: GroupTally): Cell {
  if (behaviors.FAILED === total) return '';
  const found = Object.entries(closes).map(([verdict, count]) => `${count} ${verdict}`);
  return found.length === 0 ? { text: 'clean', style: 'green' } : { text: found.join(', '), style: 'red' };
}

function conclusion(report: ConformanceReport, failures: readonly CaseResult[], canvas: Canvas): string[] {
  const { results, durationMs, agent, leftOut } = report;
  const total = `${results.length} case${results.length === 1 ? '' : 's'} in ${formatDuration(durationMs * 1e6)}`;
  const left =
    leftOut.length === 0
      ? ''
      : `, ${leftOut.length} left out (${[...new Set(leftOut.map(({ reason }) => reason))].join('; ')})`;
  const verdict =
    failures.length === 0
      ? canvas.paint('passes', 'green')
      : canvas.paint(`fails in ${failures.length} of them`, 'red');
  return [`${printable(agent)}: ${total}${left}: ${verdict}`];
}

function labelled(label: string, text: string, canvas: Canvas): string[] {
  return wrap(printable(text), canvas.width - LABEL).map(
    (line, i) => `${canvas.paint(pad(i === 0 ? `  ${label}` : '', LABEL), 'dim')}${line}`,
  );
}

function indented(text: string, style: Style, canvas: Canvas): string[] {
  return wrap(printable(text), canvas.width - LABEL - 2).map(
    (line) => ' '.repeat(LABEL + 2) + canvas.paint(line, style),
  );
}
