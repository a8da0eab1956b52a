import { describe, expect, it } from 'vitest';
import { encodeAcceptResponse, encodeErrorResponse, encodeUpgradeRequest } from '../../src/handshake/index.ts';
import { type Inspection, inspect } from '../../src/inspect/index.ts';
import { concat, hex } from '../support/wire.ts';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';
const LINES = [
  'GET /chat HTTP/1.1',
  'Host: example.com',
  'Upgrade: websocket',
  'Connection: Upgrade',
  `Sec-WebSocket-Key: ${KEY}`,
  'Sec-WebSocket-Version: 13',
];

function latin1(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

function request(...lines: string[]): Inspection {
  return inspect(latin1(`${lines.join('\r\n')}\r\n\r\n`));
}

/** The code of the broken rule and what the marked span says. */
function broken({ parts }: Inspection): unknown {
  const span = parts.flatMap(({ spans }) => spans).find(({ violation }) => violation !== undefined);
  return span === undefined ? undefined : [span.violation?.code, span.field, span.value];
}

describe('RFC 6455 §4.1, a request explained', () => {
  it('names the parts of the line and of each field', () => {
    const { role, parts } = inspect(latin1('GET /chat HTTP/1.1\r\nHost: \t a \r\nX:\r\n\r\n'));
    expect(role).toBe('server');
    expect(parts[0]?.spans.map(({ field, value, bits }) => [field, value, bits / 8])).toEqual([
      ['method', 'GET', 3],
      ['white space', '␠', 1],
      ['request target', '/chat', 5],
      ['white space', '␠', 1],
      ['HTTP version', 'HTTP/1.1', 8],
      ['line end', '\\r\\n', 2],
      ['field name', 'Host', 4],
      ['colon', ':', 1],
      ['white space', '␠\\t␠', 3],
      ['field value', 'a', 1],
      ['white space', '␠', 1],
      ['line end', '\\r\\n', 2],
      ['field name', 'X', 1],
      ['colon', ':', 1],
      ['line end', '\\r\\n', 2],
      ['end of the head', '\\r\\n', 2],
    ]);
  });

  it('tells the answer that opens the connection, and goes on with the frames', () => {
    const head = encodeUpgradeRequest({ host: 'example.com', target: '/', key: KEY });
    const { parts, violation } = inspect(concat(head, hex('81 80 01020304')));
    expect(violation).toBeUndefined();
    expect(parts.map(({ kind, offset }) => [kind, offset])).toEqual([
      ['request', 0],
      ['frame', head.length],
    ]);
    expect(parts[0]?.note).toContain(ACCEPT);
    const key = parts[0]?.spans.find(({ value }) => value === KEY);
    expect(key?.note).toContain(ACCEPT);
  });

  it('takes RSV1 for compression when the request offers it', () => {
    const extensions = [{ name: 'permessage-deflate', params: [] }];
    const head = encodeUpgradeRequest({ host: 'example.com', target: '/', key: KEY, extensions });
    expect(inspect(concat(head, hex('c1 80 01020304'))).violation).toBeUndefined();
    expect(inspect(concat(head, hex('c1 80 01020304')), { deflate: false }).violation?.code).toBe('reserved-bit');
  });

  it('leaves what follows plain HTTP alone', () => {
    const { parts, violation } = inspect(latin1('GET / HTTP/1.1\r\nHost: a\r\n\r\nbody'));
    expect(violation).toBeUndefined();
    expect(parts[0]?.note).toMatch(/plain HTTP/);
    expect(parts[1]).toMatchObject({ kind: 'unread', bytes: 4, note: 'no WebSocket was opened' });
  });
});

describe('RFC 6455 §4.2, a broken rule is marked where it is broken', () => {
  const without = (name: string): string[] => LINES.filter((line) => !line.startsWith(name));
  const replaced = (index: number, line: string): string[] => LINES.map((old, i) => (i === index ? line : old));

  it.each([
    ['a method', replaced(0, 'POST /chat HTTP/1.1'), ['method', 'method', 'POST']],
    ['a version of HTTP', replaced(0, 'GET /chat HTTP/1.0'), ['http-version', 'HTTP version', 'HTTP/1.0']],
    ['a target', replaced(0, 'OPTIONS * HTTP/1.1'), ['target-form', 'request target', '*']],
    ['a host', replaced(1, 'Host: a b'), ['host', 'field value', 'a b']],
    ['an empty host', replaced(1, 'Host:'), ['host', 'field name', 'Host']],
    ['an upgrade', replaced(2, 'Upgrade: h2c'), ['upgrade-token', 'field value', 'h2c']],
    ['a key', replaced(4, 'Sec-WebSocket-Key: short'), ['key', 'field value', 'short']],
    ['a version', replaced(5, 'Sec-WebSocket-Version: 8'), ['websocket-version', 'field value', '8']],
    ['a missing field', without('Connection'), ['connection-token', 'end of the head', '\\r\\n']],
    ['a second host', [...LINES, 'X: 1', 'X: 2', 'HOST: b'], ['duplicate-field', 'field name', 'HOST']],
    ['a second upgrade', [...LINES, 'Upgrade: h2c'], ['duplicate-field', 'field value', 'h2c']],
    ['a bad subprotocol', [...LINES, 'Sec-WebSocket-Protocol: a,,b'], ['protocol-syntax', 'field value', 'a,,b']],
  ])('%s', (_what, lines, expected) => {
    const inspection = request(...lines);
    expect(broken(inspection)).toEqual(expected);
    expect(inspection.parts[0]?.note).toMatch(/^to be refused with status 4\d\d|505$/);
  });

  it.each([
    ['a bare line feed', 'GET / HTTP/1.1\nHost: a\r\n', ['bare-lf', 'refused byte', '\\n']],
    ['a bare carriage return', 'GET / HTTP/1.1\rHost', ['bare-cr', 'refused byte', 'H']],
    ['a space before the colon', 'GET / HTTP/1.1\r\nHost : a', ['field-name', 'refused byte', ' ']],
    ['a folded field', 'GET / HTTP/1.1\r\nHost: a\r\n b', ['obs-fold', 'refused byte', ' ']],
    ['a NUL in a value', 'GET / HTTP/1.1\r\nHost: a\0b', ['field-value', 'refused byte', '\\x00']],
    ['an escape in the target', 'GET /\x1b[2J HTTP/1.1\r\n', ['target-byte', 'refused byte', '\\x1b']],
    ['two spaces', 'GET  / HTTP/1.1', ['request-line', 'refused byte', ' ']],
    ['a third blank line', '\r\n\r\n\r\nGET', ['blank-lines', 'refused byte', '\\r']],
  ])('RFC 9112: %s', (_what, text, expected) => {
    expect(broken(inspect(latin1(text)))).toEqual(expected);
  });

  it('stops at the byte that is one too many', () => {
    const inspection = inspect(latin1(`GET / HTTP/1.1\r\nX: ${'a'.repeat(20_000)}`));
    expect(inspection.violation?.code).toBe('head-too-large');
    expect(inspection.parts.map(({ kind, bytes }) => [kind, bytes])).toEqual([
      ['request', 16_385],
      ['unread', 19 + 20_000 - 16_385],
    ]);
  });
});

describe('RFC 6455 §4.1, a response explained', () => {
  const offer = { key: KEY, protocols: ['chat'], extensions: [] };
  const accepted = encodeAcceptResponse({ accept: ACCEPT, protocol: 'chat' });

  it('opens the connection when it fits the request', () => {
    const { role, parts, violation } = inspect(concat(accepted, hex('81 00')), { offer });
    expect([role, violation]).toEqual(['client', undefined]);
    expect(parts[0]?.note).toBe('opens the WebSocket: the answer fits the request');
    expect(parts.map(({ kind }) => kind)).toEqual(['response', 'frame']);
  });

  it('is judged by what does not depend on the request when that is not known', () => {
    const { parts, violation } = inspect(concat(accepted, hex('81 00')));
    expect(violation).toBeUndefined();
    expect(parts[0]?.note).toMatch(/if the accept value fits/);
    expect(parts[1]?.kind).toBe('frame');
  });

  it('marks what does not fit', () => {
    expect(broken(inspect(accepted, { offer: { ...offer, key: 'AAAAAAAAAAAAAAAAAAAAAA==' } }))).toEqual([
      'response-accept',
      'field value',
      ACCEPT,
    ]);
    expect(broken(inspect(accepted, { offer: { ...offer, protocols: [] } }))).toEqual([
      'response-protocol',
      'field value',
      'chat',
    ]);
    const refused = inspect(encodeErrorResponse({ status: 404, message: 'no such thing' }));
    expect(broken(refused)).toEqual(['response-status', 'status code', '404']);
    expect(refused.parts[0]?.note).toBe('the client fails the connection');
    expect(refused.parts[1]?.kind).toBe('unread');
  });

  it('names the parts of the status line', () => {
    const spans = inspect(latin1('HTTP/1.1 101 \r\n')).parts[0]?.spans ?? [];
    expect(spans.map(({ field }) => field)).toEqual([
      'HTTP version',
      'white space',
      'status code',
      'white space',
      'line end',
    ]);
  });

  it('names the second of two fields that may occur once', () => {
    const twice = latin1(`HTTP/1.1 101 OK\r\nSec-WebSocket-Accept: a\r\nSec-WebSocket-Accept: b\r\n\r\n`);
    expect(broken(inspect(twice))).toEqual(['duplicate-field', 'field name', 'Sec-WebSocket-Accept']);
  });
});

describe('a head that is cut off', () => {
  it.each([
    ['GET', 4],
    ['GET / HT', 4],
    ['GET / HTTP/1.1\r', 3],
    ['GET / HTTP/1.1\r\n', 2],
    ['GET / HTTP/1.1\r\nHo', 4],
    ['GET / HTTP/1.1\r\nHost: ex', 4],
    ['GET / HTTP/1.1\r\nHost: ex \r\n\r', 1],
  ])('%j: at least %d missing', (text, bytes) => {
    const { parts, violation } = inspect(latin1(text));
    expect(violation).toBeUndefined();
    expect(parts[0]?.missing).toEqual({ bytes, note: 'the blank line that ends the head is missing' });
  });

  it('is told from a frame by its first bytes, and by being told', () => {
    expect(inspect(latin1('GE')).parts[0]?.kind).toBe('frame');
    expect(inspect(latin1('GE'), { start: 'head' }).parts[0]?.kind).toBe('request');
    expect(inspect(latin1('HT'), { start: 'head', role: 'client' }).parts[0]?.kind).toBe('response');
    expect(inspect(latin1('GET / HTTP/1.1\r\n\r\n'), { start: 'frame' }).parts[0]?.kind).toBe('frame');
  });
});
