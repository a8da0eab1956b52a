import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer as Ws } from 'ws';
import { type CaseResult, failuresOf, runServerTests, tallyGroups } from '../../src/conformance/index.ts';
import { WebSocketServer } from '../../src/index.ts';
import { selfSigned } from '../node/certificate.ts';

const GROUPS = ['1', '2', '3', '4', '5', '6', '7', '10'];
const TIMEOUT_MS = 60_000;

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** The URL of our own server, which sends back every message. */
async function startOwn(): Promise<string> {
  const server = new WebSocketServer({ deflate: true, maxMessageBytes: 16_777_216, maxFragments: 8_192 });
  server.route(() => true, { message: (connection, data) => connection.send(data) });
  ends.push(() => server.shutdown({ deadlineMs: 1 }));
  const { port } = (await server.listen({ host: '127.0.0.1', port: 0 })) as AddressInfo;
  return `ws://127.0.0.1:${port}/echo?a=b`;
}

async function startWs(): Promise<string> {
  const server = new Ws({ host: '127.0.0.1', port: 0 });
  server.on('connection', (socket) => {
    socket.on('error', () => undefined);
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  await once(server, 'listening');
  ends.push(async () => {
    for (const socket of server.clients) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
  });
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** The results that are neither OK nor INFORMATIONAL, or whose end was not clean. */
function deviations(results: readonly CaseResult[]): string[] {
  const isFine = (verdict: string): boolean => verdict === 'OK' || verdict === 'INFORMATIONAL';
  return results
    .filter(({ behavior, behaviorClose }) => !isFine(behavior) || !isFine(behaviorClose))
    .map(({ number, behavior, behaviorClose, reason }) => `${number} ${behavior} ${behaviorClose} ${reason}`);
}

describe('groups 1 to 7 and 10', () => {
  it('are OK or INFORMATIONAL with the server of this package, and every end is clean', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const report = await runServerTests({ url: await startOwn(), cases: GROUPS });
    expect(report.results).toHaveLength(247);
    expect(deviations(report.results)).toEqual([]);
    expect(failuresOf(report)).toEqual([]);
    expect(report).toMatchObject({ testee: 'server', leftOut: [], strict: false });
  });

  it('find that ws refuses bad text only at the end of its message, and nothing else', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const report = await runServerTests({ url: await startWs(), cases: GROUPS, strict: true });
    expect(report.results).toHaveLength(247);
    const late = ['6.4.1', '6.4.2', '6.4.3', '6.4.4'];
    expect(deviations(report.results)).toEqual(
      late.map((number) => `${number} NON-STRICT OK the testee failed the connection only later`),
    );
    expect(failuresOf(report).map(({ number }) => number)).toEqual(late);
    expect(failuresOf({ ...report, strict: false })).toEqual([]);
    expect(tallyGroups(report).find(({ group }) => group === '6')).toMatchObject({
      behaviors: { 'NON-STRICT': 4 },
      closes: {},
    });
  });
});

describe('a message of each kind and term of the other groups', () => {
  it('comes back from the server of this package', { timeout: TIMEOUT_MS }, async () => {
    const cases = ['9.1.3', '9.4.3', '9.5.6', '9.8.1', '12.1.2', '12.2.3', '13.3.2', '13.5.4'];
    const report = await runServerTests({ url: await startOwn(), cases });
    expect(report.results).toHaveLength(8);
    expect(deviations(report.results)).toEqual([]);
  });

  it('is UNIMPLEMENTED where compression is not', { timeout: TIMEOUT_MS }, async () => {
    const report = await runServerTests({ url: await startWs(), cases: ['12.1.1', '13.7.18'] });
    expect(report.results.map(({ behavior, behaviorClose }) => `${behavior} ${behaviorClose}`)).toEqual([
      'UNIMPLEMENTED UNIMPLEMENTED',
      'UNIMPLEMENTED UNIMPLEMENTED',
    ]);
    expect(failuresOf(report)).toEqual([]);
  });
});

describe('a run', () => {
  it('tells how far it is, and can be ended early', async () => {
    const stop = new AbortController();
    const told: string[] = [];
    const report = await runServerTests(
      { url: await startOwn(), cases: ['1'], parallel: 1, signal: stop.signal },
      {
        started: (total) => told.push(`of ${total}`),
        finished({ number }, done, total) {
          told.push(`${number} is ${done} of ${total}`);
          if (done === 2) stop.abort();
        },
      },
    );
    expect(told).toEqual(['of 16', '1.1.1 is 1 of 16', '1.1.2 is 2 of 16']);
    expect(report.results.map(({ number }) => number)).toEqual(['1.1.1', '1.1.2']);
    expect(report.leftOut).toHaveLength(14);
    expect(report.leftOut[0]).toEqual({ number: '1.1.3', reason: 'the run was ended before' });
  });

  it('sends the fields and subprotocols that it is told', async () => {
    const server = new WebSocketServer();
    const asked: unknown[] = [];
    server.route('/room', {
      upgrade(request) {
        asked.push([request.headers.get('authorization'), request.headers.get('x-key')]);
        return { protocol: 'echo.v1' };
      },
      message: (connection, data) => connection.send(data),
    });
    ends.push(() => server.shutdown({ deadlineMs: 1 }));
    const { port } = (await server.listen({ host: '127.0.0.1', port: 0 })) as AddressInfo;
    const report = await runServerTests({
      url: `ws://me:secret@127.0.0.1:${port}/room`,
      cases: ['1.1.2'],
      fields: [['X-Key', '7']],
      protocols: ['echo.v1', 'echo.v2'],
    });
    expect(deviations(report.results)).toEqual([]);
    expect(asked).toEqual([['Basic bWU6c2VjcmV0', '7']]);
  });

  it('goes over TLS, with a certificate of any making', async () => {
    const server = new WebSocketServer();
    server.route(() => true, { message: (connection, data) => connection.send(data) });
    ends.push(() => server.shutdown({ deadlineMs: 1 }));
    const tls = selfSigned('DNS:example.com');
    const { port } = (await server.listen({ host: '127.0.0.1', port: 0, tls })) as AddressInfo;
    const report = await runServerTests({ url: `wss://127.0.0.1:${port}/`, cases: ['1', '3', '7.7'] });
    expect(report.results).toHaveLength(36);
    expect(deviations(report.results)).toEqual([]);
  });

  it('refuses a URL and patterns that mean nothing, at the call', () => {
    expect(() => runServerTests({ url: 'ftp://localhost/' })).toThrow(/ws: or wss:/);
    expect(() => runServerTests({ url: 'ws://localhost/', cases: ['99'] })).toThrow('no case fits "99"');
  });
});
