import {
  type Canvas,
  columnsOf,
  formatInterval,
  formatRatio,
  formatTable,
  printable,
  type Style,
  wrap,
} from '../../report/index.ts';
import type { BenchReport, Comparison, Gate, Verdict } from '../model.ts';
import { variantsOf } from './gather.ts';
import { formatVariant } from './variant.ts';

const VERDICT_STYLES: Readonly<Record<Verdict, Style>> = { VALID: 'green', WARN: 'yellow', INVALID: 'red' };
const OUTCOME_STYLES: Readonly<Record<Comparison['says'], Style>> = {
  better: 'green',
  worse: 'red',
  'no difference': 'plain',
  'not known': 'dim',
};
const SEVERITY: readonly Verdict[] = ['INVALID', 'WARN', 'VALID'];

/** What of a report is shown on a terminal beside the headline numbers. */
export interface TerminalReportOptions {
  /** All percentiles of everything that was timed (`-l`). Default: false. */
  readonly latencyTable?: boolean;
}

/** A report as text for a terminal, at most as wide as the canvas; it ends with a line feed. */
export function formatReport(report: BenchReport, canvas: Canvas, options: TerminalReportOptions = {}): string {
  const sections = [
    header(report, canvas),
    ...variantsOf(report).map((variant) => formatVariant(report, variant, canvas, options.latencyTable ?? false)),
    formatComparisons(report.comparisons, canvas),
    regressions(report, canvas),
    formatGates(report.gates, canvas),
    ending(report, canvas),
  ];
  return `${sections
    .filter(({ length }) => length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function header({ title, scenario, description, verdict, environment }: BenchReport, canvas: Canvas): string[] {
  const name = printable(title.includes(scenario) ? title : `${scenario}: ${title}`);
  const gap = canvas.width - columnsOf(name) - verdict.length;
  const coloured = canvas.paint(verdict, VERDICT_STYLES[verdict]);
  const first =
    gap >= 2
      ? [canvas.paint(name, 'bold') + ' '.repeat(gap) + coloured]
      : [...wrap(name, canvas.width).map((line) => canvas.paint(line, 'bold')), coloured];
  const { ws101, node, platform, cpu, cores } = environment;
  const machine = `ws101 ${ws101} · Node ${node} · ${platform} · ${cores} × ${cpu}`;
  return [...first, ...paragraph(description, 'plain', canvas), ...paragraph(machine, 'dim', canvas)];
}

function paragraph(text: string, style: Style, canvas: Canvas): string[] {
  return text === '' ? [] : wrap(printable(text), canvas.width).map((line) => canvas.paint(line, style));
}

/** Lines such as `B/A  messages/s  1.23 [1.20, 1.26] better`. */
export function formatComparisons(comparisons: readonly Comparison[], canvas: Canvas): string[] {
  if (comparisons.length === 0) return [];
  return formatTable(
    [
      { title: 'ratio', align: 'left' },
      { title: 'metric', align: 'left' },
      { title: '', align: 'right' },
      { title: '95 % interval', align: 'right' },
      { title: '', align: 'left' },
    ],
    comparisons.map(({ variant, base, metric, ratio, low, high, says }) => [
      `${variant}/${base}`,
      metric.name,
      formatRatio(ratio),
      formatInterval(low, high, 'ratio'),
      { text: says, style: OUTCOME_STYLES[says] },
    ]),
    canvas,
  );
}

function regressions({ regressions }: BenchReport, canvas: Canvas): string[] {
  if (regressions === undefined) return [];
  if (regressions.length === 0) return [canvas.paint('no regression is known against the baseline', 'green')];
  return [canvas.paint('worse than the baseline:', 'red'), ...formatComparisons(regressions, canvas)];
}

/** A line for each gate, the worst first. */
export function formatGates(gates: readonly Gate[], canvas: Canvas): string[] {
  const unique = new Map(gates.map((gate) => [`${gate.verdict}\n${gate.name}\n${gate.reason}`, gate]));
  const sorted = [...unique.values()].sort((a, b) => SEVERITY.indexOf(a.verdict) - SEVERITY.indexOf(b.verdict));
  if (sorted.length === 0) return [];
  return formatTable(
    [
      { title: '', align: 'left' },
      { title: 'gate', align: 'left' },
      { title: 'reason', align: 'left' },
    ],
    sorted.map(({ name, verdict, reason }) => [{ text: verdict, style: VERDICT_STYLES[verdict] }, name, reason]),
    canvas,
  );
}

function ending({ objective, interrupted, environment }: BenchReport, canvas: Canvas): string[] {
  const lines: string[] = [];
  if (objective !== undefined) {
    const { text, met } = objective;
    lines.push(...paragraph(`objective ${text}: ${met ? 'met' : 'missed'}`, met ? 'green' : 'red', canvas));
  }
  if (interrupted) lines.push(...paragraph('Interrupted: less was measured than was asked for.', 'yellow', canvas));
  lines.push(...paragraph(`again: ${environment.command}`, 'dim', canvas));
  return lines;
}
