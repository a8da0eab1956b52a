import { describe, expect, test } from 'vitest';
import { CHAT_ERRORS, Refusal } from '../../../src/chat/errors.ts';
import { CHAT_LIMITS } from '../../../src/chat/limits.ts';
import { CLIENT_MESSAGES } from '../../../src/chat/v1/client-messages.ts';
import { readClientMessage, readServerMessage } from '../../../src/chat/v1/read-message.ts';
import { SEED } from '../../support/wire.ts';
import { randomMessages } from './random-messages.ts';

const outcome = (text: string) => {
  const { message } = readClientMessage(text);
  return message instanceof Refusal ? message.code : { ...message };
};
const place = { room: 'a', epoch: 'e1', seq: 4 };

describe('a message of a client', () => {
  test.each([
    ['{"type":"hello"}', { type: 'hello' }],
    [
      JSON.stringify({ type: 'hello', session: 's', rooms: [place], inbox: { epoch: 'e', seq: 0, more: 1 }, x: 1 }),
      { type: 'hello', session: 's', rooms: [place], inbox: { epoch: 'e', seq: 0 } },
    ],
    ['{"type":"message","message":" hi ","id":"m-1.a_Z"}', { type: 'message', message: ' hi ', id: 'm-1.a_Z' }],
    ['{"type":"typing","on":false}', { type: 'typing', on: false }],
    ['{"type":"join","history":0,"private":true}', { type: 'join', history: 0, private: true }],
    ['{"type":"slow","everyMs":3600000}', { type: 'slow', everyMs: 3_600_000 }],
    ['{"type":"ping","room":"a"}', { type: 'ping' }],
  ])('%s is understood', (text, message) => expect(outcome(text)).toEqual(message));

  test.each([
    ['', 'bad-json'],
    ['[]', 'not-an-object'],
    ['{}', 'unknown-type'],
    ['{"type":"shout"}', 'unknown-type'],
    ['{"type":"welcome"}', 'unknown-type'],
    ['{"type":"toString"}', 'unknown-type'],
    ['{"type":7}', 'field-invalid'],
    ['{"type":"message"}', 'field-missing'],
    ['{"type":"message","message":""}', 'empty-text'],
    ['{"type":"message","message":7}', 'field-invalid'],
    [`{"type":"message","message":"${'x'.repeat(4097)}"}`, 'text-too-long'],
    ['{"type":"message","message":"hi","id":""}', 'id-invalid'],
    ['{"type":"message","message":"hi","id":"a b"}', 'id-invalid'],
    [`{"type":"message","message":"hi","id":"${'x'.repeat(65)}"}`, 'id-invalid'],
    ['{"type":"message","message":"hi","id":7}', 'field-invalid'],
    ['{"type":"message","message":"hi","room":"A"}', 'room-invalid'],
    [`{"type":"message","message":"hi","room":"${'x'.repeat(2 ** 20)}"}`, 'room-invalid'],
    ['{"type":"join","history":101}', 'field-invalid'],
    ['{"type":"join","history":-1}', 'field-invalid'],
    ['{"type":"join","history":1.5}', 'field-invalid'],
    ['{"type":"join","private":"yes"}', 'field-invalid'],
    ['{"type":"join","seq":9007199254740992,"epoch":"e"}', 'field-invalid'],
    ['{"type":"history","limit":0}', 'field-invalid'],
    ['{"type":"slow","everyMs":3600001}', 'field-invalid'],
    ['{"type":"ban","username":"bob","forMs":999}', 'field-invalid'],
    [`{"type":"ban","username":"bob","reason":"${'é'.repeat(129)}"}`, 'field-invalid'],
    ['{"type":"renew","token":7}', 'field-invalid'],
    [`{"type":"renew","token":"${'x'.repeat(8193)}"}`, 'token-invalid'],
    ['{"type":"hello","rooms":{}}', 'field-invalid'],
    ['{"type":"hello","rooms":[[]]}', 'field-invalid'],
    ['{"type":"hello","rooms":[{"room":"a","epoch":"e"}]}', 'field-missing'],
    [JSON.stringify({ type: 'hello', rooms: Array(21).fill(place) }), 'field-invalid'],
    ['{"type":"hello","inbox":{"epoch":"e","seq":"1"}}', 'field-invalid'],
    ['{"type":"hello","inbox":{"epoch":"e","seq":1,"__proto__":{}}}', 'forbidden-key'],
    ['{"type":"leave","constructor":1}', 'forbidden-key'],
    ['{"type":"leave","x":[[[[]]]]}', 'too-deep'],
    ['{"type":"direct","to":"\\ud800","message":"hi"}', 'malformed-text'],
  ])('%s is refused as %s', (text, code) => expect(outcome(text)).toBe(code));

  test('has its limits, of pages, reasons, tokens and slow mode, and not one more', () => {
    const { historyPage, reasonBytes, slowModeMs, tokenBytes } = CHAT_LIMITS;
    const at = (limit: number, message: (value: number) => object): unknown[] =>
      [limit - 1, limit, limit + 1].map((value) => outcome(JSON.stringify(message(value)))).map((got) => typeof got);
    const within = ['object', 'object', 'string'];
    expect(at(historyPage, (limit) => ({ type: 'history', limit }))).toEqual(within);
    expect(at(historyPage, (history) => ({ type: 'join', history }))).toEqual(within);
    const ban = { type: 'ban', username: 'bob' };
    expect(at(reasonBytes, (bytes) => ({ ...ban, reason: 'x'.repeat(bytes) }))).toEqual(within);
    expect(at(slowModeMs, (everyMs) => ({ type: 'slow', everyMs }))).toEqual(within);
    expect(at(tokenBytes, (bytes) => ({ type: 'renew', token: 'x'.repeat(bytes) }))).toEqual(within);
  });

  test('is refused under the id that it carries, and for the room that it names', () => {
    expect(readClientMessage('{"type":"message","id":"m1","room":"a"}')).toMatchObject({ id: 'm1', room: 'a' });
    expect(readClientMessage('{"type":"message","id":"m 1","room":"B"}')).toMatchObject({
      id: undefined,
      room: undefined,
    });
  });

  test('takes no field from a prototype, even one that was polluted elsewhere', () => {
    const victim = Object.prototype as Record<string, unknown>;
    try {
      victim.seq = 4;
      expect(outcome('{"type":"hello","inbox":{"epoch":"e"}}')).toBe('field-missing');
    } finally {
      delete victim.seq;
    }
  });
});

