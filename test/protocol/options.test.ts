import { describe, expect, it } from 'vitest';
import { Opcode } from '../../src/codec/index.ts';
import { Protocol, type ProtocolOptions } from '../../src/protocol/index.ts';
import { frameFor, openEnd } from '../support/endpoint.ts';
import { webText } from '../support/text.ts';
import { concat, hex, ROLES, type Role, toHex, utf8 } from '../support/wire.ts';

const { TEXT, BINARY, CONTINUATION } = Opcode;

function received(role: Role, chunk: Uint8Array, options: Partial<ProtocolOptions>): Uint8Array[] {
  const data: Uint8Array[] = [];
  const handler = { message: (one: string | Uint8Array) => data.push(one as Uint8Array) < 0, pong() {}, ended() {} };
  new Protocol({ role, handler, text: webText, now: 0, nextMaskKey: () => 0, ...options }).receive(chunk, 0);
  return data;
}

describe('whose the bytes of a binary message are', () => {
  it.each([
    [{}, false],
    [{ borrow: false }, false],
    [{ borrow: true }, true],
  ])('those of the received chunk or a copy, as asked for: %j', (options, isView) => {
    const chunk = frameFor('client', BINARY, hex('010203'));
    const [message] = received('client', chunk, options);
    expect(message && toHex(message)).toBe('010203');
    expect(message?.buffer === chunk.buffer).toBe(isView);
  });

  it.each([
    [{}, false],
    [{ ownsInput: false }, false],
    [{ ownsInput: true }, true],
  ])('unmasked where they are or in a copy, as allowed: %j', (options, isChanged) => {
    const chunk = frameFor('server', BINARY, hex('010203'));
    const before = toHex(chunk);
    expect(received('server', chunk, options).map(toHex)).toEqual(['010203']);
    expect(toHex(chunk) !== before).toBe(isChanged);
  });
});

describe.each(ROLES)('messages taken in parts by a %s', (role) => {
  it('are checked for UTF-8 when they are text, to the last character, and not when they are binary', () => {
    const end = openEnd(role, { inParts: true });
    end.feed(frameFor(role, BINARY, hex('ff')));
    expect(end.events).toEqual([['part', BINARY, 'ff', true]]);
    end.feed(concat(frameFor(role, TEXT, hex('61'), { fin: false }), frameFor(role, CONTINUATION, hex('c3'))));
    expect(end.protocol.brokenRule?.code).toBe('text-not-utf8');
  });

  it('may have empty fragments, at which nothing stops', () => {
    const end = openEnd(role, { inParts: true });
    const chunk = concat(
      frameFor(role, TEXT, hex(''), { fin: false }),
      frameFor(role, CONTINUATION, hex(''), { fin: false }),
      frameFor(role, CONTINUATION, utf8('a')),
    );
    expect(end.protocol.receive(chunk, 0)).toBe(chunk.length);
    expect(end.events).toEqual([['part', TEXT, '61', true]]);
  });
});

describe('RFC 6455 §9, frames of an extension', () => {
  it.each(ROLES)('reach the one that claims their opcode, and do not stop a %s', (role) => {
    const seen: unknown[] = [];
    const own = { name: 'own', opcodes: [3, 11], frame: (...frame: [number, Uint8Array]) => void seen.push(frame) };
    const end = openEnd(role, { extensions: [{ name: 'without opcodes' }, own] });
    const chunk = concat(
      frameFor(role, 3, utf8('a')),
      frameFor(role, 11, utf8('b')),
      frameFor(role, BINARY, utf8('c')),
    );
    expect(end.protocol.receive(chunk, 0)).toBe(chunk.length);
    expect(seen).toEqual([
      [3, utf8('a')],
      [11, utf8('b')],
    ]);
    expect(end.events).toEqual([['binary', '63']]);
  });
});

describe('wrong calls', () => {
  it.each(ROLES)('of a %s are told what is wrong', (role) => {
    const { protocol } = openEnd(role);
    expect(() => protocol.send('x', 3)).toThrow(new RangeError('opcode: a message is text (1) or binary (2), not 3'));
    protocol.sendPart('x', false);
    expect(() => protocol.sendPart(hex('00'), true)).toThrow(
      new TypeError('the parts of a message are all text or all bytes; finish this message first'),
    );
  });
});
