import { describe, expect, test } from 'vitest';
import { SlidingCount } from '../../src/rooms/index.ts';

describe('a sliding count', () => {
  test('is reached by the last of so many events within the span', () => {
    const count = new SlidingCount(1000, 3);
    expect([0, 1, 2].map((now) => count.add(now))).toEqual([false, false, true]);
  });

  test('counts an event that is almost the span old, but none that is exactly the span old', () => {
    const within = new SlidingCount(1000, 2);
    within.add(0);
    expect(within.add(999)).toBe(true);
    const beyond = new SlidingCount(1000, 2);
    beyond.add(0);
    expect(beyond.add(1000)).toBe(false);
  });

  test('slides: old events make room for new ones', () => {
    const count = new SlidingCount(1000, 3);
    expect([0, 600, 1200, 1300].map((now) => count.add(now))).toEqual([false, false, false, true]);
  });

  test('is not reached by events from a clock that was set back by more than the span', () => {
    const count = new SlidingCount(1000, 2);
    count.add(50_000);
    expect(count.add(0)).toBe(false);
  });
});
