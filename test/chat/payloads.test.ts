import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeDirect,
  decodeMessage,
  decodeRulesNote,
  decodeTyping,
  encodeDirect,
  encodeMessage,
  encodeRulesNote,
  encodeTyping,
} from '../../src/chat/payloads.ts';
import { decodeSession, decodeTakeover } from '../../src/chat/session-record.ts';
import type { BrokerEvents } from '../../src/rooms/index.ts';
import { v1Stage } from './v1/v1-stage.ts';

const DEAF: BrokerEvents = {
  entry() {},
  renewed() {},
  whisper() {},
  presence() {},
  signal() {},
  state() {},
};

describe('what stands in a log', () => {
  test('reads back as it was written', () => {
    const said = { name: 'ann', text: '  hi \u0000' };
    expect(decodeMessage(encodeMessage(said))).toEqual(said);
    expect(decodeDirect(encodeDirect({ ...said, to: 'bob' }))).toEqual({ ...said, to: 'bob' });
    expect(decodeTyping(encodeTyping({ name: 'ann', on: false }))).toEqual({ name: 'ann', on: false });
    const note = { action: 'ban', by: 'ann', user: 'a-1', username: 'bob', forMs: 1000, reason: 'enough' } as const;
    expect(decodeRulesNote(encodeRulesNote(note))).toEqual({ ...note, everyMs: undefined, on: undefined });
  });

  test.each([
    '',
    'null',
    '[]',
    '{"n":7,"t":"hi"}',
    '{"n":"ann"}',
    '{"n":"","t":"hi"}',
    '{"n":"ann","t":" "}',
    `{"n":"ann","t":"${'x'.repeat(4097)}"}`,
    `{"n":"${'x'.repeat(65)}","t":"hi"}`,
    '{"__proto__":{"n":"ann","t":"hi"}}',
  ])('but %s is no message', (payload) => expect(decodeMessage(payload)).toBeUndefined());

  test('and whatever it is, nothing throws', () => {
    const readers = [decodeMessage, decodeDirect, decodeRulesNote, decodeTyping, decodeSession, decodeTakeover];
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (payload) => {
        for (const read of readers) read(payload);
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('what another node writes that is not as it should be', () => {
  test('is shown as taken back, is no notice, and puts nobody out', () => {
    const { clock, memory, member, plain } = v1Stage();
    const ann = member('ann', 'den');
    const bob = plain().say({ type: 'join', username: 'bob', room: 'den' });
    clock.advance(100);
    for (const client of [ann, bob]) client.take();
    const stranger = memory.connect('n-stranger', DEAF);
    const rules = stranger.rules('den') as { rules: string; rulesVersion: number };
    void stranger.publish('den', { kind: 'message', sender: 'a-x', payload: '{"n":["ann"],"t":"<b>"}' });
    void stranger.publish('den', { kind: 'message', sender: 'a-x', payload: 'x'.repeat(10_000) });
    void stranger.publish('den', { kind: 'rules', sender: 'a-x', payload: '{"a":"kick","n":7}', ...rules });
    stranger.whisper('den', 'a-x', '{"n":7}');
    stranger.signal('n-1', 'not a word of ours');
    stranger.signal('n-1', '{"t":"takeover","s":"x","h":"n-1/1"}');
    const poison = { type: 'message', user: 'a-x', username: '', redacted: true };
    expect(ann.take()).toMatchObject([poison, poison, poison]);
    expect(bob.take()).toEqual([]);
    expect(ann.closedWith).toBeUndefined();
    ann.say({ type: 'message', message: 'still here' });
    expect(bob.take()).toMatchObject([{ message: 'still here' }]);
  });
});

describe('a member that does not read, in a room that leaves out', () => {
  test('hears what it missed and may fetch it', () => {
    const { member } = v1Stage({ slowPolicyOf: () => 'drop-newest', rateLimit: { capacity: Infinity } });
    const [ann, slow] = [member('ann'), member('slow')];
    slow.take();
    slow.status = 'dropped';
    for (let text = 1; text <= 5; text++) ann.say({ type: 'message', message: `${text}` });
    slow.status = 'ok';
    slow.session.drained();
    ann.say({ type: 'message', message: '6' });
    const { from, to } = slow.last('missed');
    expect([slow.closedWith, slow.texts, from, to]).toEqual([undefined, ['6'], 1, 5]);
    slow.say({ type: 'history', before: to + 1, limit: to - from + 1 });
    expect(slow.last('history').messages.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  });
});
