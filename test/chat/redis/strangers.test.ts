import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAnnouncement, writeWhisper } from '../../../src/chat/redis/announcement.ts';
import type { Broker } from '../../../src/rooms/index.ts';
import { describeWithPeer } from '../../support/peers.ts';
import { redisPeer } from '../../support/redis.ts';
import { redisStage } from './stage.ts';

const ROOM = { rules: 'R', listed: true };
const EPOCH = '0123456789abcdef';
const bytes = (text: string) => new TextEncoder().encode(text);

describe('what is published in the channel of a room', () => {
  it('is read if it is an announcement', () => {
    expect(readAnnouncement(bytes(`e ${EPOCH} 7 m 1000 5 2\nu-annm1h\u00e4llo`))).toEqual({
      what: 'entry',
      epoch: EPOCH,
      entry: { seq: 7, kind: 'message', at: 1000, sender: 'u-ann', id: 'm1', payload: 'h\u00e4llo' },
    });
    expect(readAnnouncement(bytes(writeWhisper('\u00fc', 'psst')))).toEqual({
      what: 'whisper',
      sender: '\u00fc',
      payload: 'psst',
    });
    expect(readAnnouncement(bytes(`r ${EPOCH} 7 1 2\n`))).toMatchObject({ what: 'renewed', head: { seq: 7 } });
    expect(readAnnouncement(bytes('p 3 3\nn-1{"l":["u-ann"]}'))).toEqual({
      what: 'presence',
      node: 'n-1',
      presenceVersion: 3,
      change: { joined: [], left: ['u-ann'] },
    });
  });

  it.each([
    ['nothing', ''],
    ['a line without an end', 'e'],
    ['an unknown letter', 'z 1\n'],
    ['an epoch of another form', 'e 0123456789ABCDEF 7 m 1000 1 0\nahello'],
    ['an entry 0', `e ${EPOCH} 0 m 1000 1 0\nahello`],
    ['a number that is none', `e ${EPOCH} 1e3 m 1000 1 0\nahello`],
    ['a number beyond what is exact', `e ${EPOCH} 9007199254740993 m 1000 1 0\nahello`],
    ['an unknown kind', `e ${EPOCH} 7 q 1000 1 0\nahello`],
    ['a redaction of no number', `e ${EPOCH} 7 d 1000 1 0\naall`],
    ['lengths beyond the end', `e ${EPOCH} 7 m 1000 1 999\nahello`],
    ['too few words', `e ${EPOCH} 7 m 1000 1\nahello`],
    ['a sender that is too long', `e ${EPOCH} 7 m 1000 300 0\n${'a'.repeat(300)}hello`],
    ['a payload that is too long', `e ${EPOCH} 7 m 1000 1 0\na${'x'.repeat(262_145)}`],
    ['a whisper of nobody', 'w 0\nhello'],
    ['a node with a name of another form', 'p 3 3\nn 1{"l":[]}'],
    ['a change that is no JSON', 'p 3 3\nn-1{'],
    ['a change that is no object', 'p 3 3\nn-1null'],
  ])('is passed over if it is %s', (_what, text) => {
    expect(readAnnouncement(bytes(text))).toBeUndefined();
  });

  it('is never more than bytes: whatever they are, nothing is thrown', () => {
    const line = fc.constantFrom(`e ${EPOCH} 7 m 1000 5 2\n`, 'w 3\n', 'p 3 3\nn-1', `r ${EPOCH} 1 1 1\n`, '');
    fc.assert(
      fc.property(line, fc.uint8Array({ maxLength: 60 }), fc.nat(80), fc.nat(255), (start, rest, at, byte) => {
        const message = Uint8Array.from([...bytes(start), ...rest]);
        message[at % Math.max(1, message.length)] = byte;
        const said = readAnnouncement(message);
        if (said?.what === 'presence') expect(Array.isArray(said.change.joined)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});

/** Everything that can be asked of a room. */
async function askAll(broker: Broker): Promise<unknown[]> {
  return Promise.all([
    broker.read('tea', { after: 0, limit: 10 }),
    broker.read('tea', { before: Number.POSITIVE_INFINITY, limit: 10 }),
    broker.rules('tea'),
    broker.survey(['tea']),
    broker.attendance('tea'),
    broker.list('', 10),
    broker.findPublished('tea', 'u-ann', 'm1'),
    broker.publish('tea', { kind: 'redaction', sender: 'u-ann', target: 1 }),
    broker.publish('tea', { kind: 'message', sender: 'u-ann', id: 'm9', payload: 'hello', paceMs: 1 }),
    broker.subscribe('tea', ROOM),
  ]);
}

describeWithPeer(redisPeer(), 'what strangers write into Redis', () => {
  const stage = redisStage();
  const WRITES: readonly (readonly [command: string, values: readonly string[]])[] = [
    ['SET', ['x']],
    ['RPUSH', ['x']],
    ['HSET', ['e', 'x', '', '\u0000']],
    ['ZADD', ['1', 'x']],
  ];
  const KEYS = ['head', 'log', 'redacted', 'pace', 'nodes', 'ids:0', 'ids:1', 'at:n-ghost'];

  it.each(KEYS.flatMap((key) => WRITES.map(([command, values]) => [key, command, values] as const)))(
    'as the key %s by %s is refused or passed over, and nothing throws',
    async (key, command, values) => {
      const { broker } = await stage().node();
      await broker.subscribe('tea', ROOM);
      await broker.publish('tea', { kind: 'message', sender: 'u-ann', id: 'm1', payload: 'hello' });
      await stage().send('DEL', `ws101:{tea}:${key}`);
      await stage().send(command, `ws101:{tea}:${key}`, ...values);
      for (const answer of await askAll(broker)) expect(answer).toBeTypeOf('object');
      expect(broker.state).toBe('up');
    },
  );

  it('as an entry is shown as one that was taken back', async () => {
    const { broker } = await stage().node();
    await broker.subscribe('tea', ROOM);
    await stage().send('XADD', 'ws101:{tea}:log', '1-0', 'k', 'm', 'a', 'soon', 's', 'u-ann', 'i', '', 'p', 'hello');
    await stage().send('XADD', 'ws101:{tea}:log', '2-0', 'nonsense', 'x');
    await stage().send('XADD', 'ws101:{tea}:log', '3-0', 'k', 'm', 'a', '1', 's', 'x'.repeat(300), 'i', '', 'p', '');
    await stage().send('HSET', 'ws101:{tea}:head', 's', '4');
    const page = await broker.read('tea', { before: Number.POSITIVE_INFINITY, limit: 10 });
    expect(page.refusal).toBeUndefined();
    for (const entry of page.refusal === undefined ? page.entries : []) expect(entry.kind).toBe('redacted');
    const next = await broker.publish('tea', { kind: 'message', sender: 'u-ann', payload: 'hello' });
    expect(next).toMatchObject({ seq: 5 });
  });

  it('as the head of a room that makes no sense is a room that is not there, and can be founded', async () => {
    const { broker } = await stage().node();
    await broker.subscribe('tea', ROOM);
    await stage().send('HSET', 'ws101:{tea}:head', 's', '-1');
    expect(await broker.rules('tea')).toEqual({ refusal: 'no-room' });
    expect(await broker.subscribe('tea', ROOM)).toMatchObject({ founded: true, head: { seq: 0 } });
    expect(await broker.publish('tea', { kind: 'message', sender: 'u-ann', payload: 'hello' })).toMatchObject({
      seq: 1,
    });
  });

  it('as an announcement or a signal is passed over, and what comes after it is heard', async () => {
    const { broker, until, heard } = await stage().node();
    await broker.subscribe('tea', ROOM);
    await new Promise(setImmediate);
    for (const text of ['', 'e', 'e x\n', 'p 1 1\n', '{"seq":1}', 'x'.repeat(2_000_000)]) {
      await stage().send('PUBLISH', 'ws101:{tea}', text);
      await stage().send('PUBLISH', `ws101:node:${broker.node}`, text.repeat(text.length > 9 ? 1 : 0).slice(0, 20_000));
    }
    broker.whisper('tea', 'u-ann', 'still here');
    await until((all) => all.some(([event]) => event === 'whisper'));
    const told = heard.filter(([event, text]) => event !== 'state' && text !== '');
    expect(told).toEqual([['whisper', 'tea', 'u-ann', 'still here']]);
  });

  it('cannot be named by a room: other names are rooms that are not there', async () => {
    const { broker } = await stage().node();
    for (const room of ['', 'a b', 'a}x{', 'a\r\nDEL x', '*', '\u0000', 'x'.repeat(65), '@', 'x'.repeat(1_048_576)]) {
      expect(await broker.subscribe(room, ROOM)).toEqual({ refusal: 'no-room' });
      expect(await broker.publish(room, { kind: 'message', sender: 'a', payload: '' })).toEqual({ refusal: 'no-room' });
    }
    expect(await stage().send('KEYS', '*')).toEqual(['ws101:nodes']);
  });
});
