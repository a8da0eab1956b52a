import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { describe, expect, it, vi } from 'vitest';
import { RawClient, requestHead, upgradeHead } from './raw-client.ts';
import { leaveNothingBehind, type Running, sockets, startServer, turns, turnsUntil } from './running-server.ts';

leaveNothingBehind();

const HOST = { Host: 'localhost' };

interface Answering extends Running {
  readonly asked: string[];
}

/** A server whose fallback repeats method, target, version and body of each request. */
async function startAnswering(): Promise<Answering> {
  const asked: string[] = [];
  const started = await startServer((server) => server.route('/', {}), {
    fallback: async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      asked.push(`${request.method} ${request.url} HTTP/${request.httpVersion} ${body}`.trim());
      const answer = `${asked.at(-1)}\n`;
      response.setHeader('Content-Length', answer.length);
      response.end(answer);
    },
  });
  return { ...started, asked };
}

async function ask(port: number, ...pieces: string[]): Promise<RawClient> {
  const client = new RawClient(port);
  for (const piece of pieces) {
    await client.sent(Buffer.from(piece, 'latin1'));
    await turns(3);
  }
  return client;
}

describe('plain requests go to the fallback, a listener of node:http', () => {
  it.each([
    ['GET', requestHead('GET /a?b=c HTTP/1.1', HOST), 'GET /a?b=c HTTP/1.1'],
    ['HEAD of HTTP/1.0 without a Host', 'HEAD /health HTTP/1.0\r\n\r\n', 'HEAD /health HTTP/1.0'],
    ['GET of HTTP/1.0', 'GET /health HTTP/1.0\r\n\r\n', 'GET /health HTTP/1.0'],
    ['POST', `${requestHead('POST /x HTTP/1.1', { ...HOST, 'Content-Length': '5' })}hello`, 'POST /x HTTP/1.1 hello'],
    [
      'POST in chunks',
      `${requestHead('POST /x HTTP/1.1', { ...HOST, 'Transfer-Encoding': 'chunked' })}5\r\nhello\r\n0\r\n\r\n`,
      'POST /x HTTP/1.1 hello',
    ],
    [
      'a request that has websocket fields but no Upgrade',
      requestHead('GET /v HTTP/1.1', { ...HOST, 'Sec-WebSocket-Version': '13', Connection: 'keep-alive' }),
      'GET /v HTTP/1.1',
    ],
  ])('%s', async (_, whole, seen) => {
    const { port, asked } = await startAnswering();
    for (const pieces of [[whole], [...whole], [whole.slice(0, 7), whole.slice(7, -2), whole.slice(-2)]]) {
      const client = await ask(port, ...pieces);
      const { status, headers } = await client.response();
      expect([status, headers.get('connection')]).toEqual([200, 'close']);
      expect((await client.rest()).toString()).toBe(whole.startsWith('HEAD') ? '' : `${seen}\n`);
      await client.gone();
    }
    expect(asked).toEqual([seen, seen, seen]);
  });

  it('a client that asks to keep the connection is told that it closes', async () => {
    const { port } = await startAnswering();
    const client = await ask(port, requestHead('GET / HTTP/1.1', { ...HOST, Connection: 'keep-alive' }));
    const { status, headers } = await client.response();
    expect([status, headers.get('connection')]).toEqual([200, 'close']);
    await client.rest();
    await client.gone();
  });

  it("Node's own client, with a body of 1 MiB and Expect: 100-continue", async () => {
    const { port, asked } = await startAnswering();
    const body = 'x'.repeat(1024 * 1024);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing = httpRequest({ port, method: 'PUT', path: '/big', headers: { Expect: '100-continue' } }, resolve);
      outgoing.on('continue', () => outgoing.end(body));
      outgoing.on('error', reject);
      outgoing.flushHeaders();
    });
    expect(response.statusCode).toBe(200);
    response.resume();
    expect(asked).toEqual([`PUT /big HTTP/1.1 ${body}`]);
  });

  it('an upgrade never does, whatever is wrong with it', async () => {
    const { port, asked } = await startAnswering();
    for (const head of [
      upgradeHead('/nowhere'),
      upgradeHead('/', { Upgrade: 'h2c' }),
      upgradeHead('/', { 'Sec-WebSocket-Version': '8' }),
      upgradeHead('/').replace('GET', 'POST'),
    ]) {
      const client = await ask(port, head);
      expect((await client.response()).status).toBeGreaterThanOrEqual(400);
      await client.rest();
    }
    await RawClient.open(port);
    expect(asked).toEqual([]);
  });

  it('a request pipelined behind one is not answered, an upgrade neither', async () => {
    for (const second of [requestHead('GET /second HTTP/1.1', HOST), upgradeHead('/')]) {
      const { port, asked, server } = await startAnswering();
      const client = await ask(port, requestHead('GET /first HTTP/1.1', HOST) + second);
      expect((await client.response()).status).toBe(200);
      expect((await client.rest()).toString()).toBe('GET /first HTTP/1.1\n');
      expect(asked).toEqual(['GET /first HTTP/1.1']);
      expect(server.connections.size).toBe(0);
    }
  });

  it('bad syntax is answered before it', async () => {
    const { port, asked } = await startAnswering();
    for (const [head, status] of [
      ['GET / HTTP/1.1\r\nHost : a\r\n\r\n', 400],
      [`GET /${'a'.repeat(9000)} HTTP/1.1\r\n\r\n`, 414],
      [`GET / HTTP/1.1\r\nX: ${'a'.repeat(17000)}\r\n\r\n`, 431],
    ] as const) {
      const client = await ask(port, head);
      expect((await client.answer()).status).toBe(status);
    }
    expect(asked).toEqual([]);
  });

  it('a client that leaves before its answer is noticed, and its socket is gone', async () => {
    const waiting: ServerResponse[] = [];
    const { port } = await startServer(() => undefined, { fallback: (_, response) => void waiting.push(response) });
    const client = await ask(port, requestHead('GET / HTTP/1.1', HOST));
    await turnsUntil(() => waiting.length === 1);
    const closed = new Promise((resolve) => waiting[0]?.once('close', resolve));
    client.reset();
    await closed;
    await turnsUntil(() => sockets() === 0);
  });

  it.each([
    ['throws', (): never => fail()],
    ['rejects', async (): Promise<never> => fail()],
  ])('one that %s is a 500 for this client and an error for the server', async (_, fallback) => {
    const { port, errors } = await startServer(() => undefined, { fallback });
    const client = await ask(port, requestHead('GET / HTTP/1.1', HOST));
    expect((await client.response()).status).toBe(500);
    expect(await client.rest()).toHaveLength(0);
    expect(errors).toEqual([new Error('no template')]);
  });

  it('one that fails in the middle of its answer ends the connection', async () => {
    const { port, errors } = await startServer(() => undefined, {
      fallback: async (_, response) => {
        response.write('half');
        fail();
      },
    });
    const client = await ask(port, requestHead('GET / HTTP/1.1', HOST));
    await client.rest();
    expect(errors).toHaveLength(1);
  });

  it('a body that does not come in time is answered 408, a slow answer is not', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const waiting: ServerResponse[] = [];
    const { port } = await startServer(() => undefined, { fallback: (_, response) => void waiting.push(response) });
    const slow = await ask(port, requestHead('POST / HTTP/1.1', { ...HOST, 'Content-Length': '5' }), 'hel');
    const patient = await ask(port, requestHead('GET / HTTP/1.1', HOST));
    await turnsUntil(() => waiting.length === 2);
    vi.advanceTimersByTime(299_000);
    await turns();
    expect(slow.reads).toBe(0);
    vi.advanceTimersByTime(2_000);
    expect((await slow.response()).status).toBe(408);
    expect(await slow.rest()).toHaveLength(0);
    expect(patient.reads).toBe(0);
    waiting[1]?.end();
    expect((await patient.response()).status).toBe(200);
    await Promise.all([slow.gone(), patient.gone()]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is waited for by shutdown, up to its deadline', async () => {
    const waiting: ServerResponse[] = [];
    const { port, server } = await startServer(() => undefined, {
      fallback: (_, response) => void waiting.push(response),
    });
    const [slow, never] = [
      await ask(port, requestHead('GET / HTTP/1.1', HOST)),
      await ask(port, requestHead('GET / HTTP/1.1', HOST)),
    ];
    await turnsUntil(() => waiting.length === 2);
    const gone = server.shutdown({ deadlineMs: 50 });
    waiting[0]?.end('late');
    expect((await slow.response()).status).toBe(200);
    await gone;
    expect(await never.rest()).toHaveLength(0);
  });
});

function fail(): never {
  throw new Error('no template');
}
