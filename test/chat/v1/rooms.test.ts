import { describe, expect, test } from 'vitest';
import type { Identity } from '../../../src/chat/identity.ts';
import { v1Stage } from './v1-stage.ts';

describe('a room', () => {
  test('tells who enters what it is, and who is there', () => {
    const { member } = v1Stage();
    const owner = member('owner', 'den');
    const { user } = owner.last('welcome');
    const bob = member('bob', 'den');
    expect(owner.last('joined')).toMatchObject({
      role: 'owner',
      owner: user,
      private: false,
      slowMs: 0,
      count: 1,
      seq: 0,
    });
    expect(bob.last('joined')).toMatchObject({
      role: 'member',
      owner: user,
      count: 2,
      members: [
        { user, username: 'owner' },
        { user: bob.last('welcome').user, username: 'bob' },
      ],
    });
    expect(member('cleo').last('joined')).not.toHaveProperty('owner');
  });

  test('says by user who comes and goes, every 100 ms, a lost connection after five seconds', () => {
    const { clock, member } = v1Stage();
    const ann = member('ann', 'den');
    clock.advance(100);
    ann.take();
    const [bob, cleo] = [member('bob', 'den'), member('cleo', 'den')];
    clock.advance(99);
    expect(ann.take()).toEqual([]);
    clock.advance(1);
    expect(ann.take()).toMatchObject([
      { type: 'presence', count: 3, joined: [{ username: 'bob' }, { username: 'cleo' }] },
    ]);
    bob.say({ type: 'leave', id: 'l' });
    expect(bob.last('left')).toEqual({ type: 'left', room: 'den', reason: 'left', id: 'l' });
    cleo.session.end();
    clock.advance(100);
    expect(ann.take()).toMatchObject([{ type: 'presence', count: 2, left: [{ username: 'bob' }] }]);
    clock.advance(5000);
    clock.advance(100);
    expect(ann.take()).toMatchObject([{ type: 'presence', count: 1, left: [{ username: 'cleo' }] }]);
  });

  test('says in which role somebody comes, and is, to who comes', () => {
    const { clock, member } = v1Stage();
    const owner = member('owner', 'den');
    const bob = member('bob', 'den');
    owner.say({ type: 'promote', username: 'bob' });
    bob.say({ type: 'leave' });
    clock.advance(100);
    owner.take();
    bob.say({ type: 'join', room: 'den' });
    member('cleo', 'den');
    expect(bob.last('joined')).toMatchObject({
      role: 'moderator',
      members: [
        { username: 'owner', role: 'owner' },
        { username: 'bob', role: 'moderator' },
      ],
    });
    clock.advance(100);
    expect(owner.take()).toMatchObject([
      {
        type: 'presence',
        joined: [
          { username: 'bob', role: 'moderator' },
          { username: 'cleo', role: 'member' },
        ],
      },
    ]);
  });

  test('lists who is there with their roles, and is listed itself unless it is private', () => {
    const { client, member } = v1Stage();
    const owner = member('owner', 'den');
    member('bob', 'den');
    owner.say({ type: 'promote', username: 'bob' }).say({ type: 'who', id: 'w' });
    expect(owner.last('who')).toMatchObject({
      count: 2,
      id: 'w',
      members: [
        { username: 'owner', role: 'owner' },
        { username: 'bob', role: 'moderator' },
      ],
    });
    client().say({ type: 'join', username: 'hidden', room: 'secret', private: true });
    owner.say({ type: 'rooms', id: 'r' });
    expect(owner.last('rooms')).toEqual({ type: 'rooms', rooms: [{ room: 'den', count: 2 }], id: 'r' });
  });

  test('that is private takes those who are invited', () => {
    const { client, named } = v1Stage();
    const owner = client().say({ type: 'join', username: 'owner', room: 'secret', private: true });
    const bob = named('bob');
    expect(bob.say({ type: 'join', room: 'secret', id: 'j' }).last('error')).toMatchObject({
      code: 'private-room',
      id: 'j',
      room: 'secret',
    });
    owner.say({ type: 'invite', username: 'bob' });
    expect(bob.say({ type: 'join', room: 'secret', id: 'k' }).last('joined')).toMatchObject({ private: true, id: 'k' });
    owner.say({ type: 'private', on: false });
    expect(named('cleo').say({ type: 'join', room: 'secret' }).last('joined').private).toBe(false);
  });

  test('holds 20 of one connection, its mailbox not counted', () => {
    const { named } = v1Stage({ rateLimit: { capacity: 100 } });
    const ann = named('ann');
    for (let room = 0; room < 20; room++) ann.say({ type: 'join', room: `r-${room}` });
    expect(ann.heard.filter(({ type }) => type === 'joined')).toHaveLength(20);
    expect(ann.say({ type: 'join', room: 'r-20' }).code).toBe('room-limit');
  });

  test('is gone once everybody has left', () => {
    const { chat, member } = v1Stage();
    const ann = member('ann', 'den');
    expect(chat.rooms).toEqual(['den']);
    ann.session.end(true);
    expect(chat.rooms).toEqual([]);
  });
});

