/** One compressed message of about 1 MiB that inflates to 1 GiB. */
import type { BombOutcome } from './clients/bomb.ts';
import { type Drill, type Finding, mib, ms, runIfMain } from './drill.ts';
import { MIB } from './memory.ts';
import { type Growth, grown, type Make, onStage } from './stage.ts';

const GROWTH_GOAL = 4 * MIB;
const BLOCKED_GOAL_MS = 20;

async function attack(make: Make): Promise<BombOutcome & { growth: Growth; blockedMs: number }> {
  return onStage(make, { deflate: true }, async (stage) => {
    await stage.warmUp(512 * 1024, 32 * MIB);
    const attacker = await stage.client('bomb');
    const outcome = await attacker.ask<BombOutcome>('run', stage.port);
    const { blockedMs } = await stage.report();
    return { ...outcome, growth: stage.growth(), blockedMs };
  });
}

export const drill: Drill = {
  name: 'deflate-bomb',
  title: 'a compressed message of 1 GiB of zeros',
  async run({ peers }): Promise<readonly Finding[]> {
    const ours = await attack('ws101');
    const theirs = peers ? await attack('ws') : undefined;
    return [
      {
        kind: 'outcome',
        what: `close code after ${mib(ours.wireBytes)} on the wire`,
        goal: '1009',
        measured: String(ours.closeCode),
        ws: theirs && String(theirs.closeCode),
        met: ours.closeCode === 1009,
      },
      {
        kind: 'memory',
        what: 'growth',
        goal: mib(GROWTH_GOAL),
        measured: grown(ours.growth),
        ws: theirs && grown(theirs.growth),
        met: ours.growth.bytes <= GROWTH_GOAL,
      },
      {
        kind: 'time',
        what: 'event loop blocked',
        goal: ms(BLOCKED_GOAL_MS),
        measured: ms(ours.blockedMs),
        ws: theirs && `${ms(theirs.blockedMs)}, answered after ${ms(theirs.answeredMs)}`,
        met: ours.blockedMs <= BLOCKED_GOAL_MS,
      },
    ];
  },
};

await runIfMain(import.meta.url, drill);
