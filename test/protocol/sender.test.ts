import { describe, expect, it } from 'vitest';
import { decodeHeader, Opcode } from '../../src/codec/index.ts';
import { PreparedMessage, Protocol, type SendStatus } from '../../src/protocol/index.ts';
import { openEnd, seen } from '../support/endpoint.ts';
import { webText } from '../support/text.ts';
import { concat, ROLES, toHex, utf8 } from '../support/wire.ts';

const { TEXT, BINARY, CONTINUATION, PING } = Opcode;

describe.each(ROLES)('RFC 6455 §5.6, §6.1, what a %s sends', (role) => {
  // @rfc 6455-5.2-1 6455-5.2-7 6455-5.2-8 6455-5.2-9 6455-6.1-1 6455-6.1-4 6455-6.1-5 6455-6.1-6
  it('is text for a string and binary for bytes', () => {
    const end = openEnd(role);
    end.protocol.send('Grüße 😀');
    end.protocol.send(Uint8Array.of(1, 2, 3));
    end.protocol.send('');
    end.protocol.send(new Uint8Array(0));
    expect(end.sent()).toEqual([seen(TEXT, toHex(utf8('Grüße 😀'))), seen(BINARY, '010203'), seen(TEXT), seen(BINARY)]);
  });

  it.each([125, 126, 65_535, 65_536, 16_384, 16_385])(
    'has the shortest header for %i bytes, text and binary',
    (length) => {
      const end = openEnd(role);
      end.protocol.send('x'.repeat(length));
      end.protocol.send(utf8('x'.repeat(length)));
      const payload = '78'.repeat(length);
      expect(end.sent()).toEqual([seen(TEXT, payload), seen(BINARY, payload)]);
    },
  );

  it('is text for bytes that are said to be', () => {
    const end = openEnd(role);
    end.protocol.send(utf8('ä'), TEXT);
    expect(end.sent()).toEqual([seen(TEXT, 'c3a4')]);
  });

  it('has U+FFFD for lone surrogates', () => {
    const end = openEnd(role);
    end.protocol.send('a\ud800b');
    end.protocol.send('\udc00');
    end.protocol.send(`${'x'.repeat(20_000)}\ud83d`);
    expect(end.sent()).toEqual([
      seen(TEXT, '61 efbfbd 62'),
      seen(TEXT, 'efbfbd'),
      seen(TEXT, `${'78'.repeat(20_000)}efbfbd`),
    ]);
  });

  it.each([
    ['short text', 'Hello'],
    ['long text', 'ü'.repeat(20_000)],
    ['bytes', Uint8Array.of(9, 8)],
    ['long bytes', new Uint8Array(20_000).fill(3)],
  ])('is the same for a prepared message: %s', (_, data) => {
    const end = openEnd(role);
    const prepared = new PreparedMessage(data, webText);
    end.protocol.send(data);
    const plain = end.sent();
    end.protocol.send(prepared);
    expect(end.sent()).toEqual(plain);
    end.protocol.send(prepared);
    expect(end.sent()).toEqual(plain);
  });

  it.each([100, 20_000])('leaves the caller’s bytes as they are, also in a Buffer: %i', (length) => {
    const end = openEnd(role);
    for (const bytes of [new Uint8Array(length).fill(7), Buffer.alloc(length, 7)]) {
      end.protocol.send(bytes);
      end.protocol.send(new PreparedMessage(bytes, webText));
      expect(end.sent().map(({ payload }) => payload)).toEqual(['07'.repeat(length), '07'.repeat(length)]);
      expect(bytes.every((byte) => byte === 7)).toBe(true);
    }
  });

  it('is copied up to 16 KiB, so that the caller may change its bytes at once', () => {
    const end = openEnd(role);
    const bytes = new Uint8Array(16 * 1024).fill(1);
    end.protocol.send(bytes);
    bytes.fill(2);
    expect(end.sent()).toEqual([seen(BINARY, '01'.repeat(16 * 1024))]);
  });

  it.each([
    5,
    null,
    undefined,
    {},
    10n,
    new Float32Array(2),
    new DataView(new ArrayBuffer(2)),
    new ArrayBuffer(2),
    new SharedArrayBuffer(2),
  ])('is never %s: a TypeError names the argument', (data) => {
    const end = openEnd(role);
    expect(() => end.protocol.send(data as never)).toThrow(/^data: must be/);
    expect(() => end.protocol.sendPart(data as never, true)).toThrow(TypeError);
    if (data !== undefined) expect(() => end.protocol.ping(0, data as never)).toThrow(/^payload: must be/);
    expect(end.sent()).toEqual([]);
    expect(end.protocol.bufferedBytes).toBe(0);
  });

  it.each([0, 3, 8, 9, 10, 16])('is no message with opcode %i', (opcode) => {
    const end = openEnd(role);
    expect(() => end.protocol.send(utf8('x'), opcode)).toThrow(RangeError);
    expect(end.sent()).toEqual([]);
  });

  // @rfc 6455-5.5-1 6455-5.4-1
  it('is a ping of up to 125 bytes', () => {
    const end = openEnd(role);
    expect(end.protocol.ping(0, new Uint8Array(125))).toBe('ok');
    expect(() => end.protocol.ping(0, new Uint8Array(126))).toThrow(/125.*126/);
    expect(end.sent()).toEqual([seen(PING, '00'.repeat(125))]);
  });
});

