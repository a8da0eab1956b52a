import { describe, expect, test } from 'vitest';
import type { DeliveryStatus, RoomEvent, SlowPolicy } from '../../src/rooms/index.ts';
import { QUEUE_LIMITS } from '../../src/rooms/index.ts';
import { MemberQueue } from '../../src/rooms/member-queue.ts';
import { enter, Guest, stageNodes } from './node-stage.ts';

/** A member whose connection takes `room` events, then is full until it drains. */
class Slow extends Guest {
  free: number;

  constructor(user: string, free: number) {
    super(user);
    this.free = free;
  }

  override send(event: RoomEvent): DeliveryStatus {
    if (this.free <= 0) return 'dropped';
    this.free--;
    this.events.push(event);
    return this.free === 0 ? 'pressured' : 'ok';
  }

  get kinds(): string[] {
    return this.events.map((event) =>
      event.kind === 'entry'
        ? event.entry.payload
        : event.kind === 'missed'
          ? `missed ${event.from}-${event.to}`
          : event.kind,
    );
  }
}

const stage = (policy: SlowPolicy, free: number) => {
  const { start, pass } = stageNodes({ policyOf: () => policy });
  const node = start();
  const [fast, slow] = [new Guest('fast'), new Slow('slow', Infinity)];
  enter(node, 'r', slow, { presence: false });
  enter(node, 'r', fast, { presence: false });
  slow.free = free;
  const say = (payload: string, user = 'fast') => node.say('r', { user, payload });
  return { node, fast, slow, say, pass };
};
const many = (count: number) => Array.from({ length: count }, (_, index) => `m${index + 1}`);

describe('a member that does not read', () => {
  test('is given up by `close`, and the others have everything', () => {
    const { node, fast, slow, say } = stage('close', 2);
    for (const text of many(5)) say(text);
    expect([slow.kinds, slow.lost]).toEqual([['m1', 'm2'], ['dropped']]);
    expect([fast.texts, node.membersOf('r')]).toEqual([many(5), [fast]]);
    expect(node.totalsOf('r')).toMatchObject({
      published: 5,
      recipients: 8,
      ok: 6,
      pressured: 1,
      dropped: 1,
      closed: 0,
    });
  });

  test('misses the newest by `drop-newest`, and is told which before the next that it takes', () => {
    const { node, fast, slow, say } = stage('drop-newest', 2);
    for (const text of many(5)) say(text);
    slow.free = 9;
    node.drained(slow);
    say('m6');
    expect(slow.kinds).toEqual(['m1', 'm2', 'missed 3-5', 'm6']);
    expect([fast.texts, slow.lost]).toEqual([many(6), []]);
    expect(node.totalsOf('r')).toMatchObject({ dropped: 3, pressured: 1 });
  });

  test('is told what it missed although nobody says that it has drained', () => {
    const { slow, say } = stage('drop-newest', 1);
    for (const text of many(3)) say(text);
    slow.free = 9;
    say('m4');
    expect(slow.kinds).toEqual(['m1', 'missed 2-3', 'm4']);
  });

  test('misses the oldest by `drop-oldest`, keeps what a queue holds, and is told which', () => {
    const { node, fast, slow, say } = stage('drop-oldest', 2);
    const all = many(2 + QUEUE_LIMITS.entries + 3);
    for (const text of all) say(text);
    expect(slow.kinds).toEqual(['m1', 'm2']);
    slow.free = Infinity;
    node.drained(slow);
    expect(slow.kinds.slice(2)).toEqual(['missed 3-5', ...all.slice(5)]);
    expect(fast.texts).toEqual(all);
    expect(node.totalsOf('r')).toMatchObject({ displaced: 3, dropped: 0, pressured: 1 + QUEUE_LIMITS.entries + 3 });
    say('after');
    expect(slow.kinds.at(-1)).toBe('after');
  });

  test('takes what waits in portions, in order, with what is said meanwhile behind it', () => {
    const { node, slow, say } = stage('drop-oldest', 1);
    for (const text of many(5)) say(text);
    slow.free = 2;
    node.drained(slow);
    expect(slow.kinds).toEqual(['m1', 'm2', 'm3']);
    say('m6');
    slow.free = 9;
    node.drained(slow);
    say('m7');
    expect(slow.kinds).toEqual(['m1', ...many(7).slice(1)]);
  });

  test('has only the newest of each sender wait by `conflate`', () => {
    const { node, fast, slow, say } = stage('conflate', 1);
    say('start');
    for (let round = 1; round <= 50; round++) for (const user of ['a', 'b', 'c']) say(`${user}${round}`, user);
    slow.free = 9;
    node.drained(slow);
    expect(slow.kinds).toEqual(['start', 'missed 2-148', 'a50', 'b50', 'c50']);
    expect(fast.texts).toHaveLength(151);
    expect(node.totalsOf('r')?.displaced).toBe(147);
  });

  test('is reported when its connection turns out to be gone, whatever the policy', () => {
    for (const policy of ['close', 'drop-newest', 'drop-oldest', 'conflate'] as const) {
      const { fast, slow, say, node } = stage(policy, 9);
      slow.send = () => 'closed';
      say('hi');
      expect([policy, slow.lost, fast.texts, node.membersOf('r')]).toEqual([policy, ['closed'], ['hi'], [fast]]);
    }
  });

  test('is not told of presence while it is behind', () => {
    const { node, slow, say, pass } = stage('close', 1);
    say('m1');
    enter(node, 'r', new Guest('new'));
    pass(100);
    expect([slow.kinds, slow.lost]).toEqual([['m1'], []]);
  });
});

