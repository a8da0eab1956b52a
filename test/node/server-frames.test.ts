import { describe, expect, it } from 'vitest';
import { Opcode } from '../../src/codec/index.ts';
import type { ServerOptions } from '../../src/node/index.ts';
import { hex } from '../support/wire.ts';
import { close, frame, RawClient, text } from './raw-client.ts';
import { leaveNothingBehind, sockets, startEcho, turns, turnsUntil } from './running-server.ts';

leaveNothingBehind();

const { BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT } = Opcode;
const KEY = '37fa213d';

/** What breaks a rule, the close code that answers it, and what is echoed before. */
type Row = readonly [rule: string, wire: readonly (string | Uint8Array)[], code: number, options?: ServerOptions];

const CLOSED: readonly Row[] = [
  ['5.2: RSV1 without an extension', [`c180${KEY}`], 1002],
  ['5.2: RSV2', [`a180${KEY}`], 1002],
  ['5.2: RSV3', [`9180${KEY}`], 1002],
  ['5.2: RSV1 on a ping', [`c980${KEY}`], 1002],
  ['5.2: RSV1 on a continuation', [frame(TEXT, 'a', false), `c080${KEY}`], 1002],
  ...['3', '4', '5', '6', '7', 'b', 'c', 'd', 'e', 'f'].map(
    (opcode): Row => [`5.2: the reserved opcode ${opcode}`, [`8${opcode}80${KEY}`], 1002],
  ),
  ['5.1: no mask', ['8102', '6869'], 1002],
  ['5.1: no mask on a ping', ['8900'], 1002],
  ['5.2: a length of 125 in 16 bits', [`82fe007d${KEY}`], 1002],
  ['5.2: a length of 65,535 in 64 bits', [`82ff000000000000ffff${KEY}`], 1002],
  ['5.2: the top bit of a length', [`82ff8000000000000001${KEY}`], 1002],
  ['5.2: the top bit of the greatest length', [`82ffffffffffffffffff${KEY}`], 1002],
  ...[
    '000000007fffffff',
    '0000000080000000',
    '00000000ffffffff',
    '0000000100000000',
    '001fffffffffffff',
    '0020000000000000',
    '7fffffffffffffff',
  ].map((length): Row => [`7.4.1: a length of 0x${length}, on the header`, [`82ff${length}${KEY}`], 1009]),
  ['5.5: a ping of 126 bytes', ['89fe'], 1002],
  ['5.5: a ping in fragments', ['0980'], 1002],
  ['5.5: a close in fragments', ['0882'], 1002],
  ['5.5.1: a close payload of 1 byte', [frame(CLOSE, Uint8Array.of(3))], 1002],
  ['5.4: a continuation of nothing', [`8080${KEY}`], 1002],
  ['5.4: a message inside another', [frame(TEXT, 'a', false), `8180${KEY}`], 1002],
  ...[0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535].map(
    (code): Row => [`7.4: the close code ${code}`, [close(code)], 1002],
  ),
  ['8.1: a close reason that is not UTF-8', [frame(CLOSE, hex('03e8c328'))], 1007],
  ['8.1: 123 bytes of a close reason that are not UTF-8', [frame(CLOSE, hex(`03e8${'c3'.repeat(123)}`))], 1007],
  ...['c328', 'eda080', 'c0af', 'f4908080', 'e282', 'ff'].map(
    (bytes): Row => [`8.1: the text ${bytes}`, [frame(TEXT, hex(bytes))], 1007],
  ),
  ['8.1: a bad byte in the first of two fragments', [frame(TEXT, hex('61ff'), false)], 1007],
  [
    '8.1: a character cut off by the end of its message',
    [frame(TEXT, hex('e2'), false), frame(CONTINUATION, hex('82'))],
    1007,
  ],
  ['7.4.1: a message of n + 1 bytes, on the header', [`82fe0101${KEY}`], 1009, { maxMessageBytes: 256 }],
  [
    '7.4.1: fragments of n + 1 bytes together, on the header',
    [frame(BINARY, 'x'.repeat(200), false), `80b9${KEY}`],
    1009,
    { maxMessageBytes: 256 },
  ],
  [
    '10.4: fragments n + 1',
    [...Array.from({ length: 5 }, (_, i) => frame(i ? CONTINUATION : TEXT, 'a', false))],
    1008,
    { maxFragments: 4 },
  ],
  [
    '10.4: empty fragments n + 1',
    [...Array.from({ length: 1025 }, (_, i) => frame(i ? CONTINUATION : TEXT, '', false))],
    1008,
  ],
  ['10.4: pings n + 1 in their window', Array.from({ length: 6 }, () => frame(PING)), 1008, { pingsPerWindow: 5 }],
];

