import { describe, expect, it, vi } from 'vitest';
import { Opcode } from '../../src/codec/index.ts';
import type { ServerOptions } from '../../src/node/index.ts';
import { frame, KEY, RawClient, requestHead, text, upgradeHead } from './raw-client.ts';
import { leaveNothingBehind, sockets, startEcho, stopTheClock, turnsUntil } from './running-server.ts';

leaveNothingBehind();

/** What no answer may contain: each head below carries it wherever it can. */
const MARK = 'x4711x';

interface Refused {
  readonly why: string;
  readonly head: string;
  readonly status: number;
  readonly fields?: Readonly<Record<string, string>>;
  readonly options?: ServerOptions;
}

const withFields = (fields: Record<string, string | undefined>): string => upgradeHead(`/?${MARK}`, fields);
const withLine = (line: string): string => withFields({}).replace('Host:', `${line}\r\nHost:`);
const withRequestLine = (line: string): string => withFields({}).replace(/^.*\r\n/, `${line}\r\n`);
const UPGRADE = { upgrade: 'websocket' };

const REFUSED: readonly Refused[] = [
  { why: 'a field folded over two lines', status: 400, head: withLine(`X-A: b\r\n ${MARK}`) },
  { why: 'a line that ends with LF alone', status: 400, head: withLine(`X-A: ${MARK}\nX-B: c`) },
  { why: 'a CR without LF', status: 400, head: withLine(`X-A: ${MARK}\rX-B: c`) },
  { why: 'a NUL in a value', status: 400, head: withLine(`X-A: ${MARK}\0`) },
  { why: 'a control character in a value', status: 400, head: withLine(`X-A: ${MARK}\x01`) },
  { why: 'a space before the colon', status: 400, head: withLine(`X-${MARK} : b`) },
  { why: 'a space before the first field', status: 400, head: withLine(` X-${MARK}: b`) },
  { why: 'a field without a name', status: 400, head: withLine(`: ${MARK}`) },
  { why: 'a line without a colon', status: 400, head: withLine(MARK) },
  { why: 'three blank lines before the request', status: 400, head: `\r\n\r\n\r\n${withFields({})}` },
  { why: 'two Host fields', status: 400, head: withLine(`Host: ${MARK}`) },
  { why: 'two keys', status: 400, head: withLine(`Sec-WebSocket-Key: ${KEY}`) },
  { why: 'two versions', status: 400, head: withLine('Sec-WebSocket-Version: 13') },
  { why: 'two origins', status: 400, head: withLine('Origin: http://a\r\nOrigin: http://a') },
  { why: 'Upgrade fields that differ', status: 400, head: withLine('Upgrade: h2c') },
  { why: 'no Host', status: 400, head: withFields({ Host: undefined }) },
  { why: 'an empty Host', status: 400, head: withFields({ Host: '' }) },
  { why: 'a Host that is none', status: 400, head: withFields({ Host: `a@${MARK}` }) },
  { why: 'a Host outside the list', status: 403, head: withFields({ Host: MARK }), options: { hosts: ['localhost'] } },
  { why: 'HTTP/1.0', status: 505, head: withRequestLine(`GET /${MARK} HTTP/1.0`) },
  { why: 'HTTP/2.0', status: 505, head: withRequestLine(`GET /${MARK} HTTP/2.0`) },
  { why: 'no HTTP version', status: 400, head: withRequestLine(`GET /${MARK}`) },
  { why: 'POST', status: 405, fields: { allow: 'GET' }, head: withRequestLine(`POST /${MARK} HTTP/1.1`) },
  { why: 'an Upgrade without websocket', status: 426, fields: UPGRADE, head: withFields({ Upgrade: `h2c, ${MARK}` }) },
  { why: 'a Connection without Upgrade', status: 426, fields: UPGRADE, head: withFields({ Connection: MARK }) },
  { why: 'no Connection', status: 426, fields: UPGRADE, head: withFields({ Connection: undefined }) },
  { why: 'no key', status: 400, head: withFields({ 'Sec-WebSocket-Key': undefined }) },
  { why: 'a key of 15 bytes', status: 400, head: withFields({ 'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAA' }) },
  { why: 'a key with stray bits', status: 400, head: withFields({ 'Sec-WebSocket-Key': KEY.replace('Q==', 'R==') }) },
  ...['12', '8', '013', '13.0', '0xd', `13 ${MARK}`, undefined].map((version) => ({
    why: `version ${version}`,
    status: 426,
    fields: { ...UPGRADE, 'sec-websocket-version': '13' },
    head: withFields({ 'Sec-WebSocket-Version': version }),
  })),
  { why: 'a foreign Origin', status: 403, head: withFields({ Origin: `https://${MARK}.example` }) },
  { why: 'Content-Length: 5', status: 400, head: `${withFields({ 'Content-Length': '5' })}hello` },
  { why: 'Content-Length: +0', status: 400, head: withFields({ 'Content-Length': '+0' }) },
  { why: 'two Content-Length', status: 400, head: withLine('Content-Length: 0\r\nContent-Length: 0') },
  { why: 'Transfer-Encoding', status: 400, head: withFields({ 'Transfer-Encoding': 'chunked' }) },
  ...['*', `${MARK}:80`, `/#${MARK}`, `/\\${MARK}`, `/\0${MARK}`, `/\xe9${MARK}`, `ftp://localhost/${MARK}`].map(
    (target) => ({
      why: `the target ${JSON.stringify(target)}`,
      status: 400,
      head: withRequestLine(`GET ${target} HTTP/1.1`),
    }),
  ),
  { why: "another host's absolute target", status: 400, head: withRequestLine(`GET http://${MARK}/ HTTP/1.1`) },
  { why: 'a subprotocol that is no token', status: 400, head: withFields({ 'Sec-WebSocket-Protocol': `a b ${MARK}` }) },
  { why: 'a subprotocol twice', status: 400, head: withFields({ 'Sec-WebSocket-Protocol': 'a, a' }) },
  { why: 'a subprotocol byte above 7F', status: 400, head: withFields({ 'Sec-WebSocket-Protocol': '\xe9' }) },
  { why: 'an unclosed quote', status: 400, head: withFields({ 'Sec-WebSocket-Extensions': `a; b="${MARK}` }) },
  { why: 'an empty extension', status: 400, head: withFields({ 'Sec-WebSocket-Extensions': ',;constructor' }) },
  { why: 'a path of no route', status: 404, head: upgradeHead(`/${MARK}`) },
  { why: 'a request line over 8 KiB', status: 414, head: withRequestLine(`GET /${MARK}${'a'.repeat(8192)} HTTP/1.1`) },
  { why: 'a head over 16 KiB', status: 431, head: withLine(`X-A: ${MARK}${'a'.repeat(16384)}`) },
  { why: '101 fields', status: 431, head: withLine(Array.from({ length: 96 }, (_, i) => `X-${i}: a`).join('\r\n')) },
];

