/** A client that sends and never reads, against an echo. */
import type { FloodOutcome, FloodSettings } from './clients/flood.ts';
import { type Drill, type Finding, mib, runIfMain } from './drill.ts';
import { MIB } from './memory.ts';
import { type Growth, grown, type Make, onStage } from './stage.ts';
import { FIN_BINARY } from './wire.ts';

const PAYLOAD_BYTES = 125;
const QUEUE_CAP = 4 * MIB;
const GROWTH_GOAL = 2 * MIB + QUEUE_CAP;

async function attack(make: Make, totalBytes: number): Promise<{ growth: Growth; acceptedBytes: number }> {
  return onStage(make, {}, async (stage) => {
    await stage.warmUp(PAYLOAD_BYTES, 32 * MIB);
    const attacker = await stage.client('flood');
    const { acceptedBytes } = await attacker.ask<FloodOutcome>('run', {
      port: stage.port,
      firstByte: FIN_BINARY,
      payloadBytes: PAYLOAD_BYTES,
      totalBytes,
      withinMs: 20_000,
      reads: 'never',
    } satisfies FloodSettings);
    await stage.report();
    return { growth: stage.growth(), acceptedBytes };
  });
}

export const drill: Drill = {
  name: 'non-reading',
  title: `an echo of ${PAYLOAD_BYTES} bytes, and a client that never reads`,
  async run({ quick, peers }): Promise<readonly Finding[]> {
    const totalBytes = (quick ? 50 : 200) * MIB;
    const ours = await attack('ws101', totalBytes);
    const theirs = peers ? await attack('ws', totalBytes) : undefined;
    return [
      {
        kind: 'memory',
        what: `growth with ${mib(totalBytes)} offered (${mib(ours.acceptedBytes)} taken)`,
        goal: `${mib(GROWTH_GOAL)}: the queue's cap and 2 MiB`,
        measured: grown(ours.growth),
        ws: theirs && `${grown(theirs.growth)} (${mib(theirs.acceptedBytes)} taken)`,
        met: ours.growth.bytes <= GROWTH_GOAL,
      },
    ];
  },
};

await runIfMain(import.meta.url, drill);
