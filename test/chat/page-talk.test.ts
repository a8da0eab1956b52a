import { beforeEach, describe, expect, test } from 'vitest';
import type { Conversation, Line, Views } from '../../src/chat/page/talk-types.ts';
import type { Clock } from '../../src/chat/page/types.ts';
import type { History, Joined, LogEntry, Presence } from '../../src/chat/page/wire-types.ts';
import { FakeClock, loadPageModule } from './page-stage.ts';

interface ChatModel {
  readonly conversations: ReadonlyMap<string, Conversation>;
  begin(user: string, username: string, read: ReadonlyMap<string, number>): void;
  select(key: string): void;
  joined(message: Joined, how: 'new' | 'resumed' | 'missed'): void;
  entry(entry: LogEntry): void;
  missed(message: { type: 'missed'; room: string; epoch: string; from: number; to: number }): void;
  presence(message: Presence): void;
  older(conversation: Conversation, page: History): void;
  fill(conversation: Conversation, gap: Line, page: History): void;
  readOf(conversation: Conversation): number;
}

const { createChat } = await loadPageModule<{
  createChat(options: { now: () => number; views: Views; isWatched: () => boolean }): ChatModel;
}>('chat');
const { readCommand } = await loadPageModule<{ readCommand(text: string): unknown }>('commands');
const { createTypist } = await loadPageModule<{
  createTypist(
    clock: Pick<Clock, 'now'>,
    send: (room: string, on: boolean) => void,
  ): { typed(room: string, isEmpty: boolean): void; sent(): void; stop(): void };
}>('typist');
const { createTyping } = await loadPageModule<{
  createTyping(clock: Clock, onChange: () => void): { told(notice: object): void; sentence(room: string): string };
}>('typing');
const { spanOf } = await loadPageModule<{ spanOf(ms: number): string }>('sentences');

const timestamp = '2026-11-23T08:00:00.000Z';

describe('the conversations of the page', () => {
  let chat: ChatModel;
  const said = (seq: number, fields: Partial<LogEntry> = {}): LogEntry =>
    ({
      type: 'message',
      room: 'den',
      epoch: 'e',
      seq,
      user: 'b',
      username: 'bea',
      message: `m${seq}`,
      timestamp,
      id: undefined,
      ...fields,
    }) as LogEntry;
  const join = (history: LogEntry[], how: 'new' | 'missed' = 'new', count = 2) =>
    chat.joined(
      {
        type: 'joined',
        room: 'den',
        epoch: 'e',
        seq: history.at(-1)?.seq ?? 0,
        recovered: undefined,
        history,
        first: 1,
        count,
        members: [],
        role: 'member',
        owner: '',
        isPrivate: false,
        slowMs: 0,
        id: undefined,
      },
      how,
    );
  const den = (): Conversation => {
    const found = chat.conversations.get('den');
    if (!found) throw new Error('no den');
    return found;
  };
  const lines = () => den().lines.map((line) => (line.kind === 'said' ? line.text : line.kind));
  const page = (messages: LogEntry[], more: boolean): History => ({
    type: 'history',
    room: 'den',
    messages,
    more,
    id: undefined,
  });

  beforeEach(() => {
    const views: Views = { added() {}, redrawn() {}, changed() {}, listed() {} };
    chat = createChat({ now: () => 1_000, views, isWatched: () => true });
    chat.begin('a', 'ann', new Map([['den', 11]]));
  });

  test('counts after a reload what was not read before it, and remembers up to where it was', () => {
    join([said(10), said(11), said(12), said(13, { user: 'a' })]);
    expect(den().unread).toBe(1);
    expect(chat.readOf(den())).toBe(11);
    chat.select('den');
    expect([den().unread, chat.readOf(den())]).toEqual([0, 12]);
  });

  test('puts older lines before all others, each once', () => {
    join([said(3), said(4)]);
    expect(den().more).toBe(true);
    chat.older(den(), page([said(1), said(2), said(3)], false));
    expect(lines()).toEqual(['m1', 'm2', 'm3', 'm4', 'remark']);
    expect(den().more).toBe(false);
  });

  test('shows a gap where entries did not arrive, and fills it page by page', () => {
    join([said(1)]);
    chat.missed({ type: 'missed', room: 'den', epoch: 'e', from: 2, to: 5 });
    chat.entry(said(6));
    const gap = () => den().lines.find(({ kind }) => kind === 'gap') as Line;
    chat.fill(den(), gap(), page([said(4), said(5)], true));
    expect(lines()).toEqual(['m1', 'remark', 'gap', 'm4', 'm5', 'm6']);
    expect(gap()).toMatchObject({ from: 2, seq: 3 });
    chat.fill(den(), gap(), page([said(2), said(3)], false));
    expect(lines()).toEqual(['m1', 'remark', 'm2', 'm3', 'm4', 'm5', 'm6']);
  });

  test('forgets the words of what was taken back, and everything where a part was lost', () => {
    join([said(1), said(2)]);
    chat.entry({ type: 'redact', room: 'den', epoch: 'e', seq: 3, target: 1, timestamp });
    expect(lines()).toEqual([undefined, 'm2', 'remark']);
    join([said(9)], 'missed');
    expect(lines()).toEqual(['m9', 'remark']);
  });

  test('lists people, only counts them above a hundred, and merges who came one after the other', () => {
    join([]);
    const person = (user: string) => ({ user, username: user, role: undefined });
    const presence = (joined: string[], left: string[], count: number) =>
      chat.presence({ type: 'presence', room: 'den', count, joined: joined.map(person), left: left.map(person) });
    presence(['b'], [], 2);
    presence(['c'], [], 3);
    presence([], ['b'], 2);
    expect([...(den().members?.keys() ?? [])]).toEqual(['c']);
    expect(den().lines.flatMap((line) => (line.kind === 'passage' ? [[line.type, ...line.names]] : []))).toEqual([
      ['join', 'b', 'c'],
      ['leave', 'b'],
    ]);
    presence([], [], 101);
    expect([den().count, den().members]).toEqual([101, undefined]);
  });

  test('knows the role of whoever comes, and of whoever is made something else, in a room of any size', () => {
    const moderation = (action: string, username: string) =>
      chat.entry({
        type: 'moderation',
        room: 'den',
        epoch: 'e',
        seq: 1,
        timestamp,
        action,
        by: 'carl',
        username,
        forMs: undefined,
        everyMs: undefined,
        on: false,
        reason: '',
      });
    const come = (username: string, role: 'moderator' | 'member', count = 3) =>
      chat.presence({
        type: 'presence',
        room: 'den',
        count,
        joined: [{ user: `u-${username}`, username, role }],
        left: [],
      });
    const roles = () => [...(den().members?.values() ?? [])].map(({ username, role }) => [username, role]);
    join([]);
    come('bea', 'moderator');
    come('dan', 'member');
    expect(roles()).toEqual([
      ['bea', 'moderator'],
      ['dan', 'member'],
    ]);
    moderation('demote', 'Bea');
    moderation('promote', 'dan');
    expect(roles()).toEqual([
      ['bea', 'member'],
      ['dan', 'moderator'],
    ]);
    chat.presence({ type: 'presence', room: 'den', count: 101, joined: [], left: [] });
    moderation('promote', 'Ann');
    expect([den().members, den().role]).toEqual([undefined, 'moderator']);
    moderation('demote', 'ann');
    expect(den().role).toBe('member');
  });
});

