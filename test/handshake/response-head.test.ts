import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkUpgradeResponse,
  encodeAcceptResponse,
  HEAD_LIMITS,
  parseResponseHead,
  ResponseHeadReader,
  type SentOffer,
} from '../../src/handshake/index.ts';
import { ACCEPT, bytesOf, codeOf, KEY, readResponse } from './heads.ts';

interface ResponseChanges {
  line?: string;
  fields?: Record<string, string | readonly string[] | undefined>;
}

function responseText({ line = 'HTTP/1.1 101 Switching Protocols', fields = {} }: ResponseChanges = {}): string {
  const all = { Upgrade: 'websocket', Connection: 'Upgrade', 'Sec-WebSocket-Accept': ACCEPT, ...fields };
  const lines = Object.entries(all).flatMap(([name, value]) =>
    (value === undefined ? [] : [value].flat()).map((each) => `${name}: ${each}`),
  );
  return `${[line, ...lines].join('\r\n')}\r\n\r\n`;
}

describe('RFC 9112 §4: a response head', () => {
  test('is read into its parts, however it is cut', () => {
    const { head, fields, rest } = readResponse(`${responseText()}\x81\x00`);
    expect(head).toMatchObject({ status: 101, reason: 'Switching Protocols', version: 'HTTP/1.1' });
    expect(fields).toEqual([
      ['upgrade', 'websocket'],
      ['connection', 'Upgrade'],
      ['sec-websocket-accept', ACCEPT],
    ]);
    expect(rest).toBe('\x81\x00');
  });

  test('may have an empty reason, or one of any visible bytes', () => {
    expect(readResponse('HTTP/1.0 404 \r\n\r\n').head).toMatchObject({ status: 404, reason: '', version: 'HTTP/1.0' });
    expect(readResponse('HTTP/1.1 999 a\tb \xe9\r\n\r\n').head).toMatchObject({ status: 999, reason: 'a\tb \xe9' });
  });

  test('gives the offsets of its parts', () => {
    const reader = new ResponseHeadReader();
    reader.push(bytesOf('HTTP/1.1 200 OK\r\nA: b\r\n\r\n'));
    expect(reader.offsets).toEqual({ line: [0, 8, 9, 12, 13, 15], fields: [17, 18, 20, 21] });
  });

  const bad: [name: string, text: string, code: string][] = [
    ['a blank line before it', '\r\nHTTP/1.1 101 A\r\n\r\n', 'blank-lines'],
    ['another protocol', 'HTTQ/1.1 101 A\r\n\r\n', 'status-line'],
    ['an answer without head', '\x00\x01', 'status-line'],
    ['a version without minor number', 'HTTP/1 101 A\r\n\r\n', 'status-line'],
    ['a status of two digits', 'HTTP/1.1 10 A\r\n\r\n', 'status-line'],
    ['a status of four digits', 'HTTP/1.1 1010 A\r\n\r\n', 'status-line'],
    ['a status with a letter', 'HTTP/1.1 1O1 A\r\n\r\n', 'status-line'],
    ['a status below 100', 'HTTP/1.1 099 A\r\n\r\n', 'status-line'],
    ['two spaces', 'HTTP/1.1  101 A\r\n\r\n', 'status-line'],
    ['no space behind the status', 'HTTP/1.1 101\r\n\r\n', 'status-line'],
    ['a tab for the space', 'HTTP/1.1 101\tA\r\n\r\n', 'status-line'],
    ['a control in the reason', 'HTTP/1.1 101 \0\r\n\r\n', 'status-line'],
    ['a bare LF', 'HTTP/1.1 101 A\n\r\n', 'bare-lf'],
    ['a bare CR', 'HTTP/1.1 101 A\rB: c\r\n\r\n', 'bare-cr'],
    ['a folded field', 'HTTP/1.1 101 A\r\nB: c\r\n d\r\n\r\n', 'obs-fold'],
    [
      'two Sec-WebSocket-Accept',
      responseText({ fields: { 'Sec-WebSocket-Accept': [ACCEPT, ACCEPT] } }),
      'duplicate-field',
    ],
    [
      'two Sec-WebSocket-Protocol',
      responseText({ fields: { 'Sec-WebSocket-Protocol': ['a', 'b'] } }),
      'duplicate-field',
    ],
    ['two Content-Length', responseText({ fields: { 'Content-Length': ['0', '0'] } }), 'duplicate-field'],
  ];
  test.each(bad)('with %s is refused', (_name, text, code) => {
    expect(readResponse(text)).toMatchObject({ code, head: undefined });
  });

  test('without end is refused at the limits of a head', () => {
    expect(readResponse(`HTTP/1.1 101 ${'a'.repeat(8179)}\r\n\r\n`).code).toBeUndefined();
    expect(readResponse(`HTTP/1.1 101 ${'a'.repeat(8180)}`).code).toBe('head-too-large');
    const endless = readResponse(`HTTP/1.1 101 A\r\nB: ${'c'.repeat(20_000)}`);
    expect(endless.code).toBe('head-too-large');
    expect(endless.raw.length).toBe(HEAD_LIMITS.headBytes);
    expect(readResponse(`HTTP/1.1 101 A\r\n${'A: b\r\n'.repeat(101)}`).code).toBe('too-many-fields');
  });

  test('in one piece must be complete and alone', () => {
    expect(parseResponseHead(bytesOf(responseText())).status).toBe(101);
    expect(codeOf(() => parseResponseHead(bytesOf('HTTP/1.1 101 A\r\n')))).toBe('incomplete-head');
    expect(codeOf(() => parseResponseHead(bytesOf(`${responseText()}x`)))).toBe('trailing-bytes');
    expect(codeOf(() => parseResponseHead(bytesOf(responseText()), { headBytes: 20 }))).toBe('head-too-large');
  });

  test('of any bytes gives a head, an error, or a wish for more, whatever the cuts', () => {
    const piece = fc.oneof(
      fc.constantFrom('\r\n', '\r', '\n', ' ', ':', 'HTTP/1.1 101 A\r\n', 'A: b\r\n', '\r\n\r\n'),
      fc.string({ unit: fc.nat(255).map((byte) => String.fromCharCode(byte)), maxLength: 6 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
        const outcome = readResponse(pieces.join(''));
        expect(outcome.head === undefined || outcome.code === undefined).toBe(true);
      }),
    );
  });
});

