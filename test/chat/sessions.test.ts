import { beforeEach, describe, expect, test } from 'vitest';
import { Tickets } from '../../src/chat/auth/tickets.ts';
import type { Identity } from '../../src/chat/identity.ts';
import { Names } from '../../src/chat/names.ts';
import {
  decodeSession,
  decodeTakeover,
  encodeTakeover,
  nodeOf,
  SESSION_TTL_MS,
} from '../../src/chat/session-record.ts';
import { Sessions } from '../../src/chat/sessions.ts';
import { foldCase } from '../../src/chat/username.ts';
import type { Broker, BrokerEvents } from '../../src/rooms/index.ts';
import { MemoryBroker } from '../../src/rooms/memory-broker.ts';

const DEAF: BrokerEvents = {
  entry() {},
  renewed() {},
  whisper() {},
  presence() {},
  signal() {},
  state() {},
};
const ann: Identity = { user: `u-${'a'.repeat(22)}`, name: undefined, admin: false, expiresAt: 1e13 };
const bob: Identity = { ...ann, user: `u-${'b'.repeat(22)}` };
const nameOf = (name: string) => ({ name, key: foldCase(name) });

let now = 0;
let memory: MemoryBroker;
let broker: Broker;
let sessions: Sessions;

beforeEach(() => {
  now = 1_000_000;
  memory = new MemoryBroker({ now: () => now, newEpoch: () => 'e' });
  broker = memory.connect('n-1', DEAF);
  sessions = new Sessions(broker);
});

const open = async (key?: string, identity?: Identity, holder = 'n-1/1') => {
  const opened = await sessions.open(key, identity, holder);
  if (!opened) throw new Error('the broker was not there');
  return opened;
};

describe('a session', () => {
  test('is opened under a secret of its own, which the broker never sees', async () => {
    const [one, other] = [await open(), await open()];
    expect(one.session.key).toMatch(/^[\w-]{43}$/);
    expect(one.session.key).not.toBe(other.session.key);
    expect(one.session.record.user).not.toBe(other.session.record.user);
    expect(one.formerHolder).toBeUndefined();
    expect((await broker.getRecord(`session:${one.session.key}`)) as object).toMatchObject({ done: false });
    expect((await broker.getRecord(`session:${one.session.hash}`)) as object).toMatchObject({ done: true });
  });

  test('is gone on with by its key, by another connection of the same user and name, which learns who held it', async () => {
    const first = await open();
    const named = await sessions.rename(first.session, 'ann');
    const second = await open(first.session.key, undefined, 'n-2/7');
    expect(second.formerHolder).toBe('n-1/1');
    expect(second.session).toMatchObject({ key: first.session.key, record: { user: named.record.user, name: 'ann' } });
    expect(await sessions.refresh(named)).toBe('taken');
    expect(await sessions.refresh(second.session)).toBe('kept');
  });

  test('that nobody knows is a new one', async () => {
    const opened = await open('nobody’s');
    expect(opened.formerHolder).toBeUndefined();
    expect(opened.session.key).not.toBe('nobody’s');
  });

  test('of somebody with a token goes on only with a token of the same user, and no token takes one of somebody without', async () => {
    const { session } = await open(undefined, ann);
    expect(session.record.user).toBe(ann.user);
    expect((await open(session.key)).formerHolder).toBeUndefined();
    expect((await open(session.key, bob)).formerHolder).toBeUndefined();
    expect((await open(session.key, ann)).formerHolder).toBe('n-1/1');
    const { session: anonymous } = await open();
    expect((await open(anonymous.key, bob)).formerHolder).toBeUndefined();
  });

  test('is forgotten ten minutes after it was last said to be in use', async () => {
    const { session } = await open();
    now += SESSION_TTL_MS - 1;
    expect(await sessions.refresh(session)).toBe('kept');
    now += SESSION_TTL_MS - 1;
    expect((await open(session.key)).formerHolder).toBe('n-1/1');
    now += SESSION_TTL_MS + 1;
    expect((await open(session.key)).formerHolder).toBeUndefined();
  });

  test('that a broker has forgotten is noted again while a connection holds it', async () => {
    const { session } = await open();
    await broker.deleteRecord(`session:${session.hash}`, 'any');
    expect(await sessions.refresh(session)).toBe('kept');
    expect((await open(session.key)).formerHolder).toBe('n-1/1');
  });

  test('that was ended for good is over, unless another connection has it', async () => {
    const { session } = await open();
    const taken = await open(session.key, undefined, 'n-1/2');
    await sessions.release(session);
    expect(await sessions.refresh(taken.session)).toBe('kept');
    await sessions.release(taken.session);
    expect((await open(session.key)).formerHolder).toBeUndefined();
  });

  test('is neither opened nor lost while the broker is away', async () => {
    const { session } = await open();
    memory.setState('degraded');
    expect(await sessions.open(undefined, undefined, 'n-1/2')).toBeUndefined();
    expect(await sessions.open(session.key, undefined, 'n-1/2')).toBeUndefined();
    expect(await sessions.refresh(session)).toBe('unavailable');
    memory.setState('up');
    expect((await open(session.key)).formerHolder).toBe('n-1/1');
  });

  test.each(['', '{', 'null', '[]', '{"user":7}', '{"user":"a-x","holder":"n/1","byToken":false}'])(
    'noted as %j by a stranger is none',
    (text) => expect(decodeSession(text)).toBeUndefined(),
  );
});