describe('a text that begins with a stroke', () => {
  test.each([
    ['hello', { kind: 'say', text: 'hello' }],
    ['//etc', { kind: 'say', text: '/etc' }],
    ['/join #Tea private', { kind: 'join', room: 'tea', isPrivate: true }],
    ['/msg "Carl Friedrich" good day', { kind: 'direct', name: 'Carl Friedrich', text: 'good day' }],
    ['/ban bea 2h spam, again', { type: 'ban', username: 'bea', forMs: 7_200_000, reason: 'spam, again' }],
    ['/ban @bea rude', { type: 'ban', username: 'bea', reason: 'rude' }],
    ['/unmute bea', { type: 'unmute', username: 'bea' }],
    ['/slow 30s', { type: 'slow', everyMs: 30_000 }],
    ['/slow off', { type: 'slow', everyMs: 0 }],
    ['/private on', { type: 'private', on: true }],
  ])('%s asks for what it says', (text, wanted) => {
    expect(readCommand(text)).toEqual('kind' in wanted ? wanted : { kind: 'moderate', message: wanted });
  });

  test.each(['/nonsense', '/constructor', '/kick', '/join no/such', '/slow', '/private', '/'])(
    '%s is answered with what is wrong',
    (text) => {
      expect(readCommand(text)).toEqual(expect.any(String));
    },
  );
});

test('a notice of typing goes out once in three seconds, and its end once', () => {
  const clock = new FakeClock();
  const sent: [string, boolean][] = [];
  const typist = createTypist(clock, (room, on) => sent.push([room, on]));
  for (let keys = 0; keys < 10; keys += 1) typist.typed('den', false);
  expect(sent).toEqual([['den', true]]);
  clock.advance(3_000);
  typist.typed('den', false);
  typist.typed('den', true);
  typist.typed('den', true);
  expect(sent.slice(1)).toEqual([
    ['den', true],
    ['den', false],
  ]);
  clock.advance(3_000);
  typist.typed('den', false);
  typist.sent();
  typist.stop();
  expect(sent).toHaveLength(4);
});

test('who writes is forgotten six seconds after the last notice', () => {
  const clock = new FakeClock();
  const typing = createTyping(clock, () => undefined);
  const told = (user: string, on = true) => typing.told({ type: 'typing', room: 'den', user, username: user, on });
  told('ann');
  clock.advance(4_000);
  told('bea');
  told('ann');
  expect(typing.sentence('den')).toBe('bea and ann are writing…');
  told('ann', false);
  clock.advance(5_999);
  expect(typing.sentence('den')).toBe('bea is writing…');
  clock.advance(1);
  expect([typing.sentence('den'), clock.pending]).toEqual(['', 0]);
});

test('a span is told in its largest unit', () => {
  expect([1_000, 60_000, 90_000, 600_000, 3_600_000, 172_800_000].map(spanOf)).toEqual([
    '1 second',
    '1 minute',
    '90 seconds',
    '10 minutes',
    '1 hour',
    '2 days',
  ]);
});
