import { describe, expect, it } from 'vitest';
import { type DeflateOptions, WebSocketServer } from '../../src/node/index.ts';
import { logged } from './client-log.ts';
import { RawClient, upgradeHead } from './raw-client.ts';
import { leaveNothingBehind, startEcho, startServer } from './running-server.ts';
import { endScriptedServers, serveRaw } from './scripted-server.ts';

leaveNothingBehind();
endScriptedServers();

async function answerTo(port: number, offer: string | undefined): Promise<string | undefined> {
  const client = new RawClient(port);
  client.send(upgradeHead('/', { 'Sec-WebSocket-Extensions': offer }));
  const { status, headers } = await client.response();
  expect(status).toBe(101);
  client.reset();
  return headers.get('sec-websocket-extensions');
}

const FRESH = 'permessage-deflate; server_no_context_takeover';
const PLAIN = `${FRESH}; client_no_context_takeover; server_max_window_bits=12`;

describe('RFC 7692 §7.1: what a server answers to an offer', () => {
  // @rfc 7692-5-3 7692-7.1.1.1-1 7692-7.1.2.1-2 7692-7.1.2.2-2 7692-7.1.2.2-3
  it.each([
    [undefined, undefined],
    ['x-webkit-deflate-frame', undefined],
    // A client that cannot be held to 12 bits is asked to begin each message afresh.
    ['permessage-deflate', PLAIN],
    ['permessage-deflate; client_max_window_bits', `${FRESH}; server_max_window_bits=12; client_max_window_bits=12`],
    ['permessage-deflate; client_max_window_bits=10', `${FRESH}; server_max_window_bits=12; client_max_window_bits=10`],
    ['permessage-deflate; client_max_window_bits=15', `${FRESH}; server_max_window_bits=12; client_max_window_bits=12`],
    ['permessage-deflate; server_max_window_bits=8', PLAIN.replace('12', '8')],
    ['permessage-deflate; server_max_window_bits=15', PLAIN],
    ['permessage-deflate; server_max_window_bits="10"', PLAIN.replace('12', '10')],
    ['permessage-deflate; server_no_context_takeover', PLAIN],
    ['permessage-deflate; client_no_context_takeover', PLAIN],
    ['x; y, permessage-deflate; client_no_context_takeover', PLAIN],
    ['permessage-deflate; server_max_window_bits=7, permessage-deflate', PLAIN],
    ['permessage-deflate; unknown, permessage-deflate; server_max_window_bits=9', PLAIN.replace('12', '9')],
  ])('%s → %s', async (offer, answer) => {
    const { port } = await startEcho({ deflate: true });
    expect(await answerTo(port, offer)).toBe(answer);
  });

  // @rfc 6455-9-2 7692-5-9 7692-7-1 7692-7.1.2.1-1 7692-7.1.2.2-1
  it.each([
    ...['server_max_window_bits', 'client_max_window_bits'].flatMap((name) =>
      ['=0', '=7', '=16', '=08', '=1e1', '=-1', '=1000', '="08"', '=12.0', '=0x9'].map((value) => name + value),
    ),
    ...['server_no_context_takeover', 'client_no_context_takeover'].flatMap((name) =>
      ['=0', '=7', '=8', '=9', '=15', '=true', '="10"'].map((value) => name + value),
    ),
    'server_max_window_bits',
    'server_max_window_bits=9; server_max_window_bits=9',
    'client_max_window_bits; client_max_window_bits=9',
    'server_no_context_takeover; server_no_context_takeover',
    'client_no_context_takeover; client_no_context_takeover',
    'constructor',
    'windowBits=9',
    'SERVER_NO_CONTEXT_TAKEOVER',
  ])('declines an offer with %s, and opens without compression', async (parameters) => {
    const { port } = await startEcho({ deflate: true });
    expect(await answerTo(port, `permessage-deflate; ${parameters}`)).toBeUndefined();
  });

  it.each(['server_max_window_bits=', 'server_max_window_bits=""', '=10', 'server_max_window_bits="10'])(
    'refuses the request for what no extension could mean: %s',
    async (parameters) => {
      const { port } = await startEcho({ deflate: true });
      const client = new RawClient(port);
      client.send(upgradeHead('/', { 'Sec-WebSocket-Extensions': `permessage-deflate; ${parameters}` }));
      expect((await client.response()).status).toBe(400);
    },
  );

  it.each<[DeflateOptions | boolean, string | undefined]>([
    [false, undefined],
    [{ serverNoContextTakeover: false, windowBits: 15 }, 'permessage-deflate'],
    [
      { serverNoContextTakeover: false, windowBits: 9 },
      'permessage-deflate; server_max_window_bits=9; client_max_window_bits=9',
    ],
    [
      { clientNoContextTakeover: true, windowBits: 15 },
      'permessage-deflate; server_no_context_takeover; client_no_context_takeover',
    ],
    [{ budgetBytes: 4095 }, undefined],
  ])('obeys the options %o', async (deflate, answer) => {
    const { port } = await startEcho({ deflate });
    expect(await answerTo(port, 'permessage-deflate; client_max_window_bits')).toBe(answer);
  });

  it('is off unless asked for, and a route may differ from its server', async () => {
    const off = await startEcho();
    expect(await answerTo(off.port, 'permessage-deflate')).toBeUndefined();
    const { port } = await startServer(
      (server) => server.route('/', { deflate: { windowBits: 15 } }).route('/off', { deflate: false }),
      { deflate: true },
    );
    expect(await answerTo(port, 'permessage-deflate')).toBe(FRESH);
    const client = new RawClient(port);
    client.send(upgradeHead('/off', { 'Sec-WebSocket-Extensions': 'permessage-deflate' }));
    expect((await client.response()).headers.has('sec-websocket-extensions')).toBe(false);
  });

  it('refuses options that do not exist, at the server and at a route', () => {
    const wrong = { deflate: { windowsBits: 9 } as DeflateOptions };
    expect(() => new WebSocketServer(wrong)).toThrow('deflate has no option "windowsBits"');
    expect(() => new WebSocketServer().route('/', wrong)).toThrow('deflate has no option "windowsBits"');
    expect(() => logged('ws://127.0.0.1:1', wrong)).toThrow('deflate has no option "windowsBits"');
  });

  it('gives the budget back when a connection ends, however it does', async () => {
    const { port, server } = await startEcho({ deflate: { budgetBytes: 4096 } });
    const offer = 'permessage-deflate; client_max_window_bits';
    for (const end of ['reset', 'gone', 'terminate'] as const) {
      const first = new RawClient(port);
      first.send(upgradeHead('/', { 'Sec-WebSocket-Extensions': offer }));
      expect((await first.response()).headers.has('sec-websocket-extensions')).toBe(true);
      expect(await answerTo(port, offer)).toBeUndefined();
      const [connection] = [...server.connections].filter(({ extensions }) => extensions !== '');
      const { closed } = connection ?? expect.fail('there is no connection with compression');
      if (end === 'terminate') connection?.terminate();
      else if (end === 'reset') first.reset();
      else await first.gone();
      await closed;
    }
    expect(await answerTo(port, offer)).toBeDefined();
  });

  it('takes nothing from the budget for a handshake that fails after all', async () => {
    const { port, errors } = await startServer(
      (server) =>
        server
          .route('/bad', { upgrade: () => ({ headers: { 'X-A': 'b\nc' } }) })
          .route('/', { message: (connection, data) => connection.send(data) }),
      { deflate: { budgetBytes: 4096 } },
    );
    const offer = 'permessage-deflate; client_max_window_bits';
    const client = new RawClient(port);
    client.send(upgradeHead('/bad', { 'Sec-WebSocket-Extensions': offer }));
    expect((await client.response()).status).toBe(500);
    expect(errors).toHaveLength(1);
    expect(await answerTo(port, offer)).toBeDefined();
  });
});

