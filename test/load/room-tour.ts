/** Rooms that are made and left. */
import { onChatStage } from './chat-stage.ts';
import { type Drill, type Finding, runIfMain } from './drill.ts';
import type { ChatWeight } from './servers/chat.ts';

const TOLERANCE = 0.02;
// After a few thousand rooms the compiler still adds to the heap.
const QUICK_TOLERANCE = 0.05;
const WIDTH = 20;
// The compiler adds and takes away some hundred KiB at its own times. What is held for rooms would be there every time.
const TIMES = 3;

interface Weights {
  readonly before: ChatWeight;
  readonly after: ChatWeight;
}

function load(warmUp: number, count: number): Promise<Weights> {
  return onChatStage(WIDTH, async ({ port, clients, weigh }) => {
    await clients.ask('tour', port, warmUp, WIDTH);
    const before = await weigh();
    let after: ChatWeight | undefined;
    for (let time = 0; time < TIMES; time++) {
      await clients.ask('tour', port, count, WIDTH);
      const now = await weigh();
      if (after === undefined || now.heapBytes < after.heapBytes || now.rooms > 0) after = now;
    }
    return { before, after: after ?? before };
  });
}

export const drill: Drill = {
  name: 'room-tour',
  title: 'makes rooms of the chat and leaves them',
  async run({ quick }): Promise<readonly Finding[]> {
    const count = quick ? 1_000 : 10_000;
    const tolerance = quick ? QUICK_TOLERANCE : TOLERANCE;
    const { before, after } = await load(quick ? 3 * count : 4 * count, count);
    const ratio = after.heapBytes / before.heapBytes;
    return [
      {
        kind: 'outcome',
        what: `connections and rooms left, after ${TIMES} times ${count} rooms`,
        goal: '0 and 0',
        measured: `${after.connections} and ${after.rooms}`,
        met: after.connections === 0 && after.rooms === 0,
      },
      {
        kind: 'memory',
        what: `heap, of what it was at the start, the least of ${TIMES} times`,
        goal: `at most ${100 * (1 + tolerance)} %`,
        measured: `${(100 * ratio).toFixed(1)} % (${before.heapBytes} to ${after.heapBytes} bytes)`,
        met: ratio <= 1 + tolerance,
      },
    ];
  },
};

await runIfMain(import.meta.url, drill);
