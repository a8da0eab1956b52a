import { runInNewContext } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';
import { type Connection, type RouteHandlers, reject, type UpgradeRequest } from '../../src/node/index.ts';
import { frame, RawClient, text, upgradeHead } from './raw-client.ts';
import {
  leaveNothingBehind,
  type Running,
  sockets,
  startServer,
  stopTheClock,
  turns,
  turnsUntil,
} from './running-server.ts';

leaveNothingBehind();

type Upgrade = NonNullable<RouteHandlers<unknown>['upgrade']>;

function startWith(upgrade: Upgrade, handlers: RouteHandlers = {}, options = {}): Promise<Running> {
  return startServer(
    (server) => server.route('/', { upgrade, message: (connection, data) => connection.send(data), ...handlers }),
    options,
  );
}

/** A promise that a test settles when it likes, and the requests that wait for it. */
function hookInHand(): {
  upgrade: Upgrade;
  asked: { signal: AbortSignal }[];
  answer: (answer: unknown) => void;
  fail: (error: unknown) => void;
} {
  const asked: { signal: AbortSignal }[] = [];
  let answer!: (answer: unknown) => void;
  let fail!: (error: unknown) => void;
  const promise = new Promise<never>((resolve, refuse) => {
    answer = resolve as (answer: unknown) => void;
    fail = refuse;
  });
  const upgrade: Upgrade = (_, context) => {
    asked.push(context);
    return promise;
  };
  return { upgrade, asked, answer, fail };
}

async function ask(port: number, fields: Record<string, string> = {}, path = '/'): Promise<RawClient> {
  const client = new RawClient(port);
  client.send(upgradeHead(path, fields));
  return client;
}

