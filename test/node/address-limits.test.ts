import { PassThrough } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { createRequestHead } from '../../src/handshake/index.ts';
import { AddressLimits } from '../../src/node/address-limits.ts';
import { Http1Door } from '../../src/node/door.ts';
import type { ServerOptions } from '../../src/node/index.ts';
import { RawClient, upgradeHead } from './raw-client.ts';
import { leaveNothingBehind, startEcho, startServer, stopTheClock, turns, turnsUntil } from './running-server.ts';

leaveNothingBehind();

interface Answer {
  readonly client: RawClient;
  readonly status: number;
  readonly retryAfter: string | undefined;
}

async function ask(port: number, forwarded?: string): Promise<Answer> {
  const client = new RawClient(port);
  client.send(upgradeHead('/', { 'X-Forwarded-For': forwarded }));
  const { status, headers } = await client.response();
  return { client, status, retryAfter: headers.get('retry-after') };
}

async function statuses(port: number, ...forwarded: (string | undefined)[]): Promise<number[]> {
  const answers: number[] = [];
  for (const address of forwarded) answers.push((await ask(port, address)).status);
  return answers;
}

describe('connectionsPerAddress', () => {
  it('lets n in, answers 429 with Retry-After to n + 1, and lets the next in when one has gone', async () => {
    const { port, server } = await startEcho({ connectionsPerAddress: 3 });
    const clients = [await ask(port), await ask(port), await ask(port)];
    expect(clients.map(({ status }) => status)).toEqual([101, 101, 101]);
    const { client, status, retryAfter } = await ask(port);
    expect([status, retryAfter]).toEqual([429, '5']);
    await client.rest();
    await client.gone();
    await clients[0]?.client.gone();
    await turnsUntil(() => server.connections.size === 2);
    expect(await statuses(port, undefined, undefined)).toEqual([101, 429]);
  });

  it('counts sockets that say nothing', async () => {
    const { port, server } = await startEcho({ connectionsPerAddress: 1 });
    const silent = new RawClient(port);
    await turnsUntil(() => server.metrics().handshakes.pending === 1);
    expect((await ask(port)).status).toBe(429);
    await silent.gone();
  });

  it('is off by default, for 200 connections', async () => {
    const { port } = await startEcho();
    const answers = await Promise.all(Array.from({ length: 200 }, () => ask(port)));
    expect(answers.every(({ status }) => status === 101)).toBe(true);
  });

  it('counts behind a trusted proxy each client by itself, and not the proxy', async () => {
    const { port, server } = await startEcho({ connectionsPerAddress: 1, trustedProxies: ['127.0.0.1'] });
    const first = await ask(port, '192.0.2.1');
    expect(first.status).toBe(101);
    expect(await statuses(port, '192.0.2.1', '192.0.2.2', '2001:db8::1', '2001:db8::2', '2001:db8:0:1::')).toEqual([
      429, 101, 101, 429, 101,
    ]);
    expect(await statuses(port, undefined, undefined)).toEqual([101, 101]);
    const before = server.connections.size;
    await first.client.gone();
    await turnsUntil(() => server.connections.size === before - 1);
    expect(await statuses(port, '192.0.2.1')).toEqual([101]);
  });

  it('does not believe X-Forwarded-For from anybody else', async () => {
    const { port } = await startEcho({ connectionsPerAddress: 1, trustedProxies: ['192.0.2.9'] });
    const answers = [await ask(port, '192.0.2.1'), await ask(port, '192.0.2.2')];
    expect(answers.map(({ status }) => status)).toEqual([101, 429]);
  });

  it('does not concern exempt addresses', async () => {
    const { port } = await startEcho({ connectionsPerAddress: 1, exemptAddresses: ['127.0.0.0/8', '::1'] });
    expect(await statuses(port, undefined, undefined, undefined)).toEqual([101, 101, 101]);
  });
});

