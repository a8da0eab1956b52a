import { describe, expect, test } from 'vitest';
import { AnnouncementBatch } from '../../src/rooms/index.ts';

const taken = (batch: AnnouncementBatch<string>) => {
  const { left, joined } = batch.take();
  return { left: [...left.values()], joined: [...joined.values()] };
};

describe('a batch of announcements', () => {
  test('announces at once in a room of 100, and collects in one of 101', () => {
    const batch = new AnnouncementBatch<string>();
    expect(batch.joined('a', 'ann', 100, 0)).toBe(true);
    expect(batch.left('a', 'ann', 100, 0)).toBe(true);
    expect(batch.dueAt).toBeUndefined();
    expect(batch.joined('b', 'bob', 101, 0)).toBe(false);
    expect(batch.left('a', 'ann', 101, 0)).toBe(false);
  });

  test('is due 100 ms after the first thing that it collected', () => {
    const batch = new AnnouncementBatch<string>();
    batch.joined('a', 'ann', 200, 1000);
    batch.joined('b', 'bob', 201, 1099);
    expect(batch.dueAt).toBe(1100);
    expect(taken(batch)).toEqual({ left: [], joined: ['ann', 'bob'] });
    expect(batch.dueAt).toBeUndefined();
    expect(taken(batch)).toEqual({ left: [], joined: [] });
  });

  test('does not mention who came and went', () => {
    const batch = new AnnouncementBatch<string>();
    batch.joined('a', 'ann', 200, 0);
    batch.left('a', 'ann', 199, 0);
    expect(taken(batch)).toEqual({ left: [], joined: [] });
  });

  test('mentions both when somebody went and came back, perhaps under another name', () => {
    const batch = new AnnouncementBatch<string>();
    batch.left('a', 'ann', 199, 0);
    batch.joined('a', 'anna', 200, 0);
    expect(taken(batch)).toEqual({ left: ['ann'], joined: ['anna'] });
  });

  test('mentions only the leave when somebody went, came back and went again', () => {
    const batch = new AnnouncementBatch<string>();
    batch.left('a', 'ann', 199, 0);
    batch.joined('a', 'anna', 200, 0);
    batch.left('a', 'anna', 199, 0);
    expect(taken(batch)).toEqual({ left: ['ann'], joined: [] });
  });

  test('lets nothing overtake what it holds, even when the room has shrunk', () => {
    const batch = new AnnouncementBatch<string>({ immediateMembers: 1, intervalMs: 10 });
    batch.joined('a', 'ann', 2, 0);
    batch.joined('b', 'bob', 3, 0);
    expect(batch.left('c', 'cleo', 1, 5)).toBe(false);
    expect(taken(batch)).toEqual({ left: ['cleo'], joined: ['ann', 'bob'] });
    expect(batch.left('b', 'bob', 1, 20)).toBe(true);
  });
});
