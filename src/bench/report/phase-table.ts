import {
  formatBytes,
  formatDuration,
  formatRate,
  formatShare,
  type NumberTable,
  percentileName,
  UNKNOWN,
} from '../../report/index.ts';
import { headlineTimings, medianOf, type PhaseView, receivedRate, TIMING_TITLES, timingOf } from './gather.ts';
import { HEADLINE_SHARES, quantileOf } from './percentiles.ts';

/** One row for each phase; columns about which nothing is known are left out. */
export function phaseTable(views: readonly PhaseView[]): NumberTable {
  const columns: { readonly title: string; readonly cells: readonly string[] }[] = [
    { title: 'received', cells: views.map(({ records }) => formatRate(medianOf(records.map(receivedRate)))) },
    ...percentileColumns(views),
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

function percentileColumns(views: readonly PhaseView[]): { title: string; cells: string[] }[] {
  const [timing] = headlineTimings(views.flatMap(({ records }) => records));
  if (timing === undefined) return [];
  const histograms = views.map(({ records }) => timingOf(records, timing));
  return HEADLINE_SHARES.map((share, i) => ({
    title: i === 0 ? `${TIMING_TITLES[timing]} ${percentileName(share)}` : percentileName(share),
    cells: histograms.map((histogram) => formatDuration(quantileOf(histogram, share))),
  }));
}
