import { describe, expect, test } from 'vitest';
import type { Client } from './stage.ts';
import { stage } from './stage.ts';

const crowd = (size: number, staged = stage()) => {
  const members = Array.from({ length: size }, (_, index) => staged.member(`user-${index}`));
  staged.clock.advance(100);
  for (const member of members) member.take();
  return { ...staged, members };
};
const first = (members: readonly Client[]): Client => {
  const [member] = members;
  if (!member) throw new Error('a crowd of nobody');
  return member;
};

describe('announcements in a full room', () => {
  test('the hundredth join is announced at once, the hundred and first only after 100 ms', () => {
    const { clock, member, members } = crowd(99);
    const reader = first(members);
    member('the 100th');
    expect(reader.take()).toMatchObject([{ type: 'join', username: 'the 100th' }]);
    member('the 101st');
    clock.advance(99);
    expect(reader.take()).toEqual([]);
    clock.advance(1);
    expect(reader.take()).toEqual([
      { type: 'join', room: 'lobby', username: 'the 101st', timestamp: '2025-01-31T12:00:00.200Z' },
    ]);
  });

  test('several joins are one announcement, true for who knows four fields and complete for who knows more', () => {
    const { clock, member, members } = crowd(150);
    for (const name of ['ann', 'bob', 'cleo']) member(name);
    clock.advance(100);
    expect(first(members).take()).toEqual([
      {
        type: 'join',
        room: 'lobby',
        username: 'ann',
        usernames: ['ann', 'bob', 'cleo'],
        count: 3,
        message: 'ann and 2 others joined',
        timestamp: '2025-01-31T12:00:00.200Z',
      },
    ]);
  });

  test('a newcomer hears of its own join at once, and of the others of its batch without itself', () => {
    const { clock, client, members } = crowd(150);
    const newcomers = ['ann', 'bob'].map((username) => client().say({ type: 'join', username }));
    for (const [index, name] of ['ann', 'bob'].entries()) {
      expect(newcomers[index]?.take()).toMatchObject([{ type: 'join', username: name }]);
    }
    clock.advance(100);
    for (const [index, name] of ['bob', 'ann'].entries()) {
      const heard = newcomers[index]?.take();
      expect(heard).toMatchObject([{ type: 'join', username: name }]);
      expect(heard?.[0]).not.toHaveProperty('usernames');
    }
    expect(first(members).take()).toMatchObject([
      { usernames: ['ann', 'bob'], count: 2, message: 'ann and 1 other joined' },
    ]);
  });

  test('a newcomer alone in its batch hears of its join once', () => {
    const { clock, client } = crowd(150);
    const ann = client().say({ type: 'join', username: 'ann' });
    clock.advance(100);
    expect(ann.take()).toHaveLength(1);
  });

  test('leaves are announced before joins, and a leaver hears of its own at once', () => {
    const { clock, member, members } = crowd(150);
    member('ann');
    const [, leaver, lost, reader] = members;
    leaver?.say({ type: 'leave' });
    expect(leaver?.take()).toMatchObject([{ type: 'leave', username: 'user-1' }]);
    lost?.session.end();
    clock.advance(100);
    expect(reader?.take()).toMatchObject([
      { type: 'leave', usernames: ['user-1', 'user-2'], count: 2, message: 'user-1 and 1 other left' },
      { type: 'join', username: 'ann' },
    ]);
    expect([leaver?.take(), lost?.take()]).toEqual([[], []]);
  });

  test('who comes and goes within a batch is not mentioned', () => {
    const { clock, member, members } = crowd(150);
    member('ann').session.end();
    clock.advance(100);
    expect(first(members).take()).toEqual([]);
  });

  test('who goes and comes back within a batch is mentioned twice to others, and hears its own news once', () => {
    const { clock, members } = crowd(150);
    const [returner, reader] = members;
    returner?.say({ type: 'leave' }).say({ type: 'join', username: 'user-0' });
    clock.advance(100);
    expect(reader?.take()).toMatchObject([
      { type: 'leave', username: 'user-0' },
      { type: 'join', username: 'user-0' },
    ]);
    expect(returner?.take().map(({ type }) => type)).toEqual(['leave', 'join']);
  });

  test('a batch lists a hundred names and counts them all', () => {
    const { clock, client, members } = crowd(150);
    const newcomers = Array.from({ length: 130 }, (_, index) =>
      client().say({ type: 'join', username: `new-${index}` }),
    );
    for (const newcomer of newcomers) newcomer.take();
    clock.advance(100);
    const [heard] = first(members).take();
    expect(heard).toMatchObject({ username: 'new-0', count: 130, message: 'new-0 and 129 others joined' });
    expect(heard?.usernames).toEqual(Array.from({ length: 100 }, (_, index) => `new-${index}`));
    const [own] = newcomers[0]?.take() ?? [];
    expect(own).toMatchObject({ username: 'new-1', count: 129 });
    expect(own?.usernames).toEqual(Array.from({ length: 100 }, (_, index) => `new-${index + 1}`));
  });

  test('every join of a crowd is heard of by everybody who was there before, exactly once', () => {
    const { clock, client } = stage();
    const clients: Client[] = [];
    for (let index = 0; index < 300; index++) {
      clients.push(client().say({ type: 'join', username: `user-${index}` }));
      if (index % 7 === 0) clock.advance(30);
    }
    clock.advance(100);
    for (const [index, reader] of clients.entries()) {
      const names = reader.take().flatMap(({ username = '', usernames = [username] }) => usernames);
      const distinct = new Set(names);
      expect(distinct.size).toBe(names.length);
      for (let later = index; later < 300; later++) expect(distinct.has(`user-${later}`)).toBe(true);
    }
  });

  test('a thousand who come within a second cost far fewer frames than a thousand times a thousand', () => {
    const { clock, client } = stage();
    const clients = Array.from({ length: 1000 }, (_, index) => {
      clock.advance(1);
      return client().say({ type: 'join', username: `user-${index}` });
    });
    clock.advance(100);
    const frames = clients.reduce((sum, { frames }) => sum + frames.length, 0);
    // One by one they would be 500,500; the first hundred are 5,050, ten batches for at most a thousand each 10,000, own joins 900.
    expect(frames).toBeLessThan(16_000);
  });

  test('rooms of others are announced on their own', () => {
    const { clock, member, members } = crowd(150);
    const other = member('ann', 'quiet');
    member('bob', 'quiet');
    expect(other.take()).toMatchObject([{ username: 'bob' }]);
    clock.advance(100);
    expect(first(members).take()).toEqual([]);
  });

  test('leave no appointment with the clock behind when the room empties or the chat stops', () => {
    const emptied = crowd(150);
    for (const member of emptied.members) member.session.end();
    expect(emptied.clock.alarms).toBe(0);
    const stopped = crowd(150);
    stopped.member('ann');
    expect(stopped.clock.alarms).toBeGreaterThan(0);
    stopped.chat.stop();
    expect(stopped.clock.alarms).toBe(0);
    stopped.client().say({ type: 'join', username: 'bob' });
    expect(stopped.clock.alarms).toBe(0);
    for (const member of stopped.members) member.session.end();
    expect(stopped.clock.alarms).toBe(0);
  });

  test('a full queue met while announcing puts its owner out and announces that in turn', () => {
    const { clock, member, members } = crowd(150);
    const [slow, reader] = members;
    if (slow) slow.status = 'dropped';
    member('ann');
    clock.advance(100);
    expect(slow?.closedWith?.code).toBe(1013);
    clock.advance(100);
    expect(reader?.take()).toMatchObject([
      { type: 'join', username: 'ann' },
      { type: 'leave', username: 'user-0' },
    ]);
  });
});
