/**
 * Has this checkout become slower? `npm run bench:quick` measures three rows in under a minute, this project's server and raw
 * `node:net` in turn, and compares the ratio of the two with that of the committed results: the ratio, because the machine is another.
 *
 * Exit code 6 when a row has become slower beyond doubt: when the 95 % interval of its ratio lies under the committed ratio.
 */
import { formatInterval, formatRatio, Progress } from '../src/report/index.ts';
import { findPeers, ROOT } from './catalog.ts';
import { loadHarness } from './harness.ts';
import { lineUp, measureRow } from './measure.ts';
import { type Drift, driftOf } from './quick-verdict.ts';
import { type RowResult, readResults } from './results.ts';
import { ROWS } from './rows.ts';

const NAMES = ['echo-32-depth-1', 'echo-32-depth-32', 'room-500-depth-8'];
const CONTENDERS = ['ws101', 'raw'];
const TIMES = { runs: 5, warmupMs: 300, durationMs: 800 };

process.chdir(ROOT);
const { runBench } = await loadHarness();
const committed = readResults('bench/results');
const rows = ROWS.filter(({ name }) => NAMES.includes(name)).map((row) => {
  const contenders = row.contenders.filter(({ name }) => CONTENDERS.includes(name));
  return { ...row, contenders, load: { ...row.load, calibrate: false } };
});
const choices = {
  rows,
  peers: undefined,
  quick: false,
  resume: false,
  ...TIMES,
  folder: '',
  forRecord: false,
  command: 'npm run bench:quick',
};
const progress = new Progress({ output: process.stderr, environment: process.env, now: () => performance.now() });
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
let slower = 0;
for (const line of lineUp(choices, findPeers())) {
  if (stop.signal.aborted) break;
  const { name } = line.row;
  const observer = {
    runStarted: ({ variant, run }: { variant: string; run: number }) =>
      progress.show(`${name}: ${variant}, run ${run + 1} of ${TIMES.runs}`),
  };
  const { result } = await measureRow(line, choices, '', runBench, observer, stop.signal);
  progress.clear();
  const verdict = driftOf(result, committed.get(name));
  if (verdict.says === 'slower') slower++;
  process.stdout.write(`${describe(result, verdict)}\n`);
}
process.exitCode = stop.signal.aborted ? 130 : slower > 0 ? 6 : 0;

function describe(result: RowResult, { now, before, says }: Drift): string {
  const { middle, low, high } = now;
  const was = before === undefined ? 'there is no committed result' : `${formatRatio(before)} when committed`;
  const words = {
    slower: 'REGRESSION',
    faster: 'faster than committed',
    same: 'no regression shown',
    unknown: 'not compared',
  };
  return `${result.row}: ${formatRatio(middle)} of raw node:net ${formatInterval(low, high, 'ratio')}, ${was}: ${words[says]}`;
}