describe('handshakesPerSecondPerAddress', () => {
  it('lets n in at once, answers 429 with Retry-After to n + 1, and gives them back evenly', async () => {
    stopTheClock();
    const { port } = await startEcho({ handshakesPerSecondPerAddress: 2, keepalive: false });
    expect(await statuses(port, undefined, undefined)).toEqual([101, 101]);
    expect(await ask(port)).toMatchObject({ status: 429, retryAfter: '1' });
    vi.advanceTimersByTime(500);
    expect(await statuses(port, undefined, undefined)).toEqual([101, 429]);
    vi.advanceTimersByTime(10_000);
    expect(await statuses(port, undefined, undefined, undefined)).toEqual([101, 101, 429]);
  });

  it('counts each client behind a trusted proxy by itself', async () => {
    stopTheClock();
    const { port } = await startEcho({ handshakesPerSecondPerAddress: 1, trustedProxies: ['127.0.0.1'] });
    expect(await statuses(port, '192.0.2.1', '192.0.2.1', '192.0.2.2')).toEqual([101, 429, 101]);
  });

  it('does not count plain requests', async () => {
    stopTheClock();
    const { port } = await startEcho({
      handshakesPerSecondPerAddress: 1,
      fallback: (_, response) => void response.end('page'),
    });
    for (let i = 0; i < 3; i++) {
      const client = new RawClient(port);
      client.send('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
      expect((await client.response()).status).toBe(200);
      await client.gone();
    }
    expect(await statuses(port, undefined, undefined)).toEqual([101, 429]);
  });
});

describe('clientAddress of a request', () => {
  it('is what trusted proxies say, also with the limits off', async () => {
    const seen: unknown[] = [];
    const { port } = await startServer(
      (one) =>
        one.route('/', {
          upgrade: ({ clientAddress, remoteAddress }) => {
            seen.push([clientAddress, remoteAddress]);
            return {};
          },
        }),
      { trustedProxies: ['127.0.0.1'] },
    );
    await ask(port, '8.8.8.8, 192.0.2.1');
    await ask(port);
    expect(seen).toEqual([
      ['192.0.2.1', '127.0.0.1'],
      ['127.0.0.1', '127.0.0.1'],
    ]);
  });
});

describe('the table of addresses', () => {
  const head = createRequestHead({ method: 'GET', target: '/', version: 'HTTP/1.1', fields: [['host', 'x']] });

  /** Any IPv4 address but 0.0.0.0, by its number. */
  function address(number: number): string {
    return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
  }

  it('keeps at most 16,384 addresses that asked, however many ask within a second', () => {
    stopTheClock();
    const limits = new AddressLimits({ connectionsPerAddress: Infinity, handshakesPerSecondPerAddress: 1 }, {});
    const ask = (number: number): unknown =>
      limits.admit(new Http1Door(new PassThrough(), address(number), false), head.headers);
    for (let number = 1; number <= 20_000; number++) ask(number);
    expect(limits.size).toBe(16_384);
    expect(() => ask(20_000)).toThrow(expect.objectContaining({ status: 429 }));
    vi.advanceTimersByTime(1_000);
    ask(1);
    expect(limits.size).toBe(1);
  });

  it('forgets an address whose last transport has closed', async () => {
    const limits = new AddressLimits({ connectionsPerAddress: 2, handshakesPerSecondPerAddress: Infinity }, {});
    const transports = [new PassThrough(), new PassThrough()];
    const doors = transports.map((transport) => new Http1Door(transport, '192.0.2.1', false));
    expect(doors.map((door) => limits.enter(door))).toEqual([undefined, undefined]);
    expect(limits.enter(new Http1Door(new PassThrough(), '192.0.2.1', false))?.status).toBe(429);
    expect(limits.size).toBe(1);
    for (const transport of transports) transport.destroy();
    await turns();
    expect(limits.size).toBe(0);
  });
});

describe('the lists of addresses', () => {
  it.each([
    ['trustedProxies', ['proxy']],
    ['trustedProxies', '10.0.0.0/8'],
    ['trustedProxies', null],
    ['exemptAddresses', [1]],
  ])('%s: %j is refused by name', async (name, value) => {
    await expect(startEcho({ [name]: value } as ServerOptions)).rejects.toThrow(name);
  });
});
