import {
  formatBytes,
  formatDuration,
  formatRate,
  formatShare,
  type NumberTable,
  percentileName,
  UNKNOWN,
} from '../../report/index.ts';
import type { ScenarioName } from '../model.ts';
import { headlineTimings, medianOf, type PhaseView, receivedRate, TIMING_TITLES } from './gather.ts';
import { HEADLINE_SHARES, medianQuantiles } from './percentiles.ts';

/** One row for each phase: medians of the runs. Columns about which nothing is known are left out. */
export function phaseTable(scenario: ScenarioName, views: readonly PhaseView[]): NumberTable {
  const columns: { readonly title: string; readonly cells: readonly string[] }[] = [
    { title: 'received', cells: views.map(({ records }) => formatRate(medianOf(records.map(receivedRate)))) },
    ...percentileColumns(scenario, views),
    {
      title: 'server CPU',
      cells: views.map(({ records }) =>
        formatShare(medianOf(records.map(({ server, elapsedNs }) => server && server.cpuNs / elapsedNs))),
      ),
    },
    {
      title: 'server RSS',
      cells: views.map(({ records }) => formatBytes(medianOf(records.map(({ server }) => server?.rssBytes)))),
    },
  ];
  const known = columns.filter(({ cells }) => cells.some((cell) => cell !== UNKNOWN));
  return {
    columns: ['phase', ...known.map(({ title }) => title)],
    rows: views.map(({ phase }, i) => [phase.label, ...known.map(({ cells }) => cells[i] ?? UNKNOWN)]),
  };
}

function percentileColumns(scenario: ScenarioName, views: readonly PhaseView[]): { title: string; cells: string[] }[] {
  const [timing] = headlineTimings(
    scenario,
    views.flatMap(({ records }) => records),
  );
  if (timing === undefined) return [];
  const quantiles = views.map(({ records }) => medianQuantiles(records, timing, HEADLINE_SHARES));
  return HEADLINE_SHARES.map((share, i) => ({
    title: i === 0 ? `${TIMING_TITLES[timing]} ${percentileName(share)}` : percentileName(share),
    cells: quantiles.map((ofPhase) => formatDuration(ofPhase[i] ?? Number.NaN)),
  }));
}