describe('a queue of a member', () => {
  const item = (seq: number, bytes: number, key = 'k') => ({ prepared: seq, seq, key, bytes });

  test('holds at most so many things, and so many bytes', () => {
    const byCount = new MemberQueue<number>('drop-oldest', { entries: 2, bytes: 1000 });
    expect([1, 2, 3].map((seq) => byCount.push(item(seq, 1)).map((gone) => gone.seq))).toEqual([[], [], [1]]);
    const byBytes = new MemberQueue<number>('drop-oldest', { entries: 9, bytes: 100 });
    expect([50, 50, 51].map((bytes, seq) => byBytes.push(item(seq, bytes)).map((gone) => gone.seq))).toEqual([
      [],
      [],
      [0, 1],
    ]);
    expect([byBytes.size, byBytes.bytes]).toEqual([1, 51]);
  });

  test('holds one thing that is larger than all of it', () => {
    const queue = new MemberQueue<number>('drop-oldest', { entries: 2, bytes: 100 });
    expect(queue.push(item(1, 5000))).toEqual([]);
    expect(queue.push(item(2, 1)).map(({ seq }) => seq)).toEqual([1]);
    expect(queue.bytes).toBe(1);
  });

  test('keeps the newest of a key in the place of the newest', () => {
    const queue = new MemberQueue<number>('conflate');
    queue.push(item(1, 10, 'a'));
    queue.push(item(2, 10, 'b'));
    expect(queue.push(item(3, 10, 'a')).map(({ seq }) => seq)).toEqual([1]);
    const sent: number[] = [];
    expect(queue.flush(({ seq }) => (sent.push(seq) > 0 ? 'ok' : 'closed'))).toBe(true);
    expect([sent, queue.size, queue.bytes]).toEqual([[2, 3], 0, 0]);
  });

  test('keeps what is refused', () => {
    const queue = new MemberQueue<number>('drop-oldest');
    for (const seq of [1, 2, 3]) queue.push(item(seq, 1));
    const sent: number[] = [];
    expect(queue.flush(({ seq }) => (seq !== 2 && sent.push(seq) > 0 ? 'ok' : 'dropped'))).toBe(false);
    expect([sent, queue.size]).toEqual([[1], 2]);
  });
});
