/** Pings whose pongs nobody reads. */
import type { FloodOutcome, FloodSettings } from './clients/flood.ts';
import { type Drill, type Finding, mib, runIfMain } from './drill.ts';
import { MIB } from './memory.ts';
import type { ServerSettings } from './servers/report.ts';
import { type Growth, grown, type Make, onStage } from './stage.ts';
import { FIN_PING } from './wire.ts';

const PAYLOAD_BYTES = 125;
const GROWTH_GOAL = 2 * MIB;
// Every read takes 64 KiB until the next collection, which comes late where little else is allocated.
const UNLIMITED_GOAL = 24 * MIB;
// Less than a server waits for the answer to its close frame, so that the frame can still be read.
const FLOOD_MS = 2_000;

async function attack(
  make: Make,
  settings: ServerSettings,
  totalBytes: number,
): Promise<FloodOutcome & { growth: Growth; closes: Readonly<Record<string, number>> }> {
  return onStage(make, settings, async (stage) => {
    await stage.warmUp(PAYLOAD_BYTES, 32 * MIB);
    const attacker = await stage.client('flood');
    const outcome = await attacker.ask<FloodOutcome>('run', {
      port: stage.port,
      firstByte: FIN_PING,
      payloadBytes: PAYLOAD_BYTES,
      totalBytes,
      withinMs: settings.anyPings === true ? 20_000 : FLOOD_MS,
      reads: settings.anyPings === true ? 'never' : 'afterwards',
    } satisfies FloodSettings);
    const { closes } = await stage.report();
    return { ...outcome, growth: stage.growth(), closes };
  });
}

export const drill: Drill = {
  name: 'pings',
  title: `pings of ${PAYLOAD_BYTES} bytes, and a client that never reads the pongs`,
  async run({ quick, peers }): Promise<readonly Finding[]> {
    const totalBytes = (quick ? 50 : 200) * MIB;
    const ours = await attack('ws101', {}, totalBytes);
    const unlimited = await attack('ws101', { anyPings: true }, totalBytes);
    const theirs = peers ? await attack('ws', {}, totalBytes) : undefined;
    return [
      {
        kind: 'outcome',
        what: 'close code',
        goal: '1008',
        measured: String(ours.closeCode),
        ws: theirs && `${theirs.closeCode ?? 'none'} (closed as ${Object.keys(theirs.closes).join(', ') || 'nothing'})`,
        met: ours.closeCode === 1008,
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
        kind: 'memory',
        what: `growth with the limit on pings lifted (${mib(unlimited.acceptedBytes)} of ${mib(totalBytes)} taken)`,
        goal: mib(UNLIMITED_GOAL),
        measured: grown(unlimited.growth),
        met: unlimited.growth.bytes <= UNLIMITED_GOAL,
      },
    ];
  },
};

await runIfMain(import.meta.url, drill);
