import { parseArgs } from 'node:util';
import { gapsOf, runCampaign } from './campaign.ts';
import { simulate } from './simulator.ts';

const USAGE = `Usage: npm run simulate -- [options]

Simulates connections between two ends over a network that cuts, delays, stalls, half-closes and resets. Exit code 1
when an invariant does not hold, or when something that must occur occurred in fewer than 1000 seeds of 100000 or more.

  --seeds N     how many connections (default 100000; with --seed alone: 1, with its trace)
  --seed N      the first seed (default 1)
  --seconds N   stop after this time
  --help`;

const LEAST = 1000;
const ENOUGH_SEEDS = 100_000;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    seed: { type: 'string' },
    seconds: { type: 'string', default: 'Infinity' },
    help: { type: 'boolean', default: false },
  },
});

const first = Number(values.seed ?? 1);
const until = performance.now() + Number(values.seconds) * 1000;

if (values.help) console.log(USAGE);
else if (values.seeds === '1' || (values.seeds === undefined && values.seed !== undefined)) {
  const { lines = [], hash, problems } = simulate(first, true);
  console.log([...lines, `trace hash ${hash}`, ...problems.map((problem) => `PROBLEM ${problem}`)].join('\n'));
  process.exitCode = problems.length === 0 ? 0 : 1;
} else {
  const start = performance.now();
  const campaign = runCampaign(first, Number(values.seeds ?? ENOUGH_SEEDS), () => performance.now() < until);
  const seconds = (performance.now() - start) / 1000;
  console.log(`\n${campaign.seeds} simulated connections from seed ${first} on in ${seconds.toFixed(0)} s:`);
  console.log(`${campaign.messages} messages delivered, ${campaign.steps} steps`);
  for (const [what, count] of [...campaign.faults, ...[...campaign.pairs].sort()]) {
    console.log(`${String(count).padStart(10)}  ${what}`);
  }
  for (const { seed, problems } of campaign.failures) {
    console.error(`seed ${seed}: ${problems.join('; ')}\n  npm run simulate -- --seed ${seed}`);
  }
  const gaps = campaign.seeds >= ENOUGH_SEEDS ? gapsOf(campaign, LEAST) : [];
  for (const gap of gaps) console.error(gap);
  process.exitCode = campaign.failures.length + gaps.length === 0 ? 0 : 1;
}