const ANSWERED: readonly (readonly [
  rule: string,
  wire: readonly Uint8Array[],
  echo: string | Uint8Array,
  options?: ServerOptions,
])[] = [
  [
    '5.4: control frames between fragments',
    [frame(TEXT, 'a', false), frame(PONG, 'x'), frame(CONTINUATION, 'b')],
    'ab',
  ],
  ['5.4: an empty last fragment', [frame(TEXT, 'a', false), frame(CONTINUATION, '')], 'a'],
  ['8.1: a character cut by fragments', [frame(TEXT, hex('e2'), false), frame(CONTINUATION, hex('82ac'))], '€'],
  [
    '7.4.1: a message of n bytes',
    [frame(BINARY, 'x'.repeat(256))],
    Buffer.from('x'.repeat(256)),
    { maxMessageBytes: 256 },
  ],
  [
    '7.4.1: fragments of n bytes together',
    [frame(TEXT, 'x'.repeat(200), false), frame(CONTINUATION, 'x'.repeat(56))],
    'x'.repeat(256),
    { maxMessageBytes: 256 },
  ],
  [
    '10.4: n fragments',
    Array.from({ length: 4 }, (_, i) => frame(i ? CONTINUATION : TEXT, 'a', i === 3)),
    'aaaa',
    { maxFragments: 4 },
  ],
  ['5.5.3: pongs that nobody asked for', [...Array.from({ length: 2000 }, () => frame(PONG, 'x')), text('on')], 'on'],
];

describe('RFC 6455: a frame that breaks a rule', () => {
  // @rfc 6455-5.1-2 6455-5.2-2 6455-5.2-3 6455-7.1.7-2 6455-7.2.2-1 6455-10.7-2
  it.each(CLOSED.map(([rule, wire, code, options]) => ({ rule, wire, code, options })))(
    '§$rule',
    async ({ wire, code, options }) => {
      const { port, server, errors } = await startEcho(options);
      const client = await RawClient.open(
        port,
        '/',
        text('before'),
        ...wire.map((part) => (typeof part === 'string' ? hex(part) : part)),
        text('after'),
      );
      expect(await client.text()).toBe('before');
      let { opcode, payload } = await client.frame();
      while (opcode === PONG) ({ opcode, payload } = await client.frame());
      expect([opcode, payload.readUInt16BE(0)]).toEqual([CLOSE, code]);
      expect(payload.length).toBeGreaterThan(2);
      expect(await client.rest()).toHaveLength(0);
      await client.gone();
      await turnsUntil(() => server.connections.size === 0);
      expect(errors).toEqual([]);
    },
  );

  // @rfc 6455-7.1.7-2
  it('§7.1.7 tells the application its code and the rule', async () => {
    const { port, server } = await startEcho();
    const client = await RawClient.open(port);
    const [connection] = server.connections;
    client.send(hex(`8380${KEY}`));
    expect(await client.closeCode()).toBe(1002);
    await client.gone();
    expect(await connection?.closed).toMatchObject({ code: 1002, clean: false, by: 'local' });
    expect(connection?.failure).toMatchObject({ code: 'reserved-opcode', section: 'RFC 6455 §5.2' });
  });
});

