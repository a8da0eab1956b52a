/** A message in fragments that never ends. */
import type { FloodOutcome, FloodSettings } from './clients/flood.ts';
import { type Drill, type Finding, mib, runIfMain } from './drill.ts';
import { MIB } from './memory.ts';
import { type Growth, grown, type Make, onStage } from './stage.ts';
import { CONTINUATION, TEXT_BEGIN } from './wire.ts';

const GROWTH_GOAL = 2 * MIB;
const WARM_UP_BYTES = 4 * MIB;

async function attack(
  make: Make,
  payloadBytes: number,
  totalBytes: number,
): Promise<FloodOutcome & { growth: Growth }> {
  return onStage(make, {}, async (stage) => {
    await stage.warmUp(16, WARM_UP_BYTES);
    const attacker = await stage.client('flood');
    const outcome = await attacker.ask<FloodOutcome>('run', {
      port: stage.port,
      begin: TEXT_BEGIN,
      firstByte: CONTINUATION,
      payloadBytes,
      totalBytes,
      withinMs: 10_000,
      reads: 'meanwhile',
    } satisfies FloodSettings);
    return { ...outcome, growth: stage.growth() };
  });
}

async function findings(payloadBytes: number, totalBytes: number, peers: boolean): Promise<readonly Finding[]> {
  const ours = await attack('ws101', payloadBytes, totalBytes);
  const theirs = peers ? await attack('ws', payloadBytes, totalBytes) : undefined;
  const what = payloadBytes === 0 ? 'empty continuations' : `continuations of ${payloadBytes} byte`;
  return [
    {
      kind: 'outcome',
      what: `${what}: close code`,
      goal: '1008',
      measured: String(ours.closeCode),
      ws: theirs && String(theirs.closeCode),
      met: ours.closeCode === 1008,
    },
    {
      kind: 'memory',
      what: `${what}: growth`,
      goal: mib(GROWTH_GOAL),
      measured: grown(ours.growth),
      ws: theirs && grown(theirs.growth),
      met: ours.growth.bytes <= GROWTH_GOAL,
    },
  ];
}

export const drill: Drill = {
  name: 'continuations',
  title: 'a message of endless tiny fragments',
  async run({ quick, peers }) {
    const totalBytes = (quick ? 8 : 64) * MIB;
    return [...(await findings(0, totalBytes, peers)), ...(await findings(1, totalBytes, peers))];
  },
};

await runIfMain(import.meta.url, drill);
