import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LocalAttendance } from '../../src/rooms/local-attendance.ts';
import { PresenceBatch } from '../../src/rooms/presence-batch.ts';
import { PresenceView } from '../../src/rooms/presence-view.ts';

const who = (user: string, name = user.toUpperCase()) => ({ user, name });
const told = ({ joined, left }: { joined: readonly { name: string }[]; left: readonly { name: string }[] }) =>
  [...left.map(({ name }) => `-${name}`), ...joined.map(({ name }) => `+${name}`)].join(' ');

describe('a view of presence', () => {
  test('counts a user on several nodes once', () => {
    const view = new PresenceView();
    expect(told(view.apply('n1', { joined: [who('a')], left: [] }))).toBe('+A');
    expect(told(view.apply('n2', { joined: [who('a'), who('b')], left: [] }))).toBe('+B');
    expect(view.count).toBe(2);
    expect(told(view.apply('n1', { joined: [], left: ['a'] }))).toBe('');
    expect(told(view.apply('n2', { joined: [], left: ['a'] }))).toBe('-A');
  });

  test('is not confused by what it hears twice', () => {
    const view = new PresenceView();
    for (const _ of [1, 2]) view.apply('n1', { joined: [who('a')], left: [] });
    expect(told(view.apply('n1', { joined: [], left: ['a', 'a', 'nobody'] }))).toBe('-A');
    expect(view.count).toBe(0);
  });

  test('tells a new name as one who left and one who came', () => {
    const view = new PresenceView();
    view.apply('n1', { joined: [who('a')], left: [] });
    expect(told(view.apply('n1', { joined: [who('a', 'Anna')], left: [] }))).toBe('-A +Anna');
    expect(view.get('a')).toEqual(who('a', 'Anna'));
  });

  test('takes a whole list in place of what it knew, and forgets nodes that are dead', () => {
    const view = new PresenceView();
    view.apply('n1', { joined: [who('a'), who('b')], left: [] });
    view.apply('n2', { joined: [who('c')], left: [] });
    const change = view.replace([
      { node: 'n1', attendees: [who('b')] },
      { node: 'n3', attendees: [who('d')] },
    ]);
    expect(told(change)).toBe('-A -C +D');
    expect(told(view.keep(new Set(['n3'])))).toBe('-B');
    expect(view.attendees(10)).toEqual([who('d')]);
  });

  test('has the users of all nodes, whatever it was told in whatever way', () => {
    const step = fc.record({
      node: fc.constantFrom('n1', 'n2', 'n3'),
      joined: fc.subarray(['a', 'b', 'c', 'd']),
      left: fc.subarray(['a', 'b', 'c', 'd']),
      whole: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const view = new PresenceView();
        const nodes = new Map<string, Set<string>>();
        const seen = new Set<string>();
        for (const { node, joined, left, whole } of steps) {
          const users = whole ? new Set(joined) : (nodes.get(node) ?? new Set<string>());
          if (!whole) for (const user of left) users.delete(user);
          for (const user of joined) users.add(user);
          nodes.set(node, users);
          const lists = [...nodes].map(([name, all]) => ({ node: name, attendees: [...all].map((user) => who(user)) }));
          const change = whole
            ? view.replace(lists.filter(({ attendees }) => attendees.length > 0))
            : view.apply(node, { joined: joined.map((user) => who(user)), left });
          for (const { user } of change.left) expect(seen.delete(user)).toBe(true);
          for (const { user } of change.joined) expect(seen.has(user) ? user : seen.add(user)).toBe(seen);
          expect([...seen].sort()).toEqual([...new Set([...nodes.values()].flatMap((all) => [...all]))].sort());
          expect(view.count).toBe(seen.size);
        }
      }),
    );
  });
});

describe('a batch of presence', () => {
  test('does not mention who came and went, nor who went and came', () => {
    const batch = new PresenceBatch();
    batch.add({ joined: [who('a')], left: [] });
    batch.add({ joined: [], left: [who('a')] });
    batch.add({ joined: [], left: [who('b')] });
    batch.add({ joined: [who('b')], left: [] });
    expect(batch.take(5)).toBeUndefined();
  });

  test('mentions both names of one who came back under another', () => {
    const batch = new PresenceBatch();
    batch.add({ joined: [], left: [who('a')] });
    batch.add({ joined: [who('a', 'Anna')], left: [] });
    expect(told(batch.take(1) ?? { joined: [], left: [] })).toBe('-A +Anna');
  });

  test('names up to 100 users of a room, and nobody in a larger one', () => {
    for (const [count, names] of [
      [100, 1],
      [101, 0],
    ] as const) {
      const batch = new PresenceBatch();
      batch.add({ joined: [who('a')], left: [] });
      expect(batch.take(count)?.joined).toHaveLength(names);
    }
  });
});

describe('attendance on a node', () => {
  test('is by user: the first member comes, the last one goes', () => {
    const here = new LocalAttendance();
    expect(here.come(who('a'))).toEqual({ joined: [who('a')], left: [] });
    expect([here.come(who('a')), here.go('a', 0, 0)]).toEqual([undefined, undefined]);
    expect(here.go('a', 0, 0)).toEqual({ joined: [], left: ['a'] });
    expect([here.go('a', 0, 0), here.size]).toEqual([undefined, 0]);
  });

  test('lasts a while for one who is lost, unless it comes back', () => {
    const here = new LocalAttendance();
    here.come(who('a'));
    here.come(who('b'));
    expect([here.go('a', 100, 500), here.go('b', 200, 500)]).toEqual([undefined, undefined]);
    expect([here.dueAt, here.lingering]).toEqual([600, 2]);
    expect(here.come(who('a'))).toBeUndefined();
    expect([here.dueAt, here.expire(699)]).toEqual([700, undefined]);
    expect(here.expire(700)).toEqual({ joined: [], left: ['b'] });
    expect([here.attendees, here.lingering, here.dueAt]).toEqual([[who('a')], 0, undefined]);
  });

  test('tells a user that comes under a new name', () => {
    const here = new LocalAttendance();
    here.come(who('a'));
    expect(here.come(who('a', 'Anna'))).toEqual({ joined: [who('a', 'Anna')], left: [] });
  });
});