describe('moderation', () => {
  test('kick puts somebody out on every node, who may come back', () => {
    const { member, node } = v1Stage();
    const owner = member('owner', 'den');
    const bob = member('bob', 'den', node());
    owner.take();
    owner.say({ type: 'kick', username: 'BOB', reason: 'enough', id: 'k' });
    expect(owner.take()).toMatchObject([
      { type: 'moderation', action: 'kick', by: 'owner', username: 'BOB', reason: 'enough' },
      { type: 'ack', id: 'k' },
    ]);
    expect(bob.last('left')).toEqual({ type: 'left', room: 'den', reason: 'kicked' });
    expect(bob.say({ type: 'message', message: 'hi' }).code).toBe('not-joined');
    expect(bob.say({ type: 'join', room: 'den' }).last('joined').room).toBe('den');
  });

  test('ban puts somebody out and keeps out the user and the name, until it ends or is ended', () => {
    const { client, clock, member } = v1Stage();
    const [owner, bob] = [member('owner', 'den'), member('bob', 'den')];
    owner.say({ type: 'ban', username: 'bob', forMs: 5000 });
    expect(bob.last('left').reason).toBe('banned');
    expect(bob.say({ type: 'join', room: 'den' }).last('error')).toMatchObject({ code: 'banned', retryAfterMs: 5000 });
    bob.session.end(true);
    const heir = client().say({ type: 'join', username: 'bob', room: 'den' });
    expect(heir.code).toBe('banned');
    clock.advance(5000);
    heir.take();
    expect(heir.say({ type: 'join', room: 'den' }).last('joined').room).toBe('den');
    owner.say({ type: 'ban', username: 'bob' });
    expect(heir.say({ type: 'join', room: 'den' }).last('error')).not.toHaveProperty('retryAfterMs');
    heir.session.end(true);
    owner.say({ type: 'unban', username: 'bob' });
    expect(member('bob', 'den').last('joined').room).toBe('den');
  });

  test('mute and slow mode hold back those who write, and moderators are free', () => {
    const { clock, member } = v1Stage();
    const [owner, bob] = [member('owner', 'den'), member('bob', 'den')];
    owner.say({ type: 'slow', everyMs: 30_000 });
    bob.say({ type: 'message', message: 'one' });
    expect(bob.say({ type: 'message', message: 'two', id: 'm' }).last('error')).toMatchObject({
      code: 'slow-mode',
      id: 'm',
      retryAfterMs: 30_000,
    });
    owner.say({ type: 'message', message: 'three' }).say({ type: 'message', message: 'four' });
    expect(bob.texts).toEqual(['one', 'three', 'four']);
    clock.advance(30_000);
    owner.say({ type: 'mute', username: 'bob', forMs: 60_000 });
    expect(bob.say({ type: 'message', message: 'five' }).last('error')).toMatchObject({
      code: 'muted',
      retryAfterMs: 60_000,
    });
    owner.say({ type: 'unmute', username: 'bob' }).say({ type: 'slow', everyMs: 0 });
    bob.say({ type: 'message', message: 'six' }).say({ type: 'message', message: 'seven' });
    expect(bob.texts.slice(-2)).toEqual(['six', 'seven']);
  });

  test('is for moderators, and only the owner makes them', () => {
    const { member } = v1Stage();
    const [owner, bob, eve] = [member('owner', 'den'), member('bob', 'den'), member('eve', 'den')];
    for (const request of [
      { type: 'kick', username: 'owner' },
      { type: 'ban', username: 'eve' },
      { type: 'promote', username: 'bob' },
      { type: 'slow', everyMs: 1 },
      { type: 'private', on: true },
    ]) {
      expect(bob.say({ ...request, id: 'x' }).last('error')).toMatchObject({ code: 'not-allowed', id: 'x' });
    }
    owner.say({ type: 'promote', username: 'bob' });
    bob.take();
    bob.say({ type: 'promote', username: 'eve' });
    expect(bob.code).toBe('not-allowed');
    bob.say({ type: 'kick', username: 'eve' });
    expect(eve.last('left').reason).toBe('kicked');
    expect(bob.say({ type: 'kick', username: 'nobody' }).code).toBe('no-such-user');
    owner.say({ type: 'demote', username: 'bob' });
    bob.take();
    expect(bob.say({ type: 'slow', everyMs: 1 }).code).toBe('not-allowed');
  });

  test('of the lobby is for users whose token says so, who moderate every room', () => {
    const { client, clock, member } = v1Stage();
    const identity: Identity = {
      user: `u-${'a'.repeat(22)}`,
      name: 'chief',
      admin: true,
      expiresAt: clock.now() + 3_600_000,
    };
    const [ann, bob] = [member('ann'), member('owner', 'den') && member('bob', 'den')];
    expect(ann.say({ type: 'kick', username: 'ann' }).code).toBe('not-allowed');
    const chief = client({ identity }).say({ type: 'join' });
    expect(chief.last('joined').role).toBe('owner');
    chief.say({ type: 'kick', username: 'ann' });
    expect(ann.last('left').reason).toBe('kicked');
    chief.say({ type: 'join', room: 'den' }).say({ type: 'ban', username: 'bob', room: 'den' });
    expect(bob.last('left').reason).toBe('banned');
  });
});