describe('a takeover', () => {
  test('is told from node to node, and nothing else is taken for one', () => {
    const takeover = { session: 'hash', holder: 'n-1/7' };
    expect(decodeTakeover(encodeTakeover(takeover))).toEqual(takeover);
    expect(nodeOf(takeover.holder)).toBe('n-1');
    for (const text of ['', 'null', '{"t":"other","s":"a","h":"b"}', '{"t":"takeover","s":7,"h":"b"}']) {
      expect(decodeTakeover(text)).toBeUndefined();
    }
    expect(nodeOf('nonsense')).toBe('');
  });
});

describe('a name', () => {
  test('belongs to one user, whatever its case, until it is set free or forgotten', async () => {
    const names = new Names(broker);
    expect(await names.claim(nameOf('Ann'), 'a-1', 1000)).toBeUndefined();
    expect(await names.claim(nameOf('ANN'), 'a-2', 1000)).toMatchObject({ code: 'name-taken' });
    expect(await names.claim(nameOf('ann'), 'a-1', 1000)).toBeUndefined();
    expect(await names.userOf(foldCase('aNN'))).toBe('a-1');
    await names.release(nameOf('ann'), 'a-2');
    expect(await names.userOf(foldCase('ann'))).toBe('a-1');
    await names.release(nameOf('ann'), 'a-1');
    expect(await names.userOf(foldCase('ann'))).toMatchObject({ code: 'no-such-user' });
    await names.claim(nameOf('ann'), 'a-2', 1000);
    now += 1001;
    expect(await names.claim(nameOf('ann'), 'a-3', 1000)).toBeUndefined();
    memory.setState('degraded');
    expect(await names.claim(nameOf('bob'), 'a-1', 1000)).toMatchObject({ code: 'unavailable' });
    expect(await names.userOf(foldCase('ann'))).toMatchObject({ code: 'unavailable' });
  });
});

describe('a ticket', () => {
  test('opens one connection, within half a minute, on any node', async () => {
    const elsewhere = new Tickets(memory.connect('n-2', DEAF));
    const tickets = new Tickets(broker);
    const ticket = (await tickets.issue({ ...ann, name: 'ann' })) ?? '';
    expect(await elsewhere.redeem(ticket)).toEqual({ ...ann, name: 'ann' });
    expect(await tickets.redeem(ticket)).toBeUndefined();
    expect(await tickets.redeem('')).toBeUndefined();
    const late = (await tickets.issue(ann)) ?? '';
    now += 30_001;
    expect(await tickets.redeem(late)).toBeUndefined();
    memory.setState('degraded');
    expect([await tickets.issue(ann), await tickets.redeem(late)]).toEqual([undefined, 'unavailable']);
  });
});
