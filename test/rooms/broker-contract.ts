import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Broker, BrokerEvents, Entry, Page, Published, Refused, Subscription } from '../../src/rooms/index.ts';
import { Recorder } from './recorder.ts';

/** A place where the nodes of one test meet. */
export interface ContractHouse {
  /** Connects a node; resolves once its broker is `up`. */
  connect(node: string, events: BrokerEvents): Promise<Broker>;
  /** Ends a node as `kill -9` does: it takes nothing back and refreshes nothing. */
  kill(node: string): Promise<void>;
  /** Lets time pass, real or not. */
  pass(ms: number): Promise<void>;
  /** Forgets the entries of a room after `seq`, as a crash without the last of its disk would. */
  loseEnd(room: string, seq: number): Promise<void>;
  close(): Promise<void>;
}

/** What the suite must know of a house. */
export interface ContractSetup {
  open(): Promise<ContractHouse>;
  /** How many entries a room keeps, at most 1000, so that a test can exceed it. */
  readonly entriesPerRoom: number;
  /** After how long a killed node has left its rooms. */
  readonly nodeTtlMs: number;
  /** How long an id is remembered; undefined when that is too long to wait for. */
  readonly dedupMs: number | undefined;
}

const FOUNDING = { rules: 'the rules', listed: true };
const ANN = { user: 'a-ann', name: 'Ann' };
const BOB = { user: 'a-bob', name: 'Bob' };

