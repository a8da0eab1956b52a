/** Handshakes of one byte a second: one is cut off, and thousands do not delay others. */
import { type Drill, type Finding, ms, quantile, runIfMain } from './drill.ts';
import { type Make, onStage } from './stage.ts';

const LONGEST_MS = 11_000;
const SHORTEST_MS = 9_000;
const P99_GOAL_MS = 50;
const PROBE_EVERY_MS = 10;

function single(make: Make, withinMs: number): Promise<number | undefined> {
  return onStage(make, {}, async (stage) => {
    const attacker = await stage.client('drip');
    return (await attacker.ask<number | null>('one', stage.port, withinMs)) ?? undefined;
  });
}

interface Crowded {
  readonly latencies: readonly number[];
  readonly blockedMs: number;
}

function crowded(make: Make, drippers: number, forMs: number): Promise<Crowded> {
  return onStage(make, {}, async (stage) => {
    const attackers = await stage.client('drip');
    const others = await stage.client('handshakes');
    // Time for the compiler to see the code that is measured.
    await others.ask('probe', stage.port, PROBE_EVERY_MS, 1_000);
    await attackers.ask('crowd', stage.port, drippers);
    await stage.settle();
    const latencies = await others.ask<readonly number[]>('probe', stage.port, PROBE_EVERY_MS, forMs);
    const { blockedMs } = await stage.report();
    return { latencies, blockedMs };
  });
}

export const drill: Drill = {
  name: 'slow-handshake',
  title: 'handshakes of one byte a second',
  async run({ quick, peers }): Promise<readonly Finding[]> {
    const drippers = quick ? 200 : 2_000;
    const forMs = quick ? 2_000 : 12_000;
    const singles = Promise.all([single('ws101', 20_000), peers ? single('ws', quick ? 15_000 : 100_000) : undefined]);
    const ours = await crowded('ws101', drippers, forMs);
    const theirs = peers ? await crowded('ws', drippers, forMs) : undefined;
    const [lasted, theirsLasted] = await singles;
    const p99 = quantile(ours.latencies, 0.99);
    return [
      {
        kind: 'outcome',
        what: 'cut off after',
        goal: '10 ± 1 s',
        measured: lasted === undefined ? 'never' : ms(lasted),
        ws: peers ? (theirsLasted === undefined ? 'not within the run' : ms(theirsLasted)) : undefined,
        met: lasted !== undefined && lasted >= SHORTEST_MS && lasted <= LONGEST_MS,
      },
      {
        kind: 'time',
        what: `p99 of ${ours.latencies.length} other handshakes beside ${drippers} of these`,
        goal: ms(P99_GOAL_MS),
        measured: `${ms(p99)} (event loop blocked for at most ${ms(ours.blockedMs)})`,
        ws: theirs && `${ms(quantile(theirs.latencies, 0.99))} (${ms(theirs.blockedMs)})`,
        met: p99 <= P99_GOAL_MS,
      },
    ];
  },
};

await runIfMain(import.meta.url, drill);