describe('RFC 6455 §4.1: a client', () => {
  const deflate = { name: 'permessage-deflate', params: [] };
  const offer: SentOffer = { key: KEY, protocols: ['chat', 'v2'], extensions: [deflate, { name: 'x', params: [] }] };
  const check = (changes: ResponseChanges, sent: SentOffer = offer) =>
    checkUpgradeResponse(parseResponseHead(bytesOf(responseText(changes))), sent);
  const codes = (name: string, values: readonly (string | readonly string[] | undefined)[]): string[] =>
    values.map((value) => codeOf(() => check({ fields: { [name]: value } })));

  // @rfc 6455-4.1-31
  test('accepts the answer of a server that does as it was asked', () => {
    expect(check({})).toEqual({ protocol: '', extensions: [] });
    const fields = {
      Upgrade: 'WebSocket',
      Connection: 'keep-alive, upgrade',
      'Sec-WebSocket-Protocol': 'v2',
      'Sec-WebSocket-Extensions': 'x, permessage-deflate; a=1',
    };
    expect(check({ fields })).toEqual({
      protocol: 'v2',
      extensions: [
        { name: 'x', params: [] },
        { name: 'permessage-deflate', params: [['a', '1']] },
      ],
    });
  });

  test('accepts what our own server writes', () => {
    const bytes = encodeAcceptResponse({
      accept: ACCEPT,
      protocol: 'chat',
      extensions: [deflate],
      headers: [['Set-Cookie', 'a=b']],
    });
    expect(checkUpgradeResponse(parseResponseHead(bytes), offer)).toEqual({ protocol: 'chat', extensions: [deflate] });
  });

  // @rfc 6455-4.1-31 6455-4.1-37
  test('fails on every status but 101', () => {
    for (let status = 100; status < 600; status++) {
      if (status !== 101) expect(codeOf(() => check({ line: `HTTP/1.1 ${status} A` }))).toBe('response-status');
    }
  });

  // @rfc 6455-4.1-37
  test('fails on any other version than HTTP/1.1', () => {
    for (const version of ['1.0', '0.9', '2.0']) {
      expect(codeOf(() => check({ line: `HTTP/${version} 101 A` }))).toBe('response-version');
    }
  });

  // @rfc 6455-4.1-32
  test('fails without Upgrade: websocket', () => {
    const values = [undefined, '', 'h2c', 'websocket, h2c', 'websocket2', ['websocket', 'websocket']];
    expect(new Set(codes('Upgrade', values))).toEqual(new Set(['response-upgrade']));
  });

  // @rfc 6455-4.1-33
  test('fails without Upgrade in Connection', () => {
    expect(new Set(codes('Connection', [undefined, '', 'close', 'upgraded']))).toEqual(
      new Set(['response-connection']),
    );
  });

  // @rfc 6455-4.1-34
  test('fails unless Sec-WebSocket-Accept is exact, once', () => {
    const mutations = [...ACCEPT].map(
      (letter, i) => `${ACCEPT.slice(0, i)}${letter === 'A' ? 'B' : 'A'}${ACCEPT.slice(i + 1)}`,
    );
    const values = [
      undefined,
      '',
      ACCEPT.toLowerCase(),
      ACCEPT.slice(0, -1),
      `${ACCEPT}=`,
      ACCEPT.replace('M', ' M'),
      KEY,
      `${ACCEPT}, ${ACCEPT}`,
      ...mutations,
    ];
    expect(new Set(codes('Sec-WebSocket-Accept', values))).toEqual(new Set(['response-accept']));
    expect(check({ fields: { 'Sec-WebSocket-Accept': ` ${ACCEPT}\t` } }).protocol).toBe('');
  });

  // @rfc 6455-4.1-36
  test('fails on a subprotocol that it did not offer, on several, and on an empty one', () => {
    const values = ['other', 'CHAT', 'chat, v2', '', 'constructor', 'chat;'];
    expect(new Set(codes('Sec-WebSocket-Protocol', values))).toEqual(new Set(['response-protocol']));
    const sent = { ...offer, protocols: [] };
    expect(codeOf(() => check({ fields: { 'Sec-WebSocket-Protocol': 'chat' } }, sent))).toBe('response-protocol');
  });

  // @rfc 6455-4.1-35 6455-9.1-1 7692-5-10 7692-5-6 7692-5-8
  test('§9.1: fails on an extension that it did not offer, and on one agreed twice', () => {
    const values = [
      'y',
      'Permessage-Deflate',
      'x, x',
      'permessage-deflate, x, y',
      'constructor',
      '__proto__',
      ['x', 'x'],
    ];
    expect(new Set(codes('Sec-WebSocket-Extensions', values))).toEqual(new Set(['response-extension']));
    expect(codes('Sec-WebSocket-Extensions', ['', 'x,', 'x;', 'x; a='])).toEqual(Array(4).fill('extension-syntax'));
  });
});