/** What every broker does, whatever is behind it. */
export function describeBroker(name: string, setup: ContractSetup): void {
  describe(`${name}, as a broker`, () => {
    let house: ContractHouse;
    let room: string;
    let rooms = 0;
    const unique = Math.floor(Math.random() * 2 ** 40).toString(36);

    beforeEach(async () => {
      house = await setup.open();
      rooms++;
      room = `r-${unique}-${rooms}`;
    });
    afterEach(() => house.close());

    const node = async (label: string) => {
      const heard = new Recorder();
      const broker = await house.connect(`n-${unique}-${rooms}-${label}`, heard);
      return { broker, heard };
    };
    const listener = async (label: string, founding: typeof FOUNDING | undefined = FOUNDING) => {
      const { broker, heard } = await node(label);
      const subscription = accepted<Subscription>(await broker.subscribe(room, founding));
      return { broker, heard, subscription };
    };
    const say = async (broker: Broker, payload: string, more: object = {}) =>
      accepted<Published>(await broker.publish(room, { kind: 'message', sender: ANN.user, payload, ...more }));

    test('founds a room for the first who comes, and gives the same one to the next', async () => {
      const one = await listener('one');
      const two = await listener('two', { rules: 'other rules', listed: true });
      expect(one.subscription).toMatchObject({ founded: true, rules: 'the rules', presence: [] });
      expect(one.subscription.head).toMatchObject({ seq: 0, rulesVersion: 1 });
      expect(two.subscription).toMatchObject({ founded: false, rules: 'the rules' });
      expect(two.subscription.head.epoch).toBe(one.subscription.head.epoch);
      expect(one.subscription.head.epoch).toMatch(/./);
    });

    test('has no room that nobody founded', async () => {
      const { broker } = await node('one');
      const refusals = [
        await broker.subscribe(room),
        await broker.publish(room, { kind: 'message', sender: ANN.user, payload: 'x' }),
        await broker.read(room, { after: 0, limit: 1 }),
        await broker.rules(room),
      ];
      expect(refusals).toEqual([1, 2, 3, 4].map(() => ({ refusal: 'no-room' })));
      expect(accepted<{ heads: unknown }>(await broker.survey([room])).heads).toEqual(new Map());
    });

    test('numbers what is published from 1 on without a gap, whoever publishes, and tells every listener', async () => {
      const one = await listener('one');
      const two = await listener('two');
      const published = await Promise.all(
        Array.from({ length: 40 }, (_, index) => say(index % 2 ? one.broker : two.broker, `t${index}`)),
      );
      expect(published.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 40 }, (_, i) => i + 1),
      );
      const bySeq = new Map(published.map(({ seq }, index) => [seq, `t${index}`]));
      for (const { heard } of [one, two]) {
        await vi.waitFor(() => expect(heard.entries.length).toBe(40), 5000);
        for (const { room: from, epoch, entry } of heard.entries) {
          expect([from, epoch]).toEqual([room, one.subscription.head.epoch]);
          expect(entry).toMatchObject({ kind: 'message', sender: ANN.user, id: '', payload: bySeq.get(entry.seq) });
        }
      }
    });

    test('keeps the order of one publisher', async () => {
      const { broker, heard } = await listener('one');
      await Promise.all(Array.from({ length: 30 }, (_, index) => say(broker, `t${index}`)));
      await vi.waitFor(() => expect(heard.entries.length).toBe(30), 5000);
      const inOrder = heard.entries.map(({ entry }) => entry).sort((a, b) => a.seq - b.seq);
      expect(inOrder.map(({ payload }) => payload)).toEqual(Array.from({ length: 30 }, (_, index) => `t${index}`));
    });

    test('tells nothing to who does not listen, or no longer', async () => {
      const one = await listener('one');
      const two = await listener('two');
      const stranger = await node('three');
      await say(one.broker, 'first');
      await vi.waitFor(() => expect(two.heard.payloadsOf(room)).toEqual(['first']), 5000);
      two.broker.unsubscribe(room);
      await two.broker.survey([]);
      await say(one.broker, 'second');
      await vi.waitFor(() => expect(one.heard.payloadsOf(room)).toEqual(['first', 'second']), 5000);
      // A word by the same way that comes later shows that nothing else is under way.
      one.broker.signal(two.broker.node, 'done');
      await vi.waitFor(() => expect(two.heard.signals).toEqual(['done']), 5000);
      expect(two.heard.payloadsOf(room)).toEqual(['first']);
      expect(stranger.heard.entries).toEqual([]);
    });

    test('takes a publication of one sender and id once, and gives its place again, to any node', async () => {
      const one = await listener('one');
      const two = await listener('two');
      const first = await say(one.broker, 'once', { id: 'x1' });
      expect(first).toMatchObject({ seq: 1, duplicate: false });
      const again = await say(two.broker, 'twice', { id: 'x1' });
      expect(again).toEqual({ ...first, duplicate: true });
      const other = accepted<Published>(
        await two.broker.publish(room, { kind: 'message', sender: BOB.user, payload: 'mine', id: 'x1' }),
      );
      expect(other).toMatchObject({ seq: 2, duplicate: false });
      expect(await two.broker.findPublished(room, ANN.user, 'x1')).toEqual({ ...first, duplicate: true });
      expect(await two.broker.findPublished(room, ANN.user, 'x2')).toEqual({ refusal: 'gone' });
      await vi.waitFor(() => expect(one.heard.payloadsOf(room)).toEqual(['once', 'mine']), 5000);
    });

    test('takes it once although many ask at the same time', async () => {
      const one = await listener('one');
      const two = await listener('two');
      const all = await Promise.all(
        Array.from({ length: 20 }, (_, index) => say(index % 2 ? one.broker : two.broker, 'same', { id: 'x' })),
      );
      expect(new Set(all.map(({ seq }) => seq))).toEqual(new Set([1]));
      expect(all.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    });

    test.skipIf(setup.dedupMs === undefined)('forgets an id after its window', async () => {
      const { broker } = await listener('one');
      await say(broker, 'once', { id: 'x' });
      await house.pass((setup.dedupMs ?? 0) + 100);
      expect(await say(broker, 'again', { id: 'x' })).toMatchObject({ seq: 2, duplicate: false });
    });

    test('reads pages after a seq and before one, in order, without gaps', async () => {
      const { broker, subscription } = await listener('one');
      for (let index = 1; index <= 10; index++) await say(broker, `t${index}`);
      const seqs = async (range: Parameters<Broker['read']>[1]) => {
        const page = accepted<Page>(await broker.read(room, range));
        expect(page).toMatchObject({ epoch: subscription.head.epoch, seq: 10, first: 1 });
        for (const { seq, payload } of page.entries) expect(payload).toBe(`t${seq}`);
        return page.entries.map(({ seq }) => seq);
      };
      expect(await seqs({ after: 0, limit: 3 })).toEqual([1, 2, 3]);
      expect(await seqs({ after: 7, limit: 100 })).toEqual([8, 9, 10]);
      expect(await seqs({ after: 10, limit: 100 })).toEqual([]);
      expect(await seqs({ before: Infinity, limit: 4 })).toEqual([7, 8, 9, 10]);
      expect(await seqs({ before: 5, limit: 2 })).toEqual([3, 4]);
      expect(await seqs({ before: 1, limit: 5 })).toEqual([]);
      expect(await broker.read(room, { after: 11, limit: 1 })).toEqual({ refusal: 'gone' });
    });

    test('keeps the newest entries only, and says that older ones are gone', async () => {
      const { broker } = await listener('one');
      const count = setup.entriesPerRoom + 5;
      await Promise.all(Array.from({ length: count }, (_, index) => say(broker, `t${index}`)));
      const page = accepted<Page>(await broker.read(room, { before: Infinity, limit: 1 }));
      expect(page.seq).toBe(count);
      expect(page.first).toBe(count - setup.entriesPerRoom + 1);
      expect(await broker.read(room, { after: page.first - 2, limit: 1 })).toEqual({ refusal: 'gone' });
      const oldest = accepted<Page>(await broker.read(room, { after: page.first - 1, limit: 1 }));
      expect(oldest.entries.map(({ seq }) => seq)).toEqual([page.first]);
    });

    test('ends a page at 256 KiB, with at least one entry', async () => {
      const { broker } = await listener('one');
      for (let index = 0; index < 12; index++) await say(broker, String(index).padEnd(4000, '.'));
      let after = 0;
      const found: string[] = [];
      for (let pages = 0; pages < 12 && found.length < 12; pages++) {
        const page = accepted<Page>(await broker.read(room, { after, limit: 100 }));
        expect(page.entries.length).toBeGreaterThan(0);
        found.push(...page.entries.map(({ payload }) => payload.slice(0, 2)));
        after = page.entries.at(-1)?.seq ?? after;
      }
      expect(found).toEqual(Array.from({ length: 12 }, (_, index) => String(index).padEnd(2, '.')));
    });

    test('carries any text unchanged', async () => {
      const { broker, heard } = await listener('one');
      const texts = ['', '\0', '\r\n$5\r\n*3', '{"a":"\\u2028"}', 'Grüße 日本 𝒳', '-1', '1-0', '\u{10ffff}'];
      for (const text of texts) await say(broker, text, { id: `id-${texts.indexOf(text)}` });
      await vi.waitFor(() => expect(heard.payloadsOf(room)).toEqual(texts), 5000);
      const page = accepted<Page>(await broker.read(room, { after: 0, limit: 100 }));
      expect(page.entries).toEqual(heard.entries.map(({ entry }) => entry));
    });

    test('takes a message back: its words go, its place stays, and an entry says so', async () => {
      const one = await listener('one');
      const two = await listener('two');
      for (const text of ['a', 'secret', 'c']) await say(one.broker, text);
      const redaction = { kind: 'redaction', sender: BOB.user, target: 2 } as const;
      expect(accepted<Published>(await two.broker.publish(room, redaction))).toMatchObject({ seq: 4 });
      await vi.waitFor(
        () => expect(one.heard.entries.at(-1)?.entry).toMatchObject({ kind: 'redaction', payload: '2' }),
        5000,
      );
      const page = accepted<Page>(await one.broker.read(room, { after: 0, limit: 10 }));
      expect(page.entries.map(({ kind, payload }) => [kind, payload])).toEqual([
        ['message', 'a'],
        ['redacted', ''],
        ['message', 'c'],
        ['redaction', '2'],
      ]);
      expect(page.entries[1]).toMatchObject({ seq: 2, sender: ANN.user });
      for (const target of [2, 4, 9, 0]) {
        expect(await one.broker.publish(room, { ...redaction, target })).toEqual({ refusal: 'gone' });
      }
      const ends = accepted<Page>(await one.broker.read(room, { after: 0, limit: 1 }));
      expect([ends.first, ends.seq]).toEqual([1, 4]);
    });

    test('finds the oldest entry taken back still in its place', async () => {
      const { broker } = await listener('one');
      for (const text of ['a', 'b', 'c']) await say(broker, text);
      await broker.publish(room, { kind: 'redaction', sender: ANN.user, target: 1 });
      await broker.publish(room, { kind: 'redaction', sender: ANN.user, target: 3 });
      const page = accepted<Page>(await broker.read(room, { after: 0, limit: 10 }));
      expect(page.first).toBe(1);
      expect(page.entries.map(({ seq, kind }) => `${seq} ${kind}`)).toEqual([
        '1 redacted',
        '2 message',
        '3 redacted',
        '4 redaction',
        '5 redaction',
      ]);
      const last = accepted<Page>(await broker.read(room, { before: 4, limit: 1 }));
      expect(last.entries.map(({ kind }) => kind)).toEqual(['redacted']);
    });

    test('changes the rules for who knows them, and refuses who judged by old ones', async () => {
      const one = await listener('one');
      const two = await listener('two');
      const change = {
        kind: 'rules',
        sender: ANN.user,
        payload: 'slower',
        rules: 'new rules',
        rulesVersion: 1,
      } as const;
      expect(accepted<Published>(await one.broker.publish(room, change))).toMatchObject({ seq: 1 });
      expect(await two.broker.publish(room, { ...change, rules: 'lost' })).toEqual({ refusal: 'stale-rules' });
      expect(await two.broker.rules(room)).toEqual({ rules: 'new rules', rulesVersion: 2 });
      const words = { kind: 'message', sender: BOB.user, payload: 'hi' } as const;
      expect(await two.broker.publish(room, { ...words, rulesVersion: 1 })).toEqual({ refusal: 'stale-rules' });
      expect(accepted<Published>(await two.broker.publish(room, { ...words, rulesVersion: 2 })).seq).toBe(2);
      await vi.waitFor(
        () => expect(two.heard.entries[0]?.entry).toMatchObject({ kind: 'rules', payload: 'slower' }),
        5000,
      );
      const { heads } = accepted<{ heads: ReadonlyMap<string, { rulesVersion: number }>; refusal?: undefined }>(
        await two.broker.survey([room]),
      );
      expect(heads.get(room)).toMatchObject({ seq: 2, rulesVersion: 2 });
    });

    test('keeps the pace of one sender across nodes, and of that one only', async () => {
      const one = await listener('one');
      const two = await listener('two');
      const words = { kind: 'message', sender: ANN.user, payload: 'hi', paceMs: 60_000 } as const;
      await one.broker.publish(room, words);
      const refused = await two.broker.publish(room, words);
      expect(refused).toMatchObject({ refusal: 'too-soon' });
      const { retryAfterMs = 0 } = refused as Refused;
      expect(retryAfterMs).toBeGreaterThan(0);
      expect(retryAfterMs).toBeLessThanOrEqual(60_000);
      expect(await two.broker.publish(room, { ...words, sender: BOB.user })).toMatchObject({ seq: 2 });
    });

    test('refuses what no log can hold', async () => {
      const { broker } = await listener('one');
      const payload = 'x'.repeat(2 * 1024 * 1024);
      expect(await broker.publish(room, { kind: 'message', sender: ANN.user, payload })).toEqual({
        refusal: 'too-large',
      });
      expect(await say(broker, 'small')).toMatchObject({ seq: 1 });
    });

    test('changes the epoch when a publisher has seen what the log lacks, and says so before the entry', async () => {
      const one = await listener('one');
      const two = await listener('two');
      for (const text of ['a', 'b', 'c']) await say(one.broker, text);
      await vi.waitFor(() => expect(two.heard.entries.length).toBe(3), 5000);
      await house.loseEnd(room, 1);
      const { epoch } = one.subscription.head;
      const published = await say(one.broker, 'd', { seen: { epoch, seq: 3 } });
      expect(published.epoch).not.toBe(epoch);
      expect(published.seq).toBe(2);
      await vi.waitFor(() => expect(two.heard.entries.length).toBe(4), 5000);
      expect(two.heard.renewals.map(({ head }) => head.epoch)).toEqual([published.epoch]);
      expect(two.heard.entries.at(-1)).toMatchObject({ epoch: published.epoch, entry: { seq: 2, payload: 'd' } });
    });

    test('keeps the epoch for a publisher that has seen less, or another epoch', async () => {
      const { broker, subscription } = await listener('one');
      const { epoch } = subscription.head;
      await say(broker, 'a', { seen: { epoch, seq: 0 } });
      await say(broker, 'b', { seen: { epoch, seq: 1 } });
      expect(await say(broker, 'c', { seen: { epoch: 'f'.repeat(16), seq: 99 } })).toMatchObject({ epoch, seq: 3 });
    });

    test('renews an epoch once, however many ask, and keeps what is there', async () => {
      const one = await listener('one');
      const two = await listener('two');
      await say(one.broker, 'a');
      const seen = { epoch: one.subscription.head.epoch, seq: 5 };
      const first = accepted<{ head: { epoch: string } }>(await one.broker.renew(room, seen));
      const second = accepted<{ head: { epoch: string } }>(await two.broker.renew(room, seen));
      expect(first.head.epoch).not.toBe(seen.epoch);
      expect(second.head).toMatchObject({ epoch: first.head.epoch, seq: 1 });
      const page = accepted<Page>(await two.broker.read(room, { after: 0, limit: 10 }));
      expect(page).toMatchObject({ epoch: first.head.epoch, seq: 1, entries: [{ seq: 1, payload: 'a' }] });
      await vi.waitFor(() => expect(two.heard.renewals).toHaveLength(1), 5000);
    });

    test('tells who comes and goes, by node, with a version that grows by one', async () => {
      const one = await listener('one');
      const two = await listener('two');
      one.broker.attend(room, { joined: [ANN, BOB], left: [] });
      await vi.waitFor(() => expect(two.heard.presences).toHaveLength(1), 5000);
      one.broker.attend(room, { joined: [], left: [BOB.user] });
      await vi.waitFor(() => expect(two.heard.presences).toHaveLength(2), 5000);
      expect(two.heard.presences.map((heard) => [heard.room, heard.node, heard.version])).toEqual([
        [room, one.broker.node, 1],
        [room, one.broker.node, 2],
      ]);
      expect(two.heard.presences.map(({ change }) => change)).toEqual([
        { joined: [ANN, BOB], left: [] },
        { joined: [], left: [BOB.user] },
      ]);
      expect(await two.broker.attendance(room)).toEqual({
        presence: [{ node: one.broker.node, attendees: [ANN] }],
        presenceVersion: 2,
      });
      const late = await listener('three');
      expect(late.subscription.presence).toEqual([{ node: one.broker.node, attendees: [ANN] }]);
      expect(late.subscription.head.presenceVersion).toBe(2);
    });

    test('takes the presence of a node back when it stops listening', async () => {
      const one = await listener('one');
      const two = await listener('two');
      one.broker.attend(room, { joined: [ANN], left: [] });
      await vi.waitFor(() => expect(two.heard.presences).toHaveLength(1), 5000);
      one.broker.unsubscribe(room);
      await vi.waitFor(
        () => expect(two.heard.presences.at(-1)?.change).toEqual({ joined: [], left: [ANN.user] }),
        5000,
      );
      expect(await two.broker.attendance(room)).toMatchObject({ presence: [] });
    });

    test('leaves no ghosts of a node that was killed', async () => {
      const one = await listener('one');
      const two = await listener('two');
      one.broker.attend(room, { joined: [ANN], left: [] });
      two.broker.attend(room, { joined: [BOB], left: [] });
      await vi.waitFor(() => expect(two.heard.presences).toHaveLength(2), 5000);
      await house.kill(one.broker.node);
      await house.pass(setup.nodeTtlMs / 2);
      expect(accepted<{ nodes: unknown }>(await two.broker.survey([room])).nodes).toContain(two.broker.node);
      await house.pass(setup.nodeTtlMs / 2 + 500);
      const survey = accepted<{ nodes: unknown; refusal?: undefined }>(await two.broker.survey([room]));
      expect(survey.nodes).toEqual(new Set([two.broker.node]));
      expect(await two.broker.attendance(room)).toMatchObject({
        presence: [{ node: two.broker.node, attendees: [BOB] }],
      });
    }, 60_000);

    test('whispers to all who listen, and keeps nothing of it', async () => {
      const one = await listener('one');
      const two = await listener('two');
      one.broker.whisper(room, ANN.user, 'typing');
      for (const { heard } of [one, two]) {
        await vi.waitFor(() => expect(heard.whispers).toEqual([[room, ANN.user, 'typing']]), 5000);
      }
      expect(accepted<Page>(await two.broker.read(room, { after: 0, limit: 10 }))).toMatchObject({
        seq: 0,
        entries: [],
      });
    });

    test('lists rooms with somebody in them by name, page by page, but none that is not to be listed', async () => {
      const { broker } = await node('one');
      const names = ['b', 'a', 'c', 'secret', 'empty'].map((label) => `${room}-${label}`);
      for (const each of names) {
        await broker.subscribe(each, { rules: '', listed: !each.endsWith('secret') });
        if (!each.endsWith('empty')) broker.attend(each, { joined: [ANN], left: [] });
      }
      await vi.waitFor(async () => {
        const all = accepted<{ rooms: readonly unknown[]; next: string | undefined }>(await broker.list(room, 3));
        expect(all.rooms).toEqual(['a', 'b', 'c'].map((label) => ({ room: `${room}-${label}`, users: 1 })));
      }, 5000);
      const first = accepted<{ next: string | undefined }>(await broker.list(room, 2));
      expect(first.next).toBe(`${room}-b`);
      const rest = accepted<{ rooms: readonly { room: string }[] }>(await broker.list(first.next ?? '', 1));
      expect(rest.rooms.map((listed) => listed.room)).toEqual([`${room}-c`]);
      const hide = { kind: 'rules', sender: ANN.user, payload: '', rules: '', rulesVersion: 1, listed: false } as const;
      await broker.publish(`${room}-a`, hide);
      const later = accepted<{ rooms: readonly { room: string }[] }>(await broker.list(room, 1));
      expect(later.rooms.map((listed) => listed.room)).toEqual([`${room}-b`]);
    });

    test('founds a mailbox by the first letter, for whoever comes later', async () => {
      const one = await node('one');
      const mailbox = `@${room}`;
      const letter = { kind: 'message', sender: ANN.user, payload: 'for later', id: 'l1' } as const;
      const sent = accepted<Published>(await one.broker.publish(mailbox, letter));
      expect(sent).toMatchObject({ seq: 1, duplicate: false });
      expect(await one.broker.publish(mailbox, letter)).toEqual({ ...sent, duplicate: true });
      const two = await node('two');
      const subscription = accepted<Subscription>(await two.broker.subscribe(mailbox));
      expect(subscription).toMatchObject({ founded: false, head: { seq: 1, epoch: sent.epoch } });
      const page = accepted<Page>(await two.broker.read(mailbox, { after: 0, limit: 10 }));
      expect(page.entries.map(({ payload }) => payload)).toEqual(['for later']);
      await one.broker.publish(mailbox, { ...letter, payload: 'at once', id: 'l2' });
      await vi.waitFor(() => expect(two.heard.payloadsOf(mailbox)).toEqual(['at once']), 5000);
    });

    test('writes records on a condition, and lets one of many win', async () => {
      const one = await node('one');
      const two = await node('two');
      const key = `name:${room}`;
      expect(await one.broker.getRecord(key)).toEqual({ done: false, former: undefined });
      const claims = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          (index % 2 ? one : two).broker.putRecord(key, `v${index}`, 60_000, 'absent'),
        ),
      );
      expect(claims.filter((claim) => claim.refusal === undefined && claim.done)).toHaveLength(1);
      const held = accepted<{ former: string | undefined }>(await one.broker.getRecord(key)).former ?? '';
      expect(await two.broker.putRecord(key, 'mine', 60_000, { equals: 'other' })).toEqual({
        done: false,
        former: held,
      });
      expect(await two.broker.putRecord(key, 'mine', 60_000, { equals: held })).toEqual({ done: true, former: held });
      expect(await one.broker.putRecord(key, 'any', 60_000, 'any')).toEqual({ done: true, former: 'mine' });
      expect(await one.broker.deleteRecord(key, { equals: 'mine' })).toEqual({ done: false, former: 'any' });
      const taken = await Promise.all([one.broker.deleteRecord(key, 'any'), two.broker.deleteRecord(key, 'any')]);
      expect(taken.filter((each) => each.refusal === undefined && each.done)).toHaveLength(1);
      expect(await two.broker.getRecord(key)).toEqual({ done: false, former: undefined });
    });

    test('ends records in time, and a refused write prolongs nothing', async () => {
      const { broker } = await node('one');
      await broker.putRecord(`t:${room}`, 'v', 400, 'absent');
      expect(await broker.putRecord(`t:${room}`, 'w', 60_000, 'absent')).toMatchObject({ done: false });
      await house.pass(600);
      expect(await broker.getRecord(`t:${room}`)).toEqual({ done: false, former: undefined });
    });

    test('carries a word to the node that it is for, and to no other', async () => {
      const one = await node('one');
      const two = await node('two');
      const three = await node('three');
      one.broker.signal('n-nobody', 'lost');
      one.broker.signal(two.broker.node, 'hello');
      one.broker.signal(three.broker.node, 'goodbye');
      await vi.waitFor(() => expect([two.heard.signals, three.heard.signals]).toEqual([['hello'], ['goodbye']]), 5000);
      expect(one.heard.signals).toEqual([]);
    });

    test('tells a node of its own rooms only, whatever happens in others', async () => {
      const one = await listener('one');
      const two = await node('two');
      const other = `${room}-other`;
      await two.broker.subscribe(other, FOUNDING);
      for (let index = 0; index < 20; index++) {
        await say(one.broker, `here ${index}`);
        await two.broker.publish(other, { kind: 'message', sender: BOB.user, payload: `there ${index}` });
      }
      two.broker.whisper(other, BOB.user, 'typing');
      two.broker.attend(other, { joined: [BOB], left: [] });
      await vi.waitFor(() => expect(two.heard.presences).toHaveLength(1), 5000);
      await vi.waitFor(() => expect(one.heard.entries).toHaveLength(20), 5000);
      expect(new Set(one.heard.entries.map((heard) => heard.room))).toEqual(new Set([room]));
      expect([one.heard.whispers, one.heard.presences]).toEqual([[], []]);
      expect(new Set(two.heard.entries.map((heard) => heard.room))).toEqual(new Set([other]));
    });

    test('has closed when it says so: nothing is heard any more, and every call is refused', async () => {
      const one = await listener('one');
      const two = await listener('two');
      two.broker.attend(room, { joined: [BOB], left: [] });
      await vi.waitFor(() => expect(one.heard.presences).toHaveLength(1), 5000);
      await two.broker.close();
      await vi.waitFor(() => expect(one.heard.presences.at(-1)?.change.left).toEqual([BOB.user]), 5000);
      await say(one.broker, 'after');
      await vi.waitFor(() => expect(one.heard.payloadsOf(room)).toEqual(['after']), 5000);
      expect(two.heard.payloadsOf(room)).toEqual([]);
      expect(await two.broker.publish(room, { kind: 'message', sender: BOB.user, payload: 'x' })).toEqual({
        refusal: 'unavailable',
      });
    });
  });
}

/** What was given, unless it was a refusal. */
export function accepted<T extends { readonly refusal?: undefined } | object>(given: T | Refused): T {
  if ('refusal' in given && given.refusal !== undefined) throw new Error(`refused: ${String(given.refusal)}`);
  return given as T;
}

/** The payloads of some entries. */
export function payloads(entries: readonly Entry[]): string[] {
  return entries.map(({ payload }) => payload);
}
