import { expect, it } from 'vitest';
import { Deadlines, type Timed } from '../../src/node/deadlines.ts';
import { usePorts } from '../../src/node/index.ts';
import { TestClock } from '../../src/testing/index.ts';
import { turnsUntil } from './running-server.ts';

it('thousands of deadlines at once leave turns of the loop to others, and none is forgotten', async () => {
  const clock = new TestClock();
  const restore = usePorts({ clock });
  try {
    const deadlines = new Deadlines();
    let called = 0;
    for (let index = 0; index < 2_000; index++) {
      let deadline = 1_000;
      const timed: Timed = {
        deadlineSlot: 0,
        nextDeadline: () => deadline,
        tick() {
          deadline = Infinity;
          called++;
          clock.advance(0.2);
        },
      };
      deadlines.watch(timed);
    }
    clock.advance(1_000);
    expect(called).toBe(1);
    await turnsUntil(() => called === 2_000);
    expect(deadlines.size).toBe(0);
  } finally {
    restore();
  }
});
