/** Members of chat rooms who say nothing. */
import { onChatStage } from './chat-stage.ts';
import { type Drill, type Finding, runIfMain } from './drill.ts';
import type { ChatWeight } from './servers/chat.ts';

const KIB = 1024;
const GOAL_BYTES = 10 * KIB;
// Over few connections more of what the compiler adds falls on each.
const QUICK_GOAL_BYTES = 12 * KIB;
const ROOMS = 100;

interface Weights {
  readonly before: ChatWeight;
  readonly after: ChatWeight;
}

function load(warmUp: number, count: number): Promise<Weights> {
  return onChatStage(count, async ({ port, clients, weigh }) => {
    // What the first connections make the server load is no cost of a connection.
    await clients.ask('join', port, warmUp, ROOMS);
    await clients.ask('leave');
    const before = await weigh();
    await clients.ask('join', port, count, ROOMS);
    return { before, after: await weigh() };
  });
}

export const drill: Drill = {
  name: 'idle-chat',
  title: `connections of ws101.chat.v1 in ${ROOMS} rooms, idle`,
  async run({ quick }): Promise<readonly Finding[]> {
    const count = quick ? 1_000 : 10_000;
    const goal = quick ? QUICK_GOAL_BYTES : GOAL_BYTES;
    const { before, after } = await load(quick ? 500 : 1_000, count);
    const each = (figure: 'heapBytes' | 'externalBytes' | 'residentBytes'): number =>
      (after[figure] - before[figure]) / count;
    const own = each('heapBytes') + each('externalBytes');
    return [
      {
        kind: 'outcome',
        what: 'connections, and rooms with members',
        goal: `${count} and ${ROOMS}`,
        measured: `${after.connections} and ${after.rooms}`,
        met: after.connections === count && after.rooms === ROOMS,
      },
      {
        kind: 'memory',
        what: 'each: heap and buffers, with the session, its mailbox, its place in a room and its socket',
        goal: `at most ${kib(goal)}`,
        measured: `${kib(own)} (heap ${kib(each('heapBytes'))}, beside it ${kib(each('externalBytes'))})`,
        met: own <= goal,
      },
      {
        kind: 'memory',
        what: 'each: memory of the process as the kernel counts it, garbage that left gaps included',
        goal: 'for information',
        measured: kib(each('residentBytes')),
        met: true,
      },
    ];
  },
};

function kib(bytes: number): string {
  return `${(bytes / KIB).toFixed(2)} KiB`;
}

await runIfMain(import.meta.url, drill);