describe.each(ROLES)('the status of what a %s sends', (role) => {
  const headBytes = role === 'client' ? 6 : 2;
  // Each message is a frame of exactly 100 bytes.
  const message = new Uint8Array(100 - headBytes);
  const limits = { maxMessageBytes: 100, highWaterBytes: 300, sendQueueBytes: 500 };

  it('is ok up to the high-water mark, pressured above it, dropped from the cap on', () => {
    const end = openEnd(role, { limits });
    const statuses: SendStatus[] = [];
    for (let i = 0; i < 7; i++) statuses.push(end.protocol.send(message));
    expect(statuses).toEqual(['ok', 'ok', 'ok', 'pressured', 'pressured', 'dropped', 'dropped']);
    expect(end.protocol.bufferedBytes).toBe(500);
    expect(end.sent()).toHaveLength(5);
    expect(end.protocol.bufferedBytes).toBe(0);
    expect(end.protocol.send(message)).toBe('ok');
  });

  it.each([
    [199, 'ok'],
    [200, 'ok'],
    [201, 'pressured'],
    [499, 'pressured'],
    [500, 'dropped'],
    [501, 'dropped'],
  ] as const)('counts what the transport holds: %i bytes make it %s', (bufferedBytes, status) => {
    const end = openEnd(role, { limits, transport: { bufferedBytes } });
    expect(end.protocol.send(message)).toBe(status);
    expect(end.protocol.bufferedBytes).toBe(bufferedBytes + (status === 'dropped' ? 0 : 100));
  });

  it('is the same for every kind of message, and for pings', () => {
    const full = openEnd(role, { limits, transport: { bufferedBytes: 500 } });
    expect(full.protocol.send('x')).toBe('dropped');
    expect(full.protocol.send(new PreparedMessage('x', webText))).toBe('dropped');
    expect(full.protocol.send(utf8('x'), TEXT)).toBe('dropped');
    expect(full.protocol.sendPart('x', true)).toBe('dropped');
    expect(full.protocol.ping(0)).toBe('dropped');
    expect(full.sent()).toEqual([]);
  });

  it('never drops into an empty queue, however long the message is', () => {
    const end = openEnd(role, { limits });
    expect(end.protocol.send(new Uint8Array(10_000))).toBe('pressured');
    expect(end.protocol.send('')).toBe('dropped');
    expect(end.sent()).toHaveLength(1);
  });

  it('lets a close frame out of a full queue', () => {
    const end = openEnd(role, { limits, transport: { bufferedBytes: 500 } });
    end.protocol.close(0, 1000);
    expect(end.sent()).toHaveLength(1);
  });
});

describe('RFC 6455 §5.3, masking', () => {
  // @rfc 6455-5.1-1 6455-5.3-1 6455-5.3-2 6455-6.1-7
  it('takes a fresh key for each frame of a client, of whatever kind, and none for those of a server', () => {
    let key = 0;
    const end = openEnd('client', { nextMaskKey: () => ++key });
    end.protocol.send('a');
    end.protocol.send(new Uint8Array(20_000));
    end.protocol.send('b'.repeat(20_000));
    end.protocol.send(new PreparedMessage('c', webText));
    end.protocol.send(new PreparedMessage(new Uint8Array(20_000), webText));
    end.protocol.sendPart('d', false);
    end.protocol.sendPart('e', true);
    end.protocol.ping(0);
    end.feed(Uint8Array.of(0x89, 0));
    end.protocol.close(0);
    const bytes = end.take();
    const keys: number[] = [];
    for (let at = 0; at < bytes.length; ) {
      const header = decodeHeader(bytes, at);
      if (header === undefined) throw new Error('a header is cut');
      expect(header.masked).toBe(true);
      keys.push(header.maskKey);
      at += header.size + header.length;
    }
    expect(keys).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const server = openEnd('server', { nextMaskKey: () => ++key });
    server.protocol.send('a');
    server.protocol.send(new Uint8Array(1));
    expect([toHex(server.take()), key]).toEqual(['810161820100', 10]);
  });

  it('takes a key of 0 as a key', () => {
    const end = openEnd('client', { nextMaskKey: () => 0 });
    end.protocol.send('a');
    expect(toHex(end.take())).toBe('81810000000061');
  });

  // @rfc 6455-5.1-3
  it('never masks for a server, even when it is given keys', () => {
    const end = openEnd('server', { nextMaskKey: () => 1 });
    end.protocol.send('a');
    expect(toHex(end.take())).toBe('810161');
  });

  // @rfc 6455-5.1-1
  it('refuses a client without keys', () => {
    const handler = { message: () => false, pong: () => {}, ended: () => {} };
    expect(() => new Protocol({ role: 'client', handler, text: webText, now: 0 })).toThrow(/nextMaskKey is required/);
    const server = new Protocol({ role: 'server', handler, text: webText, now: 0 });
    expect(server.send('a')).toBe('ok');
    expect(toHex(concat(...server.outbox.take()))).toBe('810161');
  });
});

