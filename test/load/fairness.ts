/** One client that floods a costly handler, and others beside it. */
import type { FloodSettings } from './clients/flood.ts';
import { type Drill, type Finding, ms, quantile, runIfMain } from './drill.ts';
import { MIB } from './memory.ts';
import { COSTLY_MS } from './servers/report.ts';
import { type Make, onStage } from './stage.ts';
import { FIN_BINARY } from './wire.ts';

const P99_GOAL_MS = 10;
const PROBES = 20;
const PROBE_EVERY_MS = 20;

function attack(make: Make, forMs: number): Promise<readonly number[]> {
  return onStage(make, {}, async (stage) => {
    const others = await stage.client('echoes');
    const attacker = await stage.client('flood');
    await others.ask('probe', stage.port, PROBES, PROBE_EVERY_MS, 1_000);
    const flood = attacker.ask('run', {
      port: stage.port,
      path: '/costly',
      firstByte: FIN_BINARY,
      payloadBytes: 8,
      totalBytes: 1024 * MIB,
      withinMs: forMs + 1_000,
      reads: 'never',
    } satisfies FloodSettings);
    const latencies = await others.ask<readonly number[]>('probe', stage.port, PROBES, PROBE_EVERY_MS, forMs);
    await flood;
    return latencies;
  });
}

export const drill: Drill = {
  name: 'fairness',
  title: `a client that floods a handler of ${COSTLY_MS * 1000} µs a message`,
  async run({ quick, peers }): Promise<readonly Finding[]> {
    const forMs = quick ? 2_000 : 10_000;
    const ours = await attack('ws101', forMs);
    const theirs = peers ? await attack('ws', forMs) : undefined;
    const p99 = quantile(ours, 0.99);
    return [
      {
        kind: 'time',
        what: `p99 of ${ours.length} echoes of others`,
        goal: `under ${ms(P99_GOAL_MS)}`,
        measured: ms(p99),
        ws: theirs && ms(quantile(theirs, 0.99)),
        met: p99 < P99_GOAL_MS,
      },
    ];
  },
};

await runIfMain(import.meta.url, drill);
