/** Connections that come and go. */
import type { ChurnOutcome } from './clients/churn.ts';
import { type Drill, type Finding, runIfMain } from './drill.ts';
import type { ServerReport } from './servers/report.ts';
import { onStage } from './stage.ts';

const TOLERANCE = 0.02;
// After a few thousand connections the compiler still adds to the heap.
const QUICK_TOLERANCE = 0.05;
const WIDTH = 32;
const WAIT_MS = 5_000;

interface Outcome extends ChurnOutcome {
  readonly before: ServerReport;
  readonly after: ServerReport;
}

function attack(warmUp: number, count: number): Promise<Outcome> {
  return onStage('ws101', {}, async (stage) => {
    const clients = await stage.client('churn');
    const rest = async (): Promise<ServerReport> => {
      await stage.reportOnce(({ handles }) => (handles.TCPSocketWrap ?? 0) === 0, WAIT_MS);
      await stage.settle();
      return stage.report();
    };
    await clients.ask('run', stage.port, warmUp, WIDTH);
    const before = await rest();
    const outcome = await clients.ask<ChurnOutcome>('run', stage.port, count, WIDTH);
    return { ...outcome, before, after: await rest() };
  });
}

export const drill: Drill = {
  name: 'churn',
  title: 'connects and closes',
  async run({ quick }): Promise<readonly Finding[]> {
    const count = quick ? 4_000 : 100_000;
    const { closed, reset, before, after } = await attack(quick ? 4_000 : 20_000, count);
    const tolerance = quick ? QUICK_TOLERANCE : TOLERANCE;
    const heapRatio = after.heapBytes / before.heapBytes;
    const [was, is] = [before, after].map(({ handles }) => JSON.stringify(handles));
    return [
      {
        kind: 'outcome',
        what: `of ${count} connections closed with 1000, and reset by the client`,
        goal: String(count),
        measured: `${closed} + ${reset}`,
        met: closed + reset === count,
      },
      {
        kind: 'outcome',
        what: 'handles of the loop',
        goal: was ?? '',
        measured: is ?? '',
        met: was === is,
      },
      {
        kind: 'outcome',
        what: 'connections and deadlines left',
        goal: '0 and 0',
        measured: `${after.connections} and ${after.deadlines}`,
        met: after.connections === 0 && after.deadlines === 0,
      },
      {
        kind: 'memory',
        what: 'heap, of what it was at the start',
        goal: `at most ${100 * (1 + tolerance)} %`,
        measured: `${(100 * heapRatio).toFixed(1)} % (${before.heapBytes} to ${after.heapBytes} bytes)`,
        met: heapRatio <= 1 + tolerance,
      },
    ];
  },
};

await runIfMain(import.meta.url, drill);
