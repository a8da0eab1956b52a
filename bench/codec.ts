/**
 * The codec by itself, beside the receivers and senders of `ws` and `websocket-driver`: nanoseconds a frame, bytes a second.
 * `npm run bench:codec` writes bench/results/codec.json and brings docs/benchmarks.md up to date; with `--quick` it only
 * shows that it works, with `--only=TEXT` it measures what has TEXT in its name and writes nothing.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { environmentOf } from '../src/bench/run/environment.ts';
import { Progress } from '../src/report/index.ts';
import { ROOT } from './catalog.ts';
import { maskContests, utf8Contests } from './codec/bytes.ts';
import { type ContestResult, hold } from './codec/contest.ts';
import { encodeContests } from './codec/encode.ts';
import { parseContests } from './codec/parse.ts';
import { type CodecResult, codecTable } from './codec-page.ts';
import { formatJson } from './format.ts';
import { writePage } from './page.ts';

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string', default: '' } },
});
process.chdir(ROOT);
const [rounds, sliceMs] = values.quick ? [2, 1] : [15, 25];
const contests = [...parseContests(), ...encodeContests(), ...maskContests(), ...utf8Contests()].filter(({ name }) =>
  name.includes(values.only),
);
const progress = new Progress({ output: process.stderr, environment: process.env, now: () => performance.now() });
const results: ContestResult[] = [];
for (const contest of contests) {
  progress.show(`${contest.name}: ${results.length + 1} of ${contests.length}`);
  results.push(await hold(contest, rounds, sliceMs));
}
progress.clear();

const result: CodecResult = { environment: environmentOf('npm run bench:codec'), rounds, sliceMs, contests: results };
process.stdout.write(`${codecTable(result).join('\n')}\n`);
if (values.only === '') {
  const folder = values.quick ? 'bench/.build/results' : 'bench/results';
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/codec.json`, formatJson(result));
  if (!values.quick) writePage(ROOT);
}