describe('a message of the server', () => {
  test('is read by the same table, and what a client does not know is left out', () => {
    const ack = { type: 'ack', id: 'm1', epoch: 'e', seq: 3, room: 'a' };
    expect({ ...readServerMessage(JSON.stringify({ ...ack, later: 1 })) }).toEqual(ack);
    for (const text of ['', '[]', '{}', '{"type":"shout"}', '{"type":"__proto__"}', '{"type":"ack"}']) {
      expect(readServerMessage(text)).toBeUndefined();
    }
  });
});

describe('whatever a client sends', () => {
  const messages = Number(process.env.WS101_CHAT_FUZZ ?? 100_000);

  test(`${messages} texts: none makes the reader throw, each is a message or a typed refusal`, () => {
    const text = randomMessages(SEED);
    const seen = new Set<string>();
    for (let count = 0; count < messages; count++) {
      const json = text();
      const { message } = readClientMessage(json);
      if (message instanceof Refusal) {
        if (!Object.hasOwn(CHAT_ERRORS, message.code)) throw new Error(`seed ${SEED}: ${json} gave ${message.code}`);
        seen.add(message.code);
      } else {
        if (!Object.hasOwn(CLIENT_MESSAGES, message.type)) throw new Error(`seed ${SEED}: ${json} passed`);
        seen.add(message.type);
      }
    }
    expect(Object.keys(Object.prototype)).toEqual([]);
    for (const type of Object.keys(CLIENT_MESSAGES)) expect(seen).toContain(type);
    for (const code of ['bad-json', 'forbidden-key', 'too-deep', 'malformed-text', 'field-missing', 'id-invalid']) {
      expect(seen).toContain(code);
    }
  }, 600_000);
});
