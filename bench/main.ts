/** `npm run bench`: all comparisons of this repository. Its options are in choices.ts. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentOf } from '../src/bench/run/environment.ts';
import { formatDuration, formatValue } from '../src/report/index.ts';
import { findPeers, ROOT } from './catalog.ts';
import { makeCertificate } from './certificate.ts';
import { type Choices, HELP, readChoices } from './choices.ts';
import { Clock } from './clock.ts';
import { formatJson } from './format.ts';
import { loadHarness } from './harness.ts';
import { estimateMs, lineUp, measureRow } from './measure.ts';
import { writePage } from './page.ts';
import { type RowResult, readResults } from './results.ts';
import { isMeasured } from './resume.ts';
import { ROWS } from './rows.ts';

const print = (text: string): void => void process.stdout.write(`${text}\n`);

process.chdir(ROOT);
process.exitCode = await main();

async function main(): Promise<number> {
  let choices: Choices | 'help' | 'list';
  try {
    choices = readChoices(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return 2;
  }
  if (choices === 'help') print(HELP);
  if (choices === 'list')
    for (const { name, contenders } of ROWS) print(`${name}: ${contenders.map((one) => one.name).join(', ')}`);
  return typeof choices === 'string' ? 0 : measureAll(choices);
}

async function measureAll(choices: Choices): Promise<number> {
  const { runBench } = await loadHarness();
  const all = lineUp(choices, findPeers());
  const [before, here] = [readResults(choices.folder), environmentOf(choices.command)];
  const lines = all.filter((line) => !choices.resume || !isMeasured(before.get(line.row.name), line, choices, here));
  if (lines.length < all.length) print(`${all.length - lines.length} rows were measured before`);
  for (const [name, reason] of new Map(lines.flatMap(({ leftOut }) => leftOut).map((one) => [one.name, one.reason])))
    print(`left out: ${name}, ${reason}`);
  const total = lines.reduce((sum, line) => sum + estimateMs(line, choices), 0);
  print(`${lines.length} rows, about ${formatDuration(total * 1e6)}; nothing else should run on the machine meanwhile`);
  const certificate = lines.some(({ row }) => row.options.includes('--tls')) ? makeCertificate('bench/.build/tls') : '';
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  mkdirSync(choices.folder, { recursive: true });
  const clock = new Clock(total);
  let failed = 0;
  for (const [i, line] of lines.entries()) {
    if (stop.signal.aborted) break;
    const name = `[${i + 1}/${lines.length}] ${line.row.name}`;
    try {
      const { report, result } = await measureRow(
        line,
        choices,
        certificate,
        runBench,
        clock.watch(name, line, choices),
        stop.signal,
      );
      clock.clear();
      if (report.interrupted) break;
      for (const text of describe(name, result)) print(text);
      if (report.exitCode === 3) failed++;
      else writeFileSync(join(choices.folder, `${line.row.name}.json`), formatJson(result));
    } catch (error) {
      clock.clear();
      failed++;
      print(`${name}: ${(error as Error).message}`);
    }
    clock.done(estimateMs(line, choices));
  }
  if (choices.forRecord) writePage(ROOT);
  print(stop.signal.aborted ? 'interrupted' : `results are in ${choices.folder}/`);
  return stop.signal.aborted ? 130 : failed > 0 ? 1 : 0;
}

/** A line for each contender, then what keeps the result from being trusted. */
function describe(name: string, { metric, contenders, verdict, gates }: RowResult): string[] {
  const width = Math.max(...contenders.map((one) => one.name.length));
  return [
    `${name}: ${metric.name}, ${metric.better} is better: ${verdict}`,
    ...contenders.map((one) => `  ${one.name.padEnd(width)}  ${formatValue(one.median ?? Number.NaN, metric.unit)}`),
    ...gates.map((gate) => `  ${gate.verdict} ${gate.name}: ${gate.reason}`),
  ];
}
