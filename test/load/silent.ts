/** A connection on which nothing is ever said. */
import { type Drill, type Finding, ms, runIfMain } from './drill.ts';
import type { ServerSettings } from './servers/report.ts';
import { type Make, onStage } from './stage.ts';

function attack(make: Make, settings: ServerSettings, withinMs: number): Promise<number | undefined> {
  return onStage(make, settings, async (stage) => {
    const client = await stage.client('silent');
    return (await client.ask<number | null>('run', stage.port, withinMs)) ?? undefined;
  });
}

export const drill: Drill = {
  name: 'silent',
  title: 'open and silent for ever',
  async run({ quick, peers }): Promise<readonly Finding[]> {
    // By default 20 s until the ping, 20 s to answer it, and a little for the clock.
    const settings = quick ? { keepalive: { intervalMs: 1_000, timeoutMs: 1_000 } } : {};
    const goalMs = quick ? 3_000 : 45_000;
    const [ours, theirs] = await Promise.all([
      attack('ws101', settings, goalMs + 5_000),
      peers ? attack('ws', {}, goalMs + 5_000) : undefined,
    ]);
    return [
      {
        kind: 'outcome',
        what: quick ? 'gone, with keepalive at 1 s and 1 s' : 'gone',
        goal: `within ${ms(goalMs)}`,
        measured: ours === undefined ? 'never' : `after ${ms(ours)}`,
        ws: peers ? (theirs === undefined ? 'still open' : `after ${ms(theirs)}`) : undefined,
        met: ours !== undefined && ours <= goalMs,
      },
    ];
  },
};

await runIfMain(import.meta.url, drill);
