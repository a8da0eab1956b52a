import { describe, expect, test } from 'vitest';
import { RoomHub } from '../../src/rooms/index.ts';
import { Listener } from './member.ts';

const stage = (size: number, undelivered?: (member: Listener, status: string) => void) => {
  let encodings = 0;
  const encode = (text: string) => {
    encodings++;
    return { text };
  };
  const hub = new RoomHub<Listener, string, { text: string }>(undelivered ? { encode, undelivered } : { encode });
  const members = Array.from({ length: size }, () => new Listener());
  for (const member of members) hub.join('r', member);
  const room = hub.get('r');
  if (!room) throw new Error('a room of nobody');
  return { hub, room, members, encodings: () => encodings };
};

describe('delivery in a room', () => {
  test('encodes a message once and hands the same thing to every member', () => {
    const { room, members, encodings } = stage(50);
    room.publish('hi');
    expect(encodings()).toBe(1);
    expect(new Set(members.flatMap(({ heard }) => heard)).size).toBe(1);
    expect(members.every(({ heard }) => heard.length === 1)).toBe(true);
  });

  test('counts what became of a message', () => {
    const { room, members } = stage(5);
    members.forEach((member, index) => {
      member.status = (['ok', 'ok', 'pressured', 'dropped', 'closed'] as const)[index] ?? 'ok';
    });
    expect(room.publish('hi')).toEqual({ recipients: 5, ok: 2, pressured: 1, dropped: 1, closed: 1 });
  });

  test('reports who missed a message, after everybody else has it', () => {
    const seen: [string, number][] = [];
    const { room, members } = stage(4, (member, status) => {
      seen.push([status, members.filter(({ heard }) => heard.length === 1).length]);
      expect(members.indexOf(member)).toBeLessThan(2);
    });
    for (const [index, status] of (['dropped', 'closed'] as const).entries()) {
      const member = members[index];
      if (member) member.status = status;
    }
    room.publish('hi');
    expect(seen).toEqual([
      ['dropped', 2],
      ['closed', 2],
    ]);
  });

  test('goes to the listed members only, if a list is given, and to nobody who is not in the room', () => {
    const { room, members, encodings } = stage(3);
    const stranger = new Listener();
    room.publish('hi', [...members.slice(1, 2), stranger]);
    expect([...members, stranger].map(({ heard }) => heard.length)).toEqual([0, 1, 0, 0]);
    room.publish('nobody', []);
    expect(encodings()).toBe(1);
  });

  test('keeps one order for all when a member speaks from inside a delivery', () => {
    const { room, members } = stage(4);
    const [first] = members;
    if (first) first.reaction = ({ text }) => text === 'question' && room.publish('answer');
    room.publish('question');
    for (const { texts } of members) expect(texts).toEqual(['question', 'answer']);
  });

  test('fills in the figures of a message published from inside a delivery', () => {
    const { room, members } = stage(2);
    const counts: unknown[] = [];
    const [first] = members;
    if (first) first.reaction = ({ text }) => text === 'question' && counts.push(room.publish('answer'));
    room.publish('question');
    expect(counts).toEqual([{ recipients: 2, ok: 2, pressured: 0, dropped: 0, closed: 0 }]);
  });

  test('skips who leaves during it, and leaves out who joins during it', () => {
    const { hub, room, members } = stage(3);
    const late = new Listener();
    const [first, , third] = members;
    if (!first || !third) throw new Error('three members were asked for');
    first.reaction = () => {
      hub.leave('r', third);
      hub.join('r', late);
    };
    room.publish('hi');
    expect([third.texts, late.texts]).toEqual([[], []]);
    first.reaction = undefined;
    room.publish('again');
    expect([third.texts, late.texts]).toEqual([[], ['again']]);
  });

  test('gives its members as a list that later joins do not change', () => {
    const { hub, room, members } = stage(2);
    const before = room.members;
    hub.join('r', new Listener());
    expect(before).toEqual(members);
    expect(room.members).toHaveLength(3);
  });
});