describe('the upgrade hook', () => {
  it.each([
    ['at once', (): unknown => ({ data: { user: 'ann' } })],
    ['later', async (): Promise<unknown> => ({ data: { user: 'ann' } })],
  ])('lets in %s, and its data belongs to the connection', async (_, upgrade) => {
    const { port, server } = await startWith(upgrade as Upgrade);
    const client = await RawClient.open(port, '/', text('early'));
    expect(await client.text()).toBe('early');
    expect([...server.connections].map(({ data }) => data)).toEqual([{ user: 'ann' }]);
  });

  it.each([
    ['nothing', (): undefined => undefined],
    ['a promise of nothing', async (): Promise<undefined> => undefined],
  ])('means yes when it gives %s', async (_, upgrade) => {
    const { port } = await startWith(upgrade);
    await RawClient.open(port);
  });

  // @rfc 6455-4.2.2-3
  it.each([
    ['at once', (): unknown => reject(401, 'token required', { 'WWW-Authenticate': 'Bearer' })],
    ['later', async (): Promise<unknown> => reject(401, 'token required', [['WWW-Authenticate', 'Bearer']])],
  ])('refuses %s with its own status, text and fields', async (_, upgrade) => {
    const { port, server, errors } = await startWith(upgrade as Upgrade);
    const client = await ask(port);
    const { status, headers, body } = await client.answer();
    expect([status, headers.get('www-authenticate'), body]).toEqual([401, 'Bearer', 'token required\n']);
    expect(await client.rest()).toHaveLength(0);
    await client.gone();
    expect([server.connections.size, errors.length]).toEqual([0, 0]);
  });

  it('sees the request: query, cookies, bearer token, origin, subprotocols, address', async () => {
    let seen!: UpgradeRequest;
    const { port } = await startWith((request) => {
      seen = request;
      return undefined;
    });
    const client = await ask(
      port,
      {
        Cookie: 'a=1; b="two"; a=3; odd',
        Authorization: 'Bearer abc.def',
        Origin: 'http://localhost',
        'Sec-WebSocket-Protocol': 'chat, feed',
      },
      '/?token=t%20t&x=1',
    );
    await client.response();
    expect(seen).toMatchObject({
      method: 'GET',
      target: '/?token=t%20t&x=1',
      path: '/',
      secure: false,
      remoteAddress: '127.0.0.1',
    });
    expect(seen.query.get('token')).toBe('t t');
    expect([...seen.cookies]).toEqual([
      ['a', '1'],
      ['b', 'two'],
    ]);
    expect(seen.bearer()).toBe('abc.def');
    expect(seen.origin).toBe('http://localhost');
    expect(seen.protocols).toEqual(['chat', 'feed']);
  });

  // @rfc 6455-4.2.2-6 6455-4.2.2-7
  it.each([
    ['chosen by the hook', { upgrade: () => ({ protocol: 'feed' }) }, 'feed'],
    ['the first offered one of the route otherwise', { protocols: ['x', 'feed', 'chat'] }, 'feed'],
    ['none when the route speaks none of them', { protocols: ['x'] }, undefined],
  ] as [string, RouteHandlers, string | undefined][])('agrees on a subprotocol: %s', async (_, handlers, chosen) => {
    const { port, server } = await startWith(() => undefined, handlers);
    const client = await ask(port, { 'Sec-WebSocket-Protocol': 'chat, feed' });
    const { status, headers } = await client.response();
    expect([status, headers.get('sec-websocket-protocol')]).toEqual([101, chosen]);
    expect([...server.connections].map(({ protocol }) => protocol)).toEqual([chosen ?? '']);
  });

  it('adds fields to the 101', async () => {
    const { port } = await startWith(() => ({
      headers: [
        ['Set-Cookie', 'a=1'],
        ['Set-Cookie', 'b=2'],
      ],
    }));
    const client = await ask(port);
    expect((await client.response()).text).toContain('Set-Cookie: a=1\r\nSet-Cookie: b=2\r\n');
  });

  it.each([
    [
      'throws',
      (): never => {
        throw new Error('no database');
      },
    ],
    ['rejects', (): Promise<never> => Promise.reject(new Error('no database'))],
    ['chooses a subprotocol that was not offered', (): unknown => ({ protocol: 'feed' })],
    ['gives a field with a line break', (): unknown => ({ headers: { 'X-A': 'a\r\nX-B: b' } })],
    ['gives null', (): unknown => null],
    ['gives false', async (): Promise<unknown> => false],
  ])('that %s is a 500 for this client and an error for the server', async (_, upgrade) => {
    const { port, server, errors } = await startWith(upgrade as Upgrade);
    const client = await ask(port);
    const { status, body } = await client.answer();
    expect(status).toBe(500);
    expect(body).not.toContain('database');
    expect(await client.rest()).toHaveLength(0);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toBeInstanceOf(Error);
    expect(server.connections.size).toBe(0);
  });

  it('is awaited when it gives a promise of another realm', async () => {
    const foreign: unknown = runInNewContext('Promise.resolve(answer)', { answer: reject(403, 'no') });
    const { port } = await startWith(() => foreign as undefined);
    const client = await ask(port);
    expect((await client.response()).status).toBe(403);
  });

  it('keeps what the client sends while it waits', async () => {
    const { upgrade, asked, answer } = hookInHand();
    const { port } = await startWith(upgrade);
    const client = await ask(port);
    await turnsUntil(() => asked.length === 1);
    for (let i = 0; i < 5; i++) await client.sent(text(`early ${i}`));
    await turns();
    answer({});
    expect((await client.response()).status).toBe(101);
    for (let i = 0; i < 5; i++) expect(await client.text()).toBe(`early ${i}`);
  });

  it('keeps no more than a limit of it, and loses nothing all the same', async () => {
    const { upgrade, asked, answer } = hookInHand();
    let bytes = 0;
    const { port } = await startWith(upgrade, {
      message: (_, data) => {
        bytes += data.length;
      },
    });
    const client = await ask(port);
    await turnsUntil(() => asked.length === 1);
    const all = Array.from({ length: 16 }, () => frame(2, new Uint8Array(1024 * 1024)));
    client.send(...all);
    await turns(50);
    expect(client.socket.writableLength).toBeGreaterThan(0);
    answer({});
    expect((await client.response()).status).toBe(101);
    await turnsUntil(() => bytes === 16 * 1024 * 1024);
  });
});

describe('the header fields of an answer', () => {
  it.each([
    ['an object', { 'X-One': '1', 'X-Two': '2' }],
    [
      'pairs',
      [
        ['X-One', '1'],
        ['X-Two', '2'],
      ] as [string, string][],
    ],
    ['a Map', new Map(Object.entries({ 'X-One': '1', 'X-Two': '2' }))],
    ['Headers', new Headers({ 'X-One': '1', 'X-Two': '2' })],
  ])('may be %s, for yes and for no', async (_, headers) => {
    const { port } = await startServer((server) =>
      server
        .route('/yes', { upgrade: () => ({ headers }) })
        .route('/no', { upgrade: () => reject(403, 'no', headers) }),
    );
    for (const [path, status] of [
      ['/yes', 101],
      ['/no', 403],
    ] as const) {
      const client = new RawClient(port);
      client.send(upgradeHead(path));
      const answer = await client.response();
      expect([answer.status, answer.headers.get('x-one'), answer.headers.get('x-two')]).toEqual([status, '1', '2']);
    }
  });
});

