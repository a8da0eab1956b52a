import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RoomLimits } from '../../src/rooms/index.ts';
import { RoomHub } from '../../src/rooms/index.ts';
import { Listener } from './member.ts';

const hubOf = (limits?: Partial<RoomLimits>) =>
  new RoomHub<Listener, string, { text: string }>({ encode: (text) => ({ text }) }, limits);

describe('a hub', () => {
  test('makes a room at the first join and frees it at the last leave', () => {
    const hub = hubOf();
    const [ann, bob] = [new Listener(), new Listener()];
    expect(hub.join('a', ann).room?.members).toEqual([ann]);
    expect(hub.join('a', bob).room?.size).toBe(2);
    expect(hub.names()).toEqual(['a']);
    expect([hub.get('a')?.members, hub.memberCount]).toEqual([[ann, bob], 2]);
    expect(hub.leave('a', ann)).toBe(true);
    expect(hub.get('a')?.members).toEqual([bob]);
    hub.leave('a', bob);
    expect([hub.get('a'), hub.size]).toEqual([undefined, 0]);
  });

  test('tells which rooms a member is in, in the order of joining', () => {
    const hub = hubOf();
    const ann = new Listener();
    for (const name of ['b', 'a', 'c']) hub.join(name, ann);
    hub.leave('a', ann);
    expect(hub.roomsOf(ann).map(({ name }) => name)).toEqual(['b', 'c']);
    expect(hub.roomsOf(new Listener())).toEqual([]);
  });

  test('takes nobody out who is not in, and nobody in twice', () => {
    const hub = hubOf();
    const ann = new Listener();
    expect(hub.leave('a', ann)).toBe(false);
    hub.join('a', ann);
    expect(hub.leave('a', new Listener())).toBe(false);
    expect(hub.join('a', ann)).toEqual({ refusal: 'already-joined' });
    expect(hub.get('a')?.size).toBe(1);
  });

  test('keeps each limit at exactly its figure, and a refused join changes nothing', () => {
    const hub = hubOf({ rooms: 2, membersPerRoom: 2, roomsPerMember: 2 });
    const [ann, bob, cleo] = [new Listener(), new Listener(), new Listener()];
    hub.join('a', ann);
    hub.join('a', bob);
    expect(hub.join('a', cleo)).toEqual({ refusal: 'room-full' });
    hub.join('b', ann);
    expect(hub.join('c', cleo)).toEqual({ refusal: 'too-many-rooms' });
    expect(hub.join('c', ann)).toEqual({ refusal: 'member-in-too-many-rooms' });
    expect([hub.names(), hub.roomsOf(cleo)]).toEqual([['a', 'b'], []]);
    hub.leave('b', ann);
    expect(hub.join('c', cleo).refusal).toBeUndefined();
  });

  test('frees every room of 10,000 that were made and left', () => {
    const hub = hubOf();
    for (let index = 0; index < 10_000; index++) {
      const member = new Listener();
      hub.join(`room-${index}`, member);
      hub.leave(`room-${index}`, member);
      expect(hub.roomsOf(member)).toEqual([]);
    }
    expect([hub.size, hub.memberCount]).toEqual([0, 0]);
  });

  test('delivers to the members of a room and to nobody else, through any joins and leaves', () => {
    const rooms = ['a', 'b', 'c'];
    const step = fc.record({
      kind: fc.constantFrom('join', 'leave', 'say' as const),
      who: fc.nat(4),
      room: fc.constantFrom(...rooms),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const hub = hubOf();
        const members = Array.from({ length: 5 }, () => new Listener());
        const expected = members.map(() => [] as string[]);
        const inside = new Map(rooms.map((room) => [room, new Set<number>()]));
        steps.forEach(({ kind, who, room }, index) => {
          const member = members[who];
          if (!member) return;
          if (kind === 'join' && !hub.join(room, member).refusal) inside.get(room)?.add(who);
          if (kind === 'leave' && hub.leave(room, member)) inside.get(room)?.delete(who);
          if (kind === 'say') {
            hub.get(room)?.publish(`${room}${index}`);
            for (const hearer of inside.get(room) ?? []) expected[hearer]?.push(`${room}${index}`);
          }
        });
        expect(members.map(({ texts }) => texts)).toEqual(expected);
        expect(hub.size).toBe([...inside.values()].filter(({ size }) => size > 0).length);
      }),
    );
  });
});
