import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Entry, Page } from '../../src/rooms/index.ts';
import { RoomFeed } from '../../src/rooms/room-feed.ts';

const entry = (seq: number, at: number = seq): Entry => ({
  seq,
  at,
  kind: 'message',
  sender: 'u',
  id: '',
  payload: `t${seq}`,
});
const page = (from: number, to: number, end: number = to, epoch: string = 'e'): Page => ({
  epoch,
  seq: end,
  first: 1,
  entries: Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => entry(from + index)),
});
const feedAt = (seq: number) => new RoomFeed({ epoch: 'e', seq });
const seqs = (entries: readonly Entry[]) => entries.map(({ seq }) => seq);

describe('a feed', () => {
  test('gives on the next entry at once, and none twice', () => {
    const feed = feedAt(3);
    expect(seqs(feed.accept('e', entry(4), 0))).toEqual([4]);
    expect(seqs(feed.accept('e', entry(4), 0))).toEqual([]);
    expect(seqs(feed.accept('e', entry(2), 0))).toEqual([]);
    expect([feed.position, feed.need]).toEqual([{ epoch: 'e', seq: 4 }, 'nothing']);
  });

  test('keeps what came too early until the gap closes', () => {
    const feed = feedAt(0);
    expect(seqs(feed.accept('e', entry(3), 0))).toEqual([]);
    expect(seqs(feed.accept('e', entry(2), 10))).toEqual([]);
    expect(seqs(feed.accept('e', entry(1), 20))).toEqual([1, 2, 3]);
    expect([feed.repairDueAt, feed.need]).toEqual([undefined, 'nothing']);
  });

  test('asks for a repair when a gap is open for 50 ms, and not before', () => {
    const feed = feedAt(0);
    feed.accept('e', entry(2), 1000);
    expect(feed.repairDueAt).toBe(1050);
    feed.wait(1049);
    expect(feed.need).toBe('nothing');
    feed.wait(1050);
    expect([feed.need, feed.readAfter, feed.repairDueAt]).toEqual(['repair', 0, undefined]);
    expect(seqs(feed.fill(page(1, 2), feed.position, 1060))).toEqual([1, 2]);
    expect(feed.need).toBe('nothing');
  });

  test('asks for a repair when a head shows that the last entry was lost', () => {
    const feed = feedAt(0);
    feed.accept('e', entry(1), 0);
    feed.look({ epoch: 'e', seq: 2 }, 100, { epoch: 'e', seq: 1 });
    expect(feed.repairDueAt).toBe(150);
    feed.wait(150);
    // The entry at the position is read again, to see that it is still the same.
    expect(feed.readAfter).toBe(0);
    expect(seqs(feed.fill(page(1, 2), feed.position, 160))).toEqual([2]);
  });

  test('goes on with the next page until it is level', () => {
    const feed = feedAt(0);
    feed.look({ epoch: 'e', seq: 9 }, 0);
    feed.wait(50);
    expect(seqs(feed.fill(page(1, 4, 9), feed.position, 60))).toEqual([1, 2, 3, 4]);
    expect([feed.need, feed.readAfter]).toEqual(['repair', 3]);
    expect(seqs(feed.fill(page(4, 9), feed.position, 60))).toEqual([5, 6, 7, 8, 9]);
    expect(feed.need).toBe('nothing');
  });

  test('is not worried by a head that entries have overtaken', () => {
    const feed = feedAt(5);
    const asked = feed.position;
    feed.accept('e', entry(6), 0);
    feed.look({ epoch: 'e', seq: 5 }, 0, asked);
    expect(feed.need).toBe('nothing');
    feed.verify();
    feed.fill(page(1, 5), asked, 0);
    expect(feed.need).not.toBe('renewal');
  });

  test('wants a new epoch when the head is before what it had when it asked', () => {
    const feed = feedAt(5);
    feed.look({ epoch: 'e', seq: 4 }, 0, feed.position);
    expect(feed.need).toBe('renewal');
  });

  test('wants a new epoch when another entry stands where the last one was', () => {
    const announced = feedAt(0);
    announced.accept('e', entry(1, 10), 0);
    announced.accept('e', entry(1, 99), 0);
    expect(announced.need).toBe('renewal');
    const read = feedAt(0);
    read.accept('e', entry(1, 10), 0);
    read.verify();
    read.fill(page(1, 3), read.position, 0);
    expect(read.need).toBe('renewal');
  });

  test('takes a redacted entry for the same one', () => {
    const feed = feedAt(0);
    feed.accept('e', entry(1), 0);
    feed.verify();
    feed.fill({ ...page(1, 1), entries: [{ ...entry(1), kind: 'redacted', payload: '' }] }, feed.position, 0);
    expect(feed.need).toBe('nothing');
  });

  test('begins anew in another epoch, with what was announced of it meanwhile still to come', () => {
    const feed = feedAt(5);
    feed.accept('f', entry(7), 0);
    expect(feed.need).toBe('reset');
    expect(seqs(feed.accept('e', entry(6), 0))).toEqual([]);
    feed.restart({ epoch: 'f', seq: 6 }, entry(6), 10);
    expect([feed.need, feed.repairDueAt]).toEqual(['nothing', 60]);
    expect(seqs(feed.accept('e', entry(6), 20))).toEqual([]);
    expect(feed.need).toBe('nothing');
    expect(seqs(feed.accept('f', entry(7), 20))).toEqual([7]);
  });

  test('does without the known entry when that is gone, and begins anew when more is gone', () => {
    const feed = feedAt(0);
    feed.accept('e', entry(1), 0);
    feed.verify();
    expect(feed.readAfter).toBe(0);
    feed.unreadable();
    expect([feed.need, feed.readAfter]).toEqual(['repair', 1]);
    feed.unreadable();
    expect(feed.need).toBe('reset');
  });

  test('keeps no more than 256 entries that came too early, and gets the others by repairs', () => {
    const feed = feedAt(0);
    for (let seq = 2; seq <= 400; seq++) feed.accept('e', entry(seq), 0);
    expect(seqs(feed.accept('e', entry(1), 0)).length).toBe(257);
    expect(feed.repairDueAt).toBe(50);
    feed.wait(50);
    expect(seqs(feed.fill(page(257, 400), feed.position, 60)).length).toBe(143);
  });

  test('gives each seq once and in order, whatever order, repetition and loss it is handed, with repairs', () => {
    const announced = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 120 });
    fc.assert(
      fc.property(announced, fc.integer({ min: 1, max: 9 }), (order, pageSize) => {
        const feed = feedAt(0);
        const given: number[] = [];
        let now = 0;
        const mend = (end: number) => {
          for (let rounds = 0; rounds < 200 && feed.position.seq < end; rounds++) {
            now += 50;
            feed.wait(now);
            if (feed.need !== 'repair') continue;
            const from = feed.readAfter + 1;
            given.push(...seqs(feed.fill(page(from, Math.min(end, from + pageSize), end), feed.position, now)));
          }
        };
        for (const seq of order) {
          given.push(...seqs(feed.accept('e', entry(seq), now)));
          now += 7;
          if (seq % 13 === 0) mend(Math.max(...order.slice(0, order.indexOf(seq) + 1)));
        }
        feed.look({ epoch: 'e', seq: 40 }, now);
        mend(40);
        expect(given).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
      }),
    );
  });
});
