import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { text as readAll } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type ClientTestOptions,
  ClientTestServer,
  type ConformanceReport,
  failuresOf,
} from '../../src/conformance/index.ts';
import { drive, ownClient, wsClient } from './echo-driver.ts';

const servers = new Set<ClientTestServer>();

afterEach(async () => {
  await Promise.all([...servers].map((server) => server.close()));
  servers.clear();
});

async function serve(
  options: ClientTestOptions,
): Promise<{ origin: string; server: ClientTestServer; reports: ConformanceReport[] }> {
  const reports: ConformanceReport[] = [];
  const server = new ClientTestServer(options, { reported: (report) => reports.push(report) });
  servers.add(server);
  const { port } = await server.listen({ port: 0, host: '127.0.0.1' });
  return { origin: `ws://127.0.0.1:${port}`, server, reports };
}

const wrong = (report: ConformanceReport | undefined) =>
  report &&
  failuresOf({ ...report, strict: true }).map(({ number, behavior, behaviorClose, reason, expected, got }) =>
    [number, behavior, behaviorClose, reason, expected, got].join(' | '),
  );

describe('a server that tests clients under the URL scheme of the known suite', () => {
  it('finds nothing wrong with our client, in any group but those of large data', async () => {
    const { origin, reports } = await serve({ exclude: ['9', '12', '13', 'S'] });
    await drive(ownClient, origin, 'ws101');
    expect(wrong(reports[0])).toEqual([]);
    expect(reports[0]).toMatchObject({ testee: 'client', agent: 'ws101' });
    expect(reports[0]?.results.length).toBeGreaterThan(240);
  }, 60_000);

  it('tests the client of ws', async () => {
    const { origin, reports } = await serve({ cases: ['1', '2', '5', '7.1'] });
    await drive(wsClient, origin, 'ws');
    expect(reports[0]?.results.length).toBeGreaterThan(50);
    expect(wrong(reports[0])).toEqual([]);
  }, 60_000);

  it('tells what a case is, and how it went', async () => {
    const { origin } = await serve({ cases: ['1.1.2'] });
    expect(await ownClient(`${origin}/getCaseCount`)).toEqual(['1']);
    expect(JSON.parse((await ownClient(`${origin}/getCaseInfo?case=1`))[0] ?? '')).toMatchObject({ id: '1.1.2' });
    const status = `${origin}/getCaseStatus?case=1&agent=a`;
    expect(await ownClient(status)).toEqual(['{"behavior":"NOT RUN"}']);
    await ownClient(`${origin}/runCase?casetuple=1.1.2&agent=a`);
    expect(await ownClient(status)).toEqual(['{"behavior":"OK"}']);
  });

  it('fails a client that does not echo, hangs up, or is none, and goes on', async () => {
    const { origin, server } = await serve({ cases: ['1.1.2', '1.1.3'], timeoutMs: 1_000 });
    const port = Number(new URL(origin).port);
    const request =
      `GET /runCase?case=1&agent=rude HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
    const rude = connectTcp(port, '127.0.0.1');
    rude.write(request);
    await once(rude, 'data');
    rude.destroy();
    const silent = connectTcp(port, '127.0.0.1');
    silent.write('GET /runCase?case=2&agent=rude HTTP/1.1\r\n\r\n');
    silent.resume();
    await once(silent, 'close');
    const results = (): readonly string[] => server.reports()[0]?.results.map(({ behavior }) => behavior) ?? [];
    while (results().length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(results()).toEqual(['FAILED', 'FAILED']);
    expect(await ownClient(`${origin}/getCaseCount`)).toEqual(['2']);
  });

  it('refuses what it does not know with a sentence', async () => {
    const { origin } = await serve({ cases: ['1.1.2'] });
    for (const [path, sentence] of [
      ['/', 'there are /getCaseCount'],
      ['/runCase?case=2&agent=a', 'case must be a number from 1 to 1'],
    ] as const) {
      const socket = connectTcp(Number(new URL(origin).port), '127.0.0.1');
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
      const answer = await readAll(socket);
      expect(answer).toMatch(/^HTTP\/1\.1 404 /);
      expect(answer).toContain(sentence);
    }
  });

  it('refuses a pattern that fits no case', () => {
    expect(() => new ClientTestServer({ cases: ['99'] })).toThrow(RangeError);
  });
});
