import { describe, expect, test } from 'vitest';
import { type Entry, PREPARED_LIMITS, type RoomEvent } from '../../src/rooms/index.ts';
import { PreparedEntries } from '../../src/rooms/prepared-entries.ts';
import { enter, Guest, stageNodes } from './node-stage.ts';

const MEMBERS = 50;
const ENTRIES = 100;

function entry(seq: number, more: Partial<Entry> = {}): Extract<RoomEvent, { kind: 'entry' }> {
  const said = { seq, kind: 'message', at: 1, sender: 'u-ann', id: '', payload: `t${seq}`, ...more } as const;
  return { kind: 'entry', room: 'r', epoch: 'e', entry: said };
}

function counted(limits: typeof PREPARED_LIMITS = PREPARED_LIMITS) {
  const encoded: string[] = [];
  const entries = new PreparedEntries((event: RoomEvent) => {
    const text = event.kind === 'entry' ? `${event.entry.kind} ${event.entry.payload}` : event.kind;
    encoded.push(text);
    return text;
  }, limits);
  return { entries, encoded };
}

describe('an entry', () => {
  test('is encoded once for all members who get it as it is said', () => {
    const { start, encodings, pass } = stageNodes();
    const node = start();
    const guests = Array.from({ length: MEMBERS }, (_, index) => new Guest(`g${index}`));
    for (const guest of guests) enter(node, 'r', guest);
    pass(1000);
    const before = encodings();
    for (let index = 0; index < ENTRIES; index++) node.say('r', { user: 'g0', payload: `t${index}` });
    expect(guests.map(({ texts }) => texts.length)).toEqual(guests.map(() => ENTRIES));
    expect(encodings() - before).toBe(ENTRIES);
  });

  test('is not encoded again for those who come back and missed it, however many', () => {
    const { start, encodings, pass } = stageNodes();
    const node = start();
    const [stays, ...leave] = Array.from({ length: MEMBERS }, (_, index) => new Guest(`g${index}`));
    for (const guest of [stays as Guest, ...leave]) enter(node, 'r', guest);
    const since = { epoch: 'e1', seq: 0 };
    for (const guest of leave) node.leave('r', guest);
    pass(1000);
    const before = encodings();
    for (let index = 0; index < ENTRIES; index++) node.say('r', { user: 'g0', payload: `t${index}` });
    const back = leave.map(({ user }) => new Guest(user));
    for (const guest of back) enter(node, 'r', guest, { since });
    for (const guest of back) {
      expect(guest.joins).toMatchObject([{ recovered: true }]);
      expect(guest.texts).toEqual(stays?.texts);
    }
    expect(encodings() - before).toBe(ENTRIES);
  });

  test('is encoded once on a node that was not there when it was said, for all who come back to it', () => {
    const { start, encodings } = stageNodes();
    const [one, two] = [start(), start()];
    enter(one, 'r', new Guest('ann'));
    for (let index = 0; index < ENTRIES; index++) one.say('r', { user: 'ann', payload: `t${index}` });
    const before = encodings();
    const back = Array.from({ length: MEMBERS }, (_, index) => new Guest(`g${index}`));
    for (const guest of back) enter(two, 'r', guest, { since: { epoch: 'e1', seq: 0 } });
    expect(back.map(({ texts }) => texts.length)).toEqual(back.map(() => ENTRIES));
    expect(encodings() - before).toBe(ENTRIES);
  });

  test('is encoded anew once it was taken back, so that nobody gets its words any more', () => {
    const { start } = stageNodes();
    const node = start();
    enter(node, 'r', new Guest('ann'));
    node.say('r', { user: 'ann', payload: 'secret' });
    node.redact('r', { user: 'ann', id: 'x' }, 1);
    const bob = new Guest('bob');
    enter(node, 'r', bob, { since: { epoch: 'e1', seq: 0 } });
    expect(bob.entries.map(({ kind }) => kind)).toEqual(['redacted', 'redaction']);
    expect(JSON.stringify(bob.events)).not.toContain('secret');
  });
});

describe('what a node keeps of entries that it has encoded', () => {
  test('is told apart by room, epoch and place', () => {
    const { entries, encoded } = counted();
    const one = entry(1);
    for (const event of [one, { ...one, room: 's' }, { ...one, epoch: 'f' }, entry(2), one]) entries.of(event);
    expect(encoded).toHaveLength(4);
  });

  test.each<[what: string, other: Partial<Entry>]>([
    ['another kind', { kind: 'redacted', payload: '' }],
    ['other words', { payload: 'other' }],
    ['another sender', { sender: 'u-bob' }],
    ['another id', { id: 'i' }],
    ['another time', { at: 2 }],
  ])('is not given for an entry of %s at the same place', (_what, other) => {
    const { entries, encoded } = counted();
    for (const event of [entry(1), entry(1, other), entry(1, other)]) entries.of(event);
    expect(encoded).toHaveLength(2);
    expect(entries.sizes.entries).toBe(1);
  });

  test('is bounded in number: of n + 1 the first is encoded again, of n none', () => {
    const { entries, encoded } = counted({ entries: 3, bytes: Infinity });
    for (const seq of [1, 2, 3, 1, 2, 3]) entries.of(entry(seq));
    expect(encoded).toHaveLength(3);
    for (const seq of [4, 1]) entries.of(entry(seq));
    expect(encoded.at(-1)).toBe('message t1');
    expect(entries.sizes.entries).toBe(3);
    expect(PREPARED_LIMITS.entries).toBe(1024);
  });

  test('is bounded in bytes, and holds nothing that is larger than that', () => {
    const { entries } = counted({ entries: 100, bytes: 1000 });
    const large = { payload: 'x'.repeat(150) };
    for (const seq of [1, 2, 3]) entries.of(entry(seq, large));
    expect(entries.sizes).toMatchObject({ entries: 2 });
    expect(entries.sizes.bytes).toBeLessThanOrEqual(1000);
    entries.of(entry(4, { payload: 'x'.repeat(1000) }));
    expect(entries.sizes).toEqual({ entries: 0, bytes: 0 });
  });
});