describe('those who know four fields and those who know more', () => {
  test('talk in the same rooms, each in its own words, and nobody hears one join twice', () => {
    const { clock, member, plain } = v1Stage();
    const ann = member('ann');
    clock.advance(100);
    ann.take();
    const bob = plain().say({ type: 'join', username: 'bob' });
    const cleo = member('cleo');
    clock.advance(100);
    const timestamp = '2025-01-31T12:00:00.100Z';
    expect(bob.take()).toEqual([
      { type: 'join', room: 'lobby', username: 'bob', timestamp },
      { type: 'join', room: 'lobby', username: 'cleo', timestamp },
    ]);
    expect(ann.takeTypes()).toEqual(['presence']);
    cleo.take();
    bob.say({ type: 'message', message: 'hi' });
    expect(ann.take()).toMatchObject([{ type: 'message', username: 'bob', message: 'hi', seq: 1 }]);
    ann.say({ type: 'message', message: 'ho', id: 'm' }).say({ type: 'redact', seq: 2 });
    cleo.say({ type: 'leave' });
    expect(bob.take().slice(1)).toEqual([
      { type: 'message', room: 'lobby', username: 'ann', message: 'ho', timestamp: '2025-01-31T12:00:00.200Z' },
      { type: 'leave', room: 'lobby', username: 'cleo', timestamp: '2025-01-31T12:00:00.200Z' },
    ]);
    expect(plain().say({ type: 'join', username: 'ANN' }).takeCode()).toBe('name-taken');
  });

  test('meet moderators alike: who is kicked hears a leave', () => {
    const { member, plain } = v1Stage();
    const owner = member('owner', 'den');
    const bob = plain().say({ type: 'join', username: 'bob', room: 'den' });
    bob.take();
    owner.say({ type: 'kick', username: 'bob' });
    expect(bob.take()).toMatchObject([{ type: 'leave', room: 'den', username: 'bob' }]);
    expect(bob.say({ type: 'message', message: 'hi' }).takeCode()).toBe('not-joined');
  });
});
