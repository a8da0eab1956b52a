import { spawnSync } from 'node:child_process';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Counters, coverageOf, createCounters } from './coverage/counters.ts';
import type { Coverage, FuzzReport } from './fuzzer.ts';

const USAGE = `Usage: npm run fuzz -- [options]

Feeds inputs to the codec, the handshake, the protocol and permessage-deflate, guided by which code they reach, then
simulates connections. Exit code 1 when something happens that is not documented.

  --seconds N     how long to go on; a quarter of it belongs to the simulation (default 60)
  --inputs N      how many inputs at most, those of earlier runs in --state included (default: no limit)
  --seeds N       how many simulated connections at most (default 1000000, or 0 with --inputs, --target or --input)
  --target NAME   only this target
  --seed N        repeat the choices of a run, as far as no clock plays a part (default: a new seed)
  --input HEX     run this one input and nothing else; needs --target
  --state FILE    go on with the figures and the finds that an earlier run left in FILE, and leave them there
  --keep          add the input of a failure, or of --input, to the committed corpus
  --grow N        add up to N inputs per target that reached new code to the committed corpus
  --help`;

const SLOWEST_MS = 50;

/** After so many inputs a run goes on with the next seed, and with --state a failure costs no more than these. */
const LEG_INPUTS = 100_000;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    inputs: { type: 'string' },
    seeds: { type: 'string' },
    target: { type: 'string' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 32)) },
    input: { type: 'string' },
    state: { type: 'string' },
    keep: { type: 'boolean', default: false },
    grow: { type: 'string', default: '0' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(USAGE);
} else {
  // What is imported from here on counts here.
  const counters = createCounters();
  Reflect.set(globalThis, '__ws101_counters__', counters);
  register(new URL('./coverage/hook.mjs', import.meta.url));
  await main(counters);
}

async function main(counters: Counters): Promise<void> {
  const { TARGETS } = await import('./targets/index.ts');
  const { addToCorpus } = await import('./corpus.ts');
  const { emptyReport, FuzzFailure, fuzz, runInput } = await import('./fuzzer.ts');
  const { readState, writeState } = await import('./state.ts');
  const targets = TARGETS.filter(({ name }) => values.target === undefined || name === values.target);
  const [target] = targets;
  if (target === undefined) {
    fail(`--target must be one of ${TARGETS.map(({ name }) => name).join(', ')}`);
    return;
  }
  const seed = number('seed');
  const coverage = coverageOf(counters);
  const state = readState(values.state);
  const wholeMs = number('seconds') * 1000;
  const alone = values.inputs !== undefined || values.target !== undefined || values.input !== undefined;
  const seeds = values.seeds === undefined ? (alone ? 0 : 1_000_000) : number('seeds');
  const now = (): number => performance.now();
  try {
    if (values.input !== undefined) {
      const input = new Uint8Array(Buffer.from(values.input, 'hex'));
      if (values.keep) console.log(`kept as test/fuzz/corpus/${target.name}/${addToCorpus(target.name, input)}`);
      const report = emptyReport();
      await runInput(target, input, report, now);
      console.log([...report.outcomes.keys()].join('\n'));
      return;
    }
    console.log(`seed ${seed}, ${coverage.total} counters`);
    const { report } = state;
    const most = values.inputs === undefined ? Infinity : number('inputs');
    const until = now() + (seeds > 0 ? wholeMs * 0.75 : wholeMs);
    for (let leg = seed; report.inputs < most && now() < until; leg++) {
      const start = now();
      const inputs = Math.min(LEG_INPUTS, most - report.inputs);
      await fuzz({ targets, seed: leg, inputs, clock: { now, until }, coverage, report });
      state.seconds += (now() - start) / 1000;
      state.seeds.push(leg);
      if (values.state !== undefined) {
        writeState(values.state, state);
        console.log(`${report.inputs} inputs in ${state.seconds.toFixed(0)} s, ${coverage.reached()} counters reached`);
      }
    }
    print(report, coverage, state.seconds);
    for (const { name } of targets) {
      for (const input of rarest(report.found.get(name) ?? [], number('grow'))) addToCorpus(name, input);
    }
    if (report.slowestMs > SLOWEST_MS) fail(`a step took ${report.slowestMs.toFixed(1)} ms, more than ${SLOWEST_MS}`);
    if (values.target === undefined && report.opened * 2 < report.inputs)
      fail('less than half of the inputs opened a connection');
  } catch (error) {
    if (!(error instanceof FuzzFailure)) throw error;
    fail(error.message);
    if (values.keep)
      console.error(`kept as test/fuzz/corpus/${error.target}/${addToCorpus(error.target, error.input)}`);
    return;
  }
  if (seeds > 0) simulate(seeds, seed, wholeMs / 4000);
}

function simulate(seeds: number, seed: number, seconds: number): void {
  const script = fileURLToPath(new URL('../simulation/main.ts', import.meta.url));
  // The lowest half of the seeds, so that none of a million comes twice.
  const args = ['--seeds', String(seeds), '--seed', String(seed >>> 1), '--seconds', String(seconds)];
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', script, ...args], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}

/** Short inputs make a corpus that is quick to run and easy to read; the last to be found reach what is rarest. */
function rarest(inputs: readonly Uint8Array[], most: number): readonly Uint8Array[] {
  const short = inputs.filter(({ length }) => length <= 400);
  return short.reverse().slice(0, most);
}

function print(report: FuzzReport, coverage: Coverage, seconds: number): void {
  console.log(`${report.inputs} inputs in ${seconds.toFixed(0)} s, ${report.opened} reached an open connection`);
  console.log(`${coverage.reached()} of ${coverage.total} counters reached`);
  console.log(`slowest step ${report.slowestMs.toFixed(1)} ms, in ${report.slowestTarget}`);
  for (const [target, inputs] of report.byTarget) {
    console.log(`\n${target}: ${inputs} inputs, ${report.found.get(target)?.length ?? 0} of them reached new code`);
    for (const [key, count] of [...report.outcomes].sort()) {
      if (key.startsWith(`${target} `)) console.log(`${String(count).padStart(10)}  ${key.slice(target.length + 1)}`);
    }
  }
}

function number(name: 'seconds' | 'inputs' | 'seeds' | 'seed' | 'grow'): number {
  const value = Number(values[name]);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new RangeError(`--${name} must be a number, not ${values[name]}`);
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 1;
}