describe('while the upgrade hook is awaited', () => {
  it.each([
    ['ends', (client: RawClient) => client.socket.end()],
    ['resets', (client: RawClient) => client.reset()],
  ])('a client that %s aborts the signal and never opens', async (_, leave) => {
    const { upgrade, asked, answer } = hookInHand();
    const opened: Connection[] = [];
    const { port, server, errors } = await startWith(upgrade, {
      open: (connection) => {
        opened.push(connection);
      },
    });
    const client = await ask(port);
    await turnsUntil(() => asked.length === 1);
    expect(asked[0]?.signal.aborted).toBe(false);
    leave(client);
    await turnsUntil(() => asked[0]?.signal.aborted === true);
    answer({});
    await turns();
    expect(opened).toHaveLength(0);
    expect([server.connections.size, errors.length]).toEqual([0, 0]);
    await turnsUntil(() => sockets() === 0);
  });

  it('an error that is nothing but the abort is not reported', async () => {
    let aborted = false;
    const { port, errors } = await startWith(
      (_, { signal }) =>
        new Promise((_resolve, refuse) => {
          signal.addEventListener('abort', () => {
            aborted = true;
            refuse(signal.reason);
          });
        }),
    );
    const client = await ask(port);
    await turnsUntil(() => sockets() === 2);
    client.reset();
    await turnsUntil(() => aborted);
    await turns();
    expect(errors).toEqual([]);
  });

  it('the deadline of the handshake goes on: 408, and the signal is aborted', async () => {
    stopTheClock();
    const { upgrade, asked, answer } = hookInHand();
    const { port, server, errors } = await startWith(upgrade);
    const client = await ask(port);
    await turnsUntil(() => asked.length === 1);
    vi.advanceTimersByTime(9_800);
    expect(asked[0]?.signal.aborted).toBe(false);
    vi.advanceTimersByTime(400);
    expect((await client.answer()).status).toBe(408);
    expect(asked[0]?.signal.aborted).toBe(true);
    answer({});
    expect(await client.rest()).toHaveLength(0);
    expect([server.connections.size, errors.length]).toEqual([0, 0]);
  });

  it('shutdown answers 503, whatever the hook says later', async () => {
    const { upgrade, asked, answer } = hookInHand();
    const { port, server } = await startWith(upgrade);
    const client = await ask(port);
    await turnsUntil(() => asked.length === 1);
    const gone = server.shutdown();
    expect((await client.answer()).status).toBe(503);
    expect(asked[0]?.signal.aborted).toBe(true);
    answer({});
    expect(await client.rest()).toHaveLength(0);
    await client.gone();
    await gone;
    expect(server.connections.size).toBe(0);
  });
});

describe('routes', () => {
  it('match a path or a predicate, the first one counts, and no other path is served', async () => {
    const seen: string[] = [];
    const { port } = await startServer((server) =>
      server
        .route('/a', {
          open: () => {
            seen.push('a');
          },
        })
        .route(({ path }) => path.startsWith('/a'), {
          open: () => {
            seen.push('predicate');
          },
        })
        .route(({ query }) => query.has('b'), {
          open: () => {
            seen.push('query');
          },
        }),
    );
    for (const path of ['/a?b', '/ab', '/c?b']) await RawClient.open(port, path);
    expect(seen).toEqual(['a', 'predicate', 'query']);
    for (const path of ['/', '/A', '/c', '/%61']) {
      const client = await ask(port, {}, path);
      expect((await client.response()).status).toBe(404);
    }
  });

  it('a predicate that throws is a 500 for this client and an error for the server', async () => {
    const { port, errors } = await startServer((server) =>
      server.route(
        () => {
          throw new Error('broken predicate');
        },
        { open: () => {} },
      ),
    );
    expect((await (await ask(port)).response()).status).toBe(500);
    expect(errors).toHaveLength(1);
  });

  it('have an origin policy of their own', async () => {
    const { port } = await startServer((server) =>
      server
        .route('/open', { origin: 'any' })
        .route('/listed', { origin: ['https://a.example'] })
        .route('/same', {}),
    );
    const statuses = async (origin: string): Promise<number[]> =>
      Promise.all(
        ['/open', '/listed', '/same'].map(
          async (path) => (await (await ask(port, { Origin: origin }, path)).response()).status,
        ),
      );
    expect(await statuses('https://a.example')).toEqual([101, 101, 403]);
    expect(await statuses('https://b.example')).toEqual([101, 403, 403]);
    expect(await statuses('http://localhost')).toEqual([101, 403, 101]);
  });
});