describe('RFC 6455: what is allowed is answered', () => {
  // @rfc 6455-5.4-4 6455-5.4-5
  it.each(ANSWERED.map(([rule, wire, echo, options]) => ({ rule, wire, echo, options })))(
    '§$rule',
    async ({ wire, echo, options }) => {
      const { port } = await startEcho(options);
      const client = await RawClient.open(port, '/', ...wire);
      const { opcode, payload } = await client.frame();
      expect(opcode).toBe(typeof echo === 'string' ? TEXT : BINARY);
      expect(payload).toEqual(Buffer.from(echo as string));
    },
  );

  // @rfc 6455-5.5.2-1 6455-5.5.2-2
  it('§5.5.2: a ping, with a pong of the same payload, between fragments too', async () => {
    const { port } = await startEcho();
    const client = await RawClient.open(port, '/', frame(TEXT, 'a', false), frame(PING, 'p'), frame(CONTINUATION, 'b'));
    expect(await client.frame()).toMatchObject({ opcode: PONG, payload: Buffer.from('p') });
    expect(await client.text()).toBe('ab');
    const longest = 'x'.repeat(125);
    client.send(frame(PING, longest));
    expect(await client.frame()).toMatchObject({ opcode: PONG, payload: Buffer.from(longest) });
  });

  // @rfc 6455-5.5.1-4 6455-5.5.1-6 6455-7.1.1-1 6455-7.1.1-2 6455-7.1.1-3 6455-7.1.2-2
  it.each([
    [undefined, ''],
    [1000, 'bye'],
    [1001, ''],
    [1003, ''],
    [1007, ''],
    [1011, ''],
    [1012, ''],
    [1014, ''],
    [3000, 'é'.repeat(61)],
    [4999, 'x'.repeat(123)],
  ])('§5.5.1: a close with %s %s is echoed, the server ends first and knows why', async (code, reason) => {
    const { port, server } = await startEcho();
    const client = await RawClient.open(port);
    const [connection] = server.connections;
    const closing = close(code, reason);
    client.send(closing, text('too late'), frame(PING));
    expect((await client.frame()).payload.length).toBe(closing.length - 6);
    expect(await client.rest()).toHaveLength(0);
    await client.gone();
    expect(await connection?.closed).toEqual({ code: code ?? 1005, reason, clean: true, by: 'remote' });
    expect(connection?.failure).toBeUndefined();
  });

  it('§5.5.1: a close inside a fragmented message', async () => {
    const { port } = await startEcho();
    const client = await RawClient.open(port, '/', frame(TEXT, 'a', false), close(1000));
    expect(await client.closeCode()).toBe(1000);
  });

  it('§5.5.1: while the server waits for the close frame, messages are discarded and pings are not answered', async () => {
    const { port, server } = await startEcho();
    const client = await RawClient.open(port);
    const [connection] = server.connections;
    connection?.close(4000, 'enough');
    expect(await client.frame()).toMatchObject({
      opcode: CLOSE,
      payload: Buffer.concat([Buffer.of(0x0f, 0xa0), Buffer.from('enough')]),
    });
    client.send(text('late'), frame(PING), close(4000));
    expect(await client.rest()).toHaveLength(0);
    await client.gone();
    expect(await connection?.closed).toEqual({ code: 4000, reason: '', clean: true, by: 'local' });
  });

  it('§5.2: frames cut anywhere', async () => {
    const { port } = await startEcho();
    const client = await RawClient.open(port);
    for (const byte of [...text('slow'), ...frame(BINARY, 'x'.repeat(130))]) await client.sent(Uint8Array.of(byte));
    expect(await client.text()).toBe('slow');
    expect((await client.frame()).payload).toHaveLength(130);
  });
});

describe('RFC 6455 §7.1.5: a transport that ends without a close frame', () => {
  const uncaught: unknown[] = [];
  const count = (error: unknown): void => void uncaught.push(error);

  it.each([
    ['right after 101', []],
    ['in the middle of a header', [hex('82fe')]],
    ['in the middle of a payload', [frame(BINARY, 'x'.repeat(5000)).subarray(0, 900)]],
    ['in the middle of a message', [frame(TEXT, 'a', false)]],
    ['while its echo is under way', [frame(BINARY, new Uint8Array(1_000_000))]],
    ['together with its close frame', [close(1000)]],
    ['after a broken rule', [hex(`8380${KEY}`)]],
  ] as [string, Uint8Array[]][])('%s, by FIN or RST: nothing is thrown, nothing stays', async (_, wire) => {
    process.on('uncaughtException', count);
    process.on('unhandledRejection', count);
    const { port, server, errors } = await startEcho();
    for (const how of ['fin', 'reset', 'destroy'] as const) {
      const client = await RawClient.open(port);
      const [connection] = server.connections;
      for (const bytes of wire) await client.sent(bytes);
      if (how === 'fin') client.socket.end();
      else if (how === 'reset') client.reset();
      else client.socket.destroy();
      const { code, by } = (await connection?.closed) ?? {};
      expect([1000, 1002, 1006]).toContain(code);
      if (wire.length < 1) expect([code, by]).toEqual([1006, 'remote']);
      client.socket.destroy();
      await turnsUntil(() => server.connections.size === 0 && sockets() === 0);
    }
    await turns();
    process.off('uncaughtException', count);
    process.off('unhandledRejection', count);
    expect([...uncaught, ...errors]).toEqual([]);
  });

  it('sends to a peer that has reset are answered by a status, never by a throw', async () => {
    const { port, server, errors } = await startEcho();
    const client = await RawClient.open(port);
    const [connection] = server.connections;
    client.reset();
    const statuses = new Set<string | undefined>();
    while (server.connections.size > 0) {
      statuses.add(connection?.send('are you there'));
      connection?.ping();
      await turns(1);
    }
    expect(connection?.send('gone')).toBe('closed');
    expect(connection?.ping()).toBe('closed');
    connection?.close(1000);
    connection?.terminate();
    connection?.resume();
    expect([...statuses].every((status) => status === 'ok' || status === 'closed')).toBe(true);
    expect(errors).toEqual([]);
  });
});
