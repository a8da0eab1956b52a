import {
  type Content,
  element,
  formatDuration,
  htmlPage,
  type Markup,
  pageFacts,
  pageTable,
} from '../../report/index.ts';
import { GROUPS } from '../cases/groups.ts';
import type { CaseResult, ConformanceReport } from '../result.ts';
import { compareNumbers, groupOf } from '../select.ts';
import { failuresOf, type GroupTally, tallyGroups } from '../tally.ts';
import { passes } from '../verdict.ts';
import { wireOf } from './html-wire.ts';

/**
 * One page in one file for any number of reports: the agents side by side, and for each case what was on the wire.
 *
 * @throws RangeError without a report
 */
export function htmlReport(reports: readonly ConformanceReport[]): string {
  if (reports.length === 0) throw new RangeError('there is no report to show');
  const known = new Map(reports.flatMap(({ results }) => results.map((result) => [result.number, result] as const)));
  const numbers = [...known.values()].sort(compareNumbers).map(({ number }) => number);
  const groups = [...new Set(numbers.map(groupOf))];
  const looked = reports.map(lookUp);
  return htmlPage(
    'WebSocket conformance',
    element('h1', {}, 'WebSocket conformance'),
    element('p', {}, words(reports)),
    overview(reports),
    ...groups.map((group) => groupSection(group, numbers, looked)),
    element('h2', {}, 'What was on the wire'),
    element('p', {}, 'Each case of each agent, those that do not pass opened. → is what the suite sent, ← what came.'),
    ...reports.map((report, i) => wires(report, i)),
  );
}

function words(reports: readonly ConformanceReport[]): string {
  const [first] = reports;
  const dates = [...new Set(reports.map(({ startedAt }) => startedAt.slice(0, 10)))].join(', ');
  return `ws101 ${first?.version ?? ''}, ${dates}: ${reports.length === 1 ? 'one agent' : `${reports.length} agents`}.`;
}

function overview(reports: readonly ConformanceReport[]): Markup {
  const columns = ['agent', 'tested as', 'cases', 'pass', 'fail', 'left out', 'took'];
  return pageTable(
    'All agents',
    columns.map((title, i) => ({ title, align: i < 2 ? 'left' : 'right' })),
    reports.map((report) => {
      const failed = failuresOf(report).length;
      const { agent, testee, results, leftOut, durationMs } = report;
      const counts = [results.length, results.length - failed, failed, leftOut.length];
      return [agent, testee, ...counts, formatDuration(durationMs * 1e6)];
    }),
  );
}

/** A report with its results by number and its tallies by group, which every table of a group asks for. */
interface LookedUp {
  readonly report: ConformanceReport;
  readonly results: ReadonlyMap<string, CaseResult>;
  readonly tallies: ReadonlyMap<string, GroupTally>;
}

function lookUp(report: ConformanceReport): LookedUp {
  return {
    report,
    results: new Map(report.results.map((result) => [result.number, result])),
    tallies: new Map(tallyGroups(report).map((tally) => [tally.group, tally])),
  };
}

function groupSection(group: string, numbers: readonly string[], looked: readonly LookedUp[]): Markup {
  const own = numbers.filter((number) => groupOf(number) === group);
  const title = `${group} ${GROUPS.get(group) ?? ''}`.trim();
  const passed = looked.map(({ tallies }) => {
    const tally = tallies.get(group);
    return tally === undefined ? '–' : `${tally.passed} of ${tally.total}`;
  });
  const rows = own.map((number): Content[] => {
    const results = looked.map((one) => one.results.get(number));
    const title = results.find((result) => result !== undefined)?.title ?? '';
    return [number, title, ...results.map((result, i) => verdictLink(result, i, looked[i]?.report.strict ?? false))];
  });
  const columns = [
    { title: 'case', align: 'tight' as const },
    { title: 'what', align: 'sentence' as const },
    ...looked.map(({ report }) => ({ title: report.agent, align: 'left' as const })),
  ];
  return element(
    'details',
    { open: own.length <= MOST_OPEN ? '' : undefined },
    element('summary', {}, `${title}: ${passed.join(' · ')} pass`),
    pageTable(title, columns, rows),
  );
}

/** Longer tables are closed, so that the page can be looked over. */
const MOST_OPEN = 30;

function verdictLink(result: CaseResult | undefined, agent: number, strict: boolean): Content {
  if (result === undefined) return '';
  return verdictMark(result, strict, `#${idOf(result, agent)}`);
}

/** A verdict, as a link where it leads somewhere. */
function verdictMark(result: CaseResult, strict: boolean, href?: string): Markup {
  const isFine = passes(result, strict);
  const mark = isFine ? (result.behavior === 'OK' ? '✓' : '○') : '✗';
  const attributes = { class: isFine ? 'verdict' : 'verdict bad', href };
  return element(href === undefined ? 'span' : 'a', attributes, `${mark} ${verdictOf(result)}`);
}

function verdictOf({ behavior, behaviorClose }: CaseResult): string {
  return behaviorClose === 'OK' || behaviorClose === behavior ? behavior : `${behavior}, close ${behaviorClose}`;
}

function idOf({ number }: CaseResult, agent: number): string {
  return `a${agent}-${number.replaceAll('.', '-')}`;
}

function wires(report: ConformanceReport, agent: number): Markup {
  return element(
    'section',
    {},
    element('h3', {}, report.agent),
    ...report.results.map((result) =>
      element(
        'details',
        { open: passes(result, report.strict) ? undefined : '' },
        element('summary', {}, `${result.number} `, verdictMark(result, report.strict), `: ${result.title}`),
        // A browser opens what it is led into, and not what it is led to.
        element('div', { id: idOf(result, agent) }, facts(result, report), wireOf(result, report.testee)),
      ),
    ),
  );
}

function facts(result: CaseResult, { repeat }: ConformanceReport): Markup {
  const { sections, section, conversation, reason, expected, got, number, durationMs } = result;
  const rows: [string, string][] = [
    ['sections', [...new Set([section, ...sections].filter((each) => each !== ''))].join(', ')],
    ['in', conversation],
    ['because', reason],
    ['expected', expected],
    ['got', got],
    ['took', formatDuration(durationMs * 1e6)],
  ];
  const shown = rows.filter(([, text]) => text !== '');
  const again = element('code', {}, repeat.replace('{case}', number));
  return pageFacts([...shown, ...(repeat === '' ? [] : [['again', again] as const])]);
}