describe('RFC 6455 §4.2: a handshake that is refused gets one short answer, and the connection ends', () => {
  // @rfc 6455-4.2.1-1 6455-4.2.2-1 6455-4.2.2-3 6455-4.2.2-4 6455-4.2.2-5 6455-10.2-2 6455-10.7-3
  it.each(REFUSED)('$why → $status', async ({ head, status, fields = {}, options = {} }) => {
    const { port, server } = await startEcho({ ...options, fallback: () => expect.fail('it reached the fallback') });
    const client = new RawClient(port);
    client.send(head, requestHead('GET /internal HTTP/1.1', { Host: 'localhost' }), text('early'));
    const { status: answered, headers, text: answer, body } = await client.answer();
    expect(answered).toBe(status);
    expect(headers.get('connection')).toBe(fields.upgrade === undefined ? 'close' : 'Upgrade, close');
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    for (const [name, value] of Object.entries(fields)) expect(headers.get(name)).toBe(value);
    expect(body).toMatch(/^[A-Z].*\.\n$/);
    expect(answer + body).not.toContain(MARK);
    expect(await client.rest()).toHaveLength(0);
    await client.gone();
    expect(server.connections.size).toBe(0);
  });

  it('a client that stays after its refusal is cut off within a second', async () => {
    stopTheClock();
    const { port } = await startEcho();
    const client = new RawClient(port);
    client.send(upgradeHead('/nowhere'));
    await client.answer();
    await client.rest();
    expect(sockets()).toBe(2);
    vi.advanceTimersByTime(1_100);
    await turnsUntil(() => sockets() === 1);
  });
});

describe('RFC 6455 §4.2.2: a handshake that is accepted', () => {
  // @rfc 6455-4.2.2-7 6455-4.2.2-10
  it('gets 101 with the accept value of the RFC, and nothing else', async () => {
    const { port } = await startEcho();
    const client = new RawClient(port);
    client.send(upgradeHead('/'));
    const { status, headers } = await client.response();
    expect(status).toBe(101);
    expect(Object.fromEntries(headers)).toEqual({
      upgrade: 'websocket',
      connection: 'Upgrade',
      'sec-websocket-accept': 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
    });
  });

  it.each([
    [
      'tokens in lists and in any case',
      upgradeHead('/', { Upgrade: 'foo/2, WebSocket', Connection: 'keep-alive, UPGRADE' }),
    ],
    ['two blank lines before it', `\r\n\r\n${upgradeHead('/')}`],
    ['Content-Length: 0', upgradeHead('/', { 'Content-Length': '0' })],
    ['an absolute target that agrees with Host', upgradeHead('/').replace('GET /', 'GET http://LOCALHOST:80/')],
    ['a query', upgradeHead('/?a=%20&b')],
    ['an Origin of its own host', upgradeHead('/', { Origin: 'http://localhost' })],
    [
      'an offer of extensions that the server does not speak',
      upgradeHead('/', { 'Sec-WebSocket-Extensions': 'x; y="z", __proto__, constructor; toString' }),
    ],
    [
      'an offer of subprotocols that the server does not speak',
      upgradeHead('/', { 'Sec-WebSocket-Protocol': 'a, constructor' }),
    ],
  ])('is allowed %s', async (_, head) => {
    const { port } = await startEcho();
    const client = new RawClient(port);
    client.send(head, text('hello'));
    const { status, headers } = await client.response();
    expect(status).toBe(101);
    expect([...headers.keys()]).toEqual(['upgrade', 'connection', 'sec-websocket-accept']);
    expect(await client.text()).toBe('hello');
  });

  it('may come one byte at a time', async () => {
    const { port } = await startEcho();
    const client = new RawClient(port);
    for (const byte of Buffer.from(upgradeHead('/'))) await client.sent(Uint8Array.of(byte));
    expect((await client.response()).status).toBe(101);
  });

  it('may have frames behind it in the same packet, whole or cut', async () => {
    const { port } = await startEcho();
    const [first, second] = [text('one'), frame(Opcode.BINARY, Uint8Array.of(1, 2, 3))];
    const client = await RawClient.open(port, '/', first, second.subarray(0, 5));
    expect(await client.text()).toBe('one');
    client.send(second.subarray(5));
    expect(await client.frame()).toMatchObject({ opcode: Opcode.BINARY, payload: Buffer.of(1, 2, 3), masked: false });
  });
});