describe.each(ROLES)('RFC 6455 §5.4, a message that a %s sends in parts', (role) => {
  // @rfc 6455-5.4-2 6455-6.1-5 6455-6.1-6
  it('is a first frame, continuations, and a last one', () => {
    const end = openEnd(role);
    end.protocol.sendPart('a', false);
    end.protocol.sendPart('b', false);
    end.protocol.sendPart('', false);
    end.protocol.sendPart('c', true);
    end.protocol.sendPart(Uint8Array.of(1), false);
    end.protocol.sendPart(new Uint8Array(0), true);
    end.protocol.sendPart(Uint8Array.of(2), true);
    expect(end.sent()).toEqual([
      seen(TEXT, '61', false),
      seen(CONTINUATION, '62', false),
      seen(CONTINUATION, '', false),
      seen(CONTINUATION, '63', true),
      seen(BINARY, '01', false),
      seen(CONTINUATION, '', true),
      seen(BINARY, '02', true),
    ]);
  });

  it.each([
    ['between two parts', ['a\ud83d', '\ude00b'], '61 f09f9880 62'],
    ['at the lowest pair', ['\ud800', '\udc00'], 'f0908080'],
    ['at the highest pair', ['\udbff', '\udfff'], 'f48fbfbf'],
    ['around an empty part', ['\ud83d', '', '\ude00'], 'f09f9880'],
    ['before a part that does not continue it', ['\ud83d', 'x'], 'efbfbd 78'],
    ['before another one', ['\ud83d', '\ud83d', '\ude00'], 'efbfbd f09f9880'],
    ['at the end', ['a', '\ud83d'], '61 efbfbd'],
  ])('keeps a pair of surrogates whole that is cut %s', (_, parts, payload) => {
    const end = openEnd(role);
    for (const [i, part] of parts.entries()) expect(end.protocol.sendPart(part, i === parts.length - 1)).toBe('ok');
    const all = end
      .sent()
      .map((frame) => frame.payload)
      .join('');
    expect(all).toBe(payload.replaceAll(' ', ''));
  });

  // @rfc 6455-5.4-3
  it('lets control frames between its parts, and nothing else', () => {
    const end = openEnd(role);
    end.protocol.sendPart('a', false);
    expect(() => end.protocol.send('b')).toThrow(/last part/);
    expect(() => end.protocol.send(utf8('b'), TEXT)).toThrow(/last part/);
    expect(() => end.protocol.sendPart(utf8('b'), true)).toThrow(TypeError);
    expect(end.protocol.ping(0)).toBe('ok');
    end.protocol.sendPart('c', true);
    expect(end.protocol.send('d')).toBe('ok');
    expect(end.sent().map(({ opcode }) => opcode)).toEqual([TEXT, PING, CONTINUATION, TEXT]);
  });

  it('may be tried again when a part was dropped', () => {
    const transport = { bufferedBytes: 0 };
    const end = openEnd(role, { limits: { maxMessageBytes: 100, sendQueueBytes: 100 }, transport });
    expect(end.protocol.sendPart('\ud83d', false)).toBe('ok');
    transport.bufferedBytes = 100;
    expect(end.protocol.sendPart('\ude00', true)).toBe('dropped');
    expect(end.protocol.sendPart('\ude00', true)).toBe('dropped');
    transport.bufferedBytes = 0;
    expect(end.protocol.sendPart('\ude00', true)).toBe('ok');
    expect(end.sent()).toEqual([seen(TEXT, '', false), seen(CONTINUATION, 'f09f9880')]);
  });

  it('does not make later calls throw once the connection is closed', () => {
    const end = openEnd(role);
    end.protocol.sendPart('a', false);
    end.protocol.transportEnded();
    expect(end.protocol.send('b')).toBe('closed');
    expect(end.protocol.sendPart('c', true)).toBe('closed');
  });
});
