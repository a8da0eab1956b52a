/** A room in which some members do not read. */
import { type Drill, type Finding, mib, ms, runIfMain } from './drill.ts';
import { MIB } from './memory.ts';
import { type Growth, grown, type Make, onStage } from './stage.ts';

const MESSAGE_BYTES = 16 * 1024;
// More than the 4 MiB or so that two kernels swallow before a queue grows.
const OFFERED_BYTES = 10 * MIB;
const QUEUE_BYTES = MIB;
const BASE_GROWTH = 32 * MIB;

interface Crowd {
  readonly healthy: number;
  readonly stalled: number;
  readonly everyMs: number;
}

interface Outcome {
  readonly p99Ms: number;
  readonly delivered: number;
  readonly growth: Growth;
  readonly bufferedBytes: number;
  readonly policyFired: number;
}

const COUNT = OFFERED_BYTES / MESSAGE_BYTES;

function attack(make: Make, { healthy, stalled, everyMs }: Crowd): Promise<Outcome> {
  return onStage(make, { queueBytes: QUEUE_BYTES }, async (stage) => {
    const readers = await stage.client('members');
    await readers.ask('join', stage.port, healthy, MESSAGE_BYTES, false);
    await stage.publish(MESSAGE_BYTES, 20, everyMs);
    await readers.ask('measured', 0.99);
    if (stalled > 0) {
      const attackers = await stage.client('members');
      await attackers.ask('join', stage.port, stalled, MESSAGE_BYTES, true);
    }
    await stage.settle();
    await stage.publish(MESSAGE_BYTES, COUNT, everyMs);
    const { bufferedBytes, policyFired } = await stage.report();
    const growth = stage.growth();
    const { count, quantileMs } = await readers.ask<{ count: number; quantileMs: number }>('measured', 0.99);
    return { p99Ms: quantileMs, delivered: count, growth, bufferedBytes, policyFired };
  });
}

export const drill: Drill = {
  name: 'stalled-members',
  title: 'a room in which every tenth member does not read',
  async run({ quick, peers }): Promise<readonly Finding[]> {
    const crowd = quick ? { healthy: 90, stalled: 10, everyMs: 8 } : { healthy: 900, stalled: 100, everyMs: 60 };
    const alone = await attack('ws101', { ...crowd, stalled: 0 });
    const ours = await attack('ws101', crowd);
    const theirs = peers ? await attack('ws', crowd) : undefined;
    const goalMs = Math.max(alone.p99Ms * 1.1, alone.p99Ms + 2);
    const goalBytes = crowd.stalled * QUEUE_BYTES + BASE_GROWTH;
    return [
      {
        kind: 'outcome',
        what: `stalled members let go with ${mib(OFFERED_BYTES)} offered to each`,
        goal: String(crowd.stalled),
        measured: String(ours.policyFired),
        ws: theirs && String(theirs.policyFired),
        met: ours.policyFired === crowd.stalled,
      },
      {
        kind: 'memory',
        what: 'growth',
        goal: `${mib(goalBytes)}: the queues of the stalled, and ${mib(BASE_GROWTH)}`,
        measured: grown(ours.growth),
        ws: theirs && grown(theirs.growth),
        met: ours.growth.bytes <= goalBytes,
      },
      {
        kind: 'memory',
        what: 'queued in the end',
        goal: 'nothing for those who do not read',
        measured: mib(ours.bufferedBytes),
        ws: theirs && mib(theirs.bufferedBytes),
        met: ours.bufferedBytes <= crowd.healthy * MESSAGE_BYTES,
      },
      {
        kind: 'time',
        what: `p99 of ${ours.delivered} deliveries to the ${crowd.healthy} who read (${ms(alone.p99Ms)} without the others)`,
        goal: ms(goalMs),
        measured: ms(ours.p99Ms),
        ws: theirs && ms(theirs.p99Ms),
        met: ours.p99Ms <= goalMs,
      },
    ];
  },
};

await runIfMain(import.meta.url, drill);