describe('RFC 7692 §7.1: what a client makes of the answer', () => {
  const offered = async (deflate: DeflateOptions | boolean): Promise<string | undefined> => {
    let request = '';
    const url = await serveRaw(async (visitor) => {
      request = await visitor.request();
      visitor.socket.destroy();
    });
    await logged(url, { deflate }).closed;
    return /^sec-websocket-extensions: (.*)$/im.exec(request)?.[1];
  };

  it.each<[DeflateOptions | boolean, string | undefined]>([
    [false, undefined],
    [true, `${FRESH}; server_max_window_bits=12; client_max_window_bits=12`],
    [{ windowBits: 15, serverNoContextTakeover: false }, 'permessage-deflate; client_max_window_bits'],
    [
      { windowBits: 8, clientNoContextTakeover: true },
      `${FRESH}; client_no_context_takeover; server_max_window_bits=8; client_max_window_bits=8`,
    ],
    [{ budgetBytes: 1 }, undefined],
  ])('it offers, with %o, %s', async (deflate, offer) => {
    expect(await offered(deflate)).toBe(offer);
  });

  const openWith = (deflate: DeflateOptions | boolean | undefined, answer: string | undefined) =>
    serveRaw(async (visitor) => {
      await visitor.accept({ 'Sec-WebSocket-Extensions': answer });
      visitor.socket.end(Buffer.of(0x88, 0x02, 0x03, 0xe8));
    }).then((url) => logged(url, deflate === undefined ? {} : { deflate }));

  // @rfc 7692-7.1.1.2-1
  it.each([
    undefined,
    `${FRESH}; server_max_window_bits=12`,
    `${FRESH}; server_max_window_bits=8`,
    `${FRESH}; server_max_window_bits=9; client_max_window_bits=8`,
    `${FRESH}; server_max_window_bits=12; client_no_context_takeover`,
  ])('it opens with %s, which its extensions property repeats', async (answer) => {
    const { socket, closed } = await openWith(true, answer);
    expect((await closed).map(([type]) => type)).toEqual(['open', 'close']);
    expect(socket.extensions).toBe(answer ?? '');
  });

  const ANSWERS = [
    ...['server_max_window_bits', 'client_max_window_bits'].flatMap((name) =>
      ['', '=0', '=7', '=13', '=15', '=16', '=08', '=1e1', '=-1', '=1000', '="010"'].map((value) => name + value),
    ),
    'server_no_context_takeover=0',
    'server_no_context_takeover; server_no_context_takeover',
    'client_no_context_takeover=8',
    'client_max_window_bits=9; client_max_window_bits=9',
    'unknown',
  ];

  // @rfc 7692-5-6 7692-5-8 7692-5-10 7692-7-2 7692-7.1.2.1-2 7692-7.1.2.2-2
  it.each([
    ...ANSWERS.map((parameters) => {
      const limited = parameters.startsWith('server_max_window_bits') ? '' : '; server_max_window_bits=12';
      const fresh = parameters.startsWith('server_no') ? '' : '; server_no_context_takeover';
      return `permessage-deflate${fresh}${limited}; ${parameters}`;
    }),
    'permessage-deflate',
    'permessage-deflate; server_max_window_bits=12',
    FRESH,
    'x-webkit-deflate-frame',
    `${FRESH}; server_max_window_bits=12, ${FRESH}; server_max_window_bits=12`,
    `${FRESH}; server_max_window_bits=12, x`,
  ])('it fails the connection at %s', async (answer) => {
    const { socket, closed, error } = await openWith(true, answer);
    expect((await closed).map(([type]) => type)).toEqual(['error', 'close']);
    expect((error() as { code?: string }).code).toMatch(/^response-extension/);
    expect(socket.extensions).toBe('');
  });

  // @rfc 6455-4.1-35 7692-5-10
  it('it fails the connection at compression that it did not offer', async () => {
    const { closed } = await openWith(undefined, 'permessage-deflate');
    expect((await closed).map(([type]) => type)).toEqual(['error', 'close']);
  });
});
