import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CHAT_ERRORS, Refusal } from '../../src/chat/errors.ts';
import { CHAT_LIMITS } from '../../src/chat/limits.ts';
import { errorMessage, parseClientMessage } from '../../src/chat/wire.ts';

const codeOf = (text: string) => {
  const outcome = parseClientMessage(text);
  return outcome instanceof Refusal ? outcome.code : outcome;
};
const nested = (levels: number) => `{"type":"leave","x":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;

describe('a message from a client', () => {
  test.each([
    ['{"type":"join","username":"ann"}', { type: 'join', username: 'ann' }],
    ['{"type":"join"}', { type: 'join' }],
    ['{"type":"join","username":"ann","room":"a"}', { type: 'join', username: 'ann', room: 'a' }],
    ['{"type":"leave"}', { type: 'leave' }],
    [' {"room":"a", "type":"leave"} ', { type: 'leave', room: 'a' }],
    ['{"type":"message","message":" hi "}', { type: 'message', message: ' hi ' }],
    ['{"type":"message","message":"hi","room":""}', { type: 'message', message: 'hi', room: '' }],
  ])('%s is understood', (text, message) => expect(codeOf(text)).toEqual(message));

  test('loses what its type does not know, the username of a text among it', () => {
    expect(
      codeOf('{"type":"message","message":"hi","username":"eve","timestamp":"1999","id":7,"x":{"y":[1]}}'),
    ).toEqual({
      type: 'message',
      message: 'hi',
    });
  });

  test.each([
    ['', 'bad-json'],
    ['hi', 'bad-json'],
    ['{"type":"join"', 'bad-json'],
    ["{'type':'join'}", 'bad-json'],
    ['{"type":"message","message":NaN}', 'bad-json'],
    ['\u0000', 'bad-json'],
    ['null', 'not-an-object'],
    ['[]', 'not-an-object'],
    ['"join"', 'not-an-object'],
    ['42', 'not-an-object'],
    ['true', 'not-an-object'],
    ['{}', 'unknown-type'],
    ['{"type":""}', 'unknown-type'],
    ['{"type":"JOIN"}', 'unknown-type'],
    ['{"type":"error"}', 'unknown-type'],
    ['{"type":"toString"}', 'unknown-type'],
    ['{"type":"hasOwnProperty"}', 'unknown-type'],
    ['{"type":"__proto__"}', 'unknown-type'],
    ['{"refused":"bad-json","code":"bad-json"}', 'unknown-type'],
    ['{"type":7}', 'field-invalid'],
    ['{"type":["join"]}', 'field-invalid'],
    ['{"type":"join","username":7}', 'field-invalid'],
    ['{"type":"join","username":null}', 'field-invalid'],
    ['{"type":"join","username":{"toString":"x"}}', 'field-invalid'],
    ['{"type":"join","username":"ann","room":["a"]}', 'field-invalid'],
    ['{"type":"message","message":{}}', 'field-invalid'],
    ['{"type":"message","message":"hi","username":7}', 'field-invalid'],
    ['{"type":"message","message":"hi","timestamp":7}', 'field-invalid'],
    ['{"type":"message"}', 'field-missing'],
    ['{"type":"message","username":"ann"}', 'field-missing'],
    ['{"type":"message","message":""}', 'empty-text'],
    ['{"type":"message","message":" \\n\\t "}', 'empty-text'],
    ['{"type":"message","message":"\\ud800"}', 'malformed-text'],
    ['{"type":"join","username":"a\\udc00b"}', 'malformed-text'],
    ['{"type":"leave","x":[["\\udfff"]]}', 'malformed-text'],
    ['{"type":"leave","\\ud800":1}', 'malformed-text'],
  ])('%j is refused as %s', (text, code) => expect(codeOf(text)).toBe(code));

  test('holds a whole surrogate pair', () => {
    expect(codeOf('{"type":"message","message":"\\ud83d\\ude00"}')).toEqual({ type: 'message', message: '😀' });
  });

  test('carries a text of 4,096 bytes of UTF-8, and none of 4,097', () => {
    const text = (message: string) => codeOf(JSON.stringify({ type: 'message', message }));
    for (const fits of ['x'.repeat(4096), 'é'.repeat(2048), '😀'.repeat(1024)]) {
      expect(text(fits)).toEqual({ type: 'message', message: fits });
      expect(text(`${fits}x`)).toBe('text-too-long');
    }
    expect(text('x'.repeat(4095))).toEqual({ type: 'message', message: 'x'.repeat(4095) });
  });

  test('nests four levels and no more', () => {
    expect(codeOf(nested(CHAT_LIMITS.jsonDepth))).toEqual({ type: 'leave' });
    expect(codeOf(nested(CHAT_LIMITS.jsonDepth + 1))).toBe('too-deep');
    expect(codeOf(`{"type":"leave","x":${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}}`)).toBe('too-deep');
    expect(codeOf(`${'['.repeat(8000)}${']'.repeat(8000)}`)).toBe('not-an-object');
    expect(codeOf(`{"type":"leave","x":${'['.repeat(8000)}`)).toBe('bad-json');
  });

  test.each([
    '{"__proto__":{"type":"leave"}}',
    '{"type":"leave","__proto__":{"polluted":true}}',
    '{"type":"leave","__proto__":null}',
    '{"type":"leave","\\u005f_proto__":{"polluted":true}}',
    '{"type":"leave","constructor":{"prototype":{"polluted":true}}}',
    '{"type":"leave","prototype":{"polluted":true}}',
    '{"type":"leave","x":{"__proto__":{"polluted":true}}}',
    '{"type":"leave","x":[{"constructor":1}]}',
    '{"type":"leave","__proto__":1,"__proto__":2}',
  ])('that reaches for a prototype is refused: %s', (text) => {
    expect(codeOf(text)).toBe('forbidden-key');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('takes no field from a prototype, even one that was polluted elsewhere', () => {
    const victim = Object.prototype as Record<string, unknown>;
    try {
      victim.message = 'planted';
      expect(codeOf('{"type":"message"}')).toBe('field-missing');
    } finally {
      delete victim.message;
    }
  });
});

describe('any text at all', () => {
  const isAnswered = (text: string) => {
    const outcome = parseClientMessage(text);
    if (outcome instanceof Refusal) expect(Object.hasOwn(CHAT_ERRORS, outcome.code)).toBe(true);
    else expect(['join', 'leave', 'message']).toContain(outcome.type);
  };

  test('gives a message or a typed refusal, and never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), isAnswered), { numRuns: 2000 });
    fc.assert(fc.property(fc.json({ maxDepth: 6 }), isAnswered), { numRuns: 2000 });
  });

  test('that is nearly a message does the same', () => {
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 5 }), fc.constant(undefined));
    const field = fc.constantFrom('type', 'username', 'message', 'room', 'timestamp', 'id', '__proto__', 'constructor');
    const near = fc.record(
      {
        type: fc.oneof(fc.constantFrom('join', 'leave', 'message'), value),
        message: value,
        room: value,
        username: value,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(near, fc.array(fc.tuple(field, value), { maxLength: 3 }), (message, extra) => {
        const entries = [...Object.entries(message), ...extra].filter(([, inner]) => inner !== undefined);
        isAnswered(`{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${JSON.stringify(inner)}`).join(',')}}`);
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('an error answer', () => {
  test('has a code, a sentence that says what to do, and the time to wait only where there is one', () => {
    expect(errorMessage(new Refusal('bad-json'))).toEqual({
      type: 'error',
      code: 'bad-json',
      message: CHAT_ERRORS['bad-json'],
    });
    expect(errorMessage(new Refusal('rate-limited', 250))).toMatchObject({ code: 'rate-limited', retryAfterMs: 250 });
  });

  test.each(Object.entries(CHAT_ERRORS))('%s says what to do in whole sentences', (_code, sentence) => {
    expect(sentence).toMatch(/^[A-Z].*[.}]$/);
    expect(sentence.length).toBeGreaterThan(30);
  });
});
