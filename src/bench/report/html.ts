import {
  type Content,
  element,
  formatBytes,
  formatInterval,
  formatNumber,
  formatRatio,
  formatValue,
  htmlPage,
  type Markup,
  pageFacts,
  pageFigure,
  pageTable,
} from '../../report/index.ts';
import type { BenchReport, Comparison, Gate, ScenarioName, Verdict } from '../model.ts';
import { type PhaseView, phasesOf, runsOf, summariesOf, troublesOf, variantsOf } from './gather.ts';
import { phaseTable } from './phase-table.ts';
import { plotsOf } from './plots.ts';

const VERDICTS: Readonly<Record<Verdict, { readonly sign: string; readonly style: string; readonly order: number }>> = {
  INVALID: { sign: '✕', style: 'bad', order: 0 },
  WARN: { sign: '!', style: 'warn', order: 1 },
  VALID: { sign: '✓', style: 'good', order: 2 },
};
const OUTCOMES: Readonly<Record<Comparison['says'], string>> = {
  better: 'good',
  worse: 'bad',
  'no difference': '',
  'not known': 'dim',
};

/** A report as a page in one file: the verdict and why, the numbers, the plots that fit the scenario, the machine. */
export function toHtml(report: BenchReport): string {
  const { title, scenario, description, environment } = report;
  const name = title.includes(scenario) ? title : `${title} (${scenario})`;
  return htmlPage(
    `${name}: ${report.verdict}`,
    element('h1', {}, name),
    element('p', { class: 'dim' }, description),
    element('p', {}, verdict(report.verdict, 'badge'), ' ', verdictWords(report)),
    reasons(report.gates),
    regressions(report),
    element('h2', {}, 'Results'),
    variantsOf(report).map((variant) => results(report, variant)),
    comparisons('Compared', report.comparisons),
    element('h2', {}, 'Plots'),
    plotsOf(report).map((plot, i) => pageFigure(plot, `plot-${i + 1}`)),
    gateTable(report.gates),
    element('h2', {}, 'Measured on'),
    pageFacts([
      ['date', environment.date],
      ['machine', `${environment.cores} × ${environment.cpu}, ${formatBytes(environment.memoryBytes)}`],
      ['system', environment.platform],
      ['versions', `ws101 ${environment.ws101}, Node ${environment.node}`],
      ['again', element('code', {}, environment.command)],
    ]),
  );
}

function verdict(of: Verdict, className: string = 'verdict'): Markup {
  const { sign, style } = VERDICTS[of];
  return element('span', { class: `${className} ${style}` }, `${sign} ${of}`);
}

function verdictWords({ objective, interrupted }: BenchReport): Content {
  return [
    objective &&
      element(
        'span',
        { class: objective.met ? 'good' : 'bad' },
        `Objective ${objective.text}: ${objective.met ? 'met' : 'missed'}. `,
      ),
    interrupted ? element('span', { class: 'warn' }, 'Interrupted: less was measured than was asked for.') : undefined,
  ];
}

function reasons(gates: readonly Gate[]): Content {
  const found = worstFirst(gates).filter(({ verdict }) => verdict !== 'VALID');
  if (found.length === 0) return undefined;
  return element(
    'ul',
    {},
    found.map(({ name, verdict: of, reason }) => element('li', {}, verdict(of), ` ${name}: ${reason}`)),
  );
}

function worstFirst(gates: readonly Gate[]): Gate[] {
  return [...gates].sort((a, b) => VERDICTS[a.verdict].order - VERDICTS[b.verdict].order);
}

function results(report: BenchReport, variant: string): Content {
  const runs = runsOf(report, variant).length;
  const rows = summariesOf(report, variant).map(({ metric, median, low, high, verdict: trust }) => [
    metric.name,
    formatValue(median, metric.unit),
    formatInterval(low, high, metric.unit),
    trust === 'VALID' ? '' : verdict(trust),
  ]);
  const views = phasesOf(report, variant);
  const { faults, errors, outcomes } = troublesOf(views.flatMap(({ records }) => records));
  const list = (counts: readonly (readonly [string, number])[]): string =>
    counts.map(([name, count]) => `${formatNumber(count)} ${name}`).join(', ');
  return [
    element('h3', {}, variant),
    pageTable(
      `Results of ${variant}`,
      [
        { title: 'metric', align: 'left' },
        { title: runs === 1 ? 'one run' : `median of ${runs} runs`, align: 'right' },
        { title: '95 % interval', align: 'right' },
        { title: '', align: 'left' },
      ],
      rows,
    ),
    views.length > 1 ? phases(report.scenario, variant, views) : undefined,
    outcomes.length === 0 ? undefined : element('p', {}, `Outcomes: ${list(outcomes)}.`),
    faults.length === 0 ? undefined : element('p', { class: 'bad' }, `Wrong data: ${list(faults)}.`),
    errors.length === 0 ? undefined : element('p', { class: 'warn' }, `Errors: ${list(errors)}.`),
  ];
}

function phases(scenario: ScenarioName, variant: string, views: readonly PhaseView[]): Markup {
  const { columns, rows } = phaseTable(scenario, views);
  return pageTable(
    `Phases of ${variant}`,
    columns.map((title, i) => ({ title, align: i === 0 ? 'left' : 'right' })),
    rows,
  );
}

function comparisons(title: string, all: readonly Comparison[]): Content {
  if (all.length === 0) return undefined;
  return [
    element('h3', {}, title),
    pageTable(
      title,
      [
        { title: 'metric', align: 'left' },
        { title: 'of', align: 'left' },
        { title: 'ratio', align: 'right' },
        { title: '95 % interval', align: 'right' },
        { title: '', align: 'left' },
      ],
      all.map(({ metric, variant, base, ratio, low, high, says }) => [
        metric.name,
        `${variant}/${base}`,
        formatRatio(ratio),
        formatInterval(low, high, 'ratio'),
        element('span', { class: OUTCOMES[says] }, says),
      ]),
    ),
  ];
}

function regressions({ regressions: found }: BenchReport): Content {
  if (found === undefined) return undefined;
  if (found.length === 0) return element('p', { class: 'good' }, 'No regression against the baseline.');
  return comparisons('Worse than the baseline', found);
}

function gateTable(gates: readonly Gate[]): Content {
  if (gates.length === 0) return undefined;
  return [
    element('h2', {}, 'Gates: whether to believe it'),
    pageTable(
      'Gates',
      [
        { title: 'gate', align: 'left' },
        { title: 'verdict', align: 'left' },
        { title: 'reason', align: 'sentence' },
        { title: 'about', align: 'left' },
      ],
      worstFirst(gates).map(({ name, verdict: of, kinds, reason }) => [name, verdict(of), reason, kinds.join(', ')]),
    ),
  ];
}
