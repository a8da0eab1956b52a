import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type CloseInfo, type Connection, WebSocketServer } from '../../src/node/index.ts';
import { RawClient, upgradeHead } from '../node/raw-client.ts';
import { leaveNothingBehind, turnsUntil } from '../node/running-server.ts';
import { describeWithPeer, type Peer } from '../support/peers.ts';

leaveNothingBehind();

const EXAMPLES = fileURLToPath(new URL('../../docs/examples/proxies', import.meta.url));
const FROM_TO = [/127\.0\.0\.1:8080/g, /127\.0\.0\.1:8081/g] as const;

/** A proxy of Debian's, and how it is started with one of our example configurations. */
interface Proxy extends Peer {
  readonly config: string;
  readonly start: (folder: string) => ChildProcess;
}

function installed(name: string, path: string, flag: string): Peer {
  const { status } = spawnSync(path, [flag], { stdio: 'ignore' });
  return { name, missing: status === 0 ? undefined : 'not installed here' };
}

const silent: SpawnOptions = { stdio: ['ignore', 'ignore', 'pipe'] };
const nginx: Proxy = {
  ...installed('nginx', '/usr/sbin/nginx', '-v'),
  config: 'nginx.conf',
  start: (folder) => spawn('/usr/sbin/nginx', ['-p', folder, '-c', 'nginx.conf', '-e', 'stderr'], silent),
};
const haproxy: Proxy = {
  ...installed('haproxy', '/usr/sbin/haproxy', '-v'),
  config: 'haproxy.cfg',
  start: (folder) => spawn('/usr/sbin/haproxy', ['-f', join(folder, 'haproxy.cfg')], silent),
};

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true));
    socket.on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

interface Behind {
  readonly server: WebSocketServer;
  readonly port: number;
  readonly connections: Connection[];
  readonly closed: CloseInfo[];
}

/** A server with an echo and a page behind the proxy, which listens on `port`. */
async function startBehind(proxy: Proxy, edit: (config: string) => string = (config) => config): Promise<Behind> {
  const [connections, closed]: [Connection[], CloseInfo[]] = [[], []];
  const server = new WebSocketServer({
    keepalive: { intervalMs: 300, timeoutMs: 5_000 },
    fallback: (_, response) => void response.end('page'),
  }).route('/echo', {
    protocols: ['chat'],
    open: (connection) => void connections.push(connection),
    message: (connection, data) => connection.send(data),
    close: (_, info) => void closed.push(info),
  });
  const upstream = (await server.listen({ port: 0, host: '127.0.0.1' })) as AddressInfo;
  ends.push(() => server.shutdown({ deadlineMs: 1 }));
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'proxy-'));
  ends.push(async () => rmSync(folder, { recursive: true }));
  const config = readFileSync(join(EXAMPLES, proxy.config), 'utf8')
    .replace(FROM_TO[0], `127.0.0.1:${port}`)
    .replace(FROM_TO[1], `127.0.0.1:${upstream.port}`);
  writeFileSync(join(folder, proxy.config), edit(config));
  const running = proxy.start(folder);
  let complaints = '';
  running.stderr?.on('data', (text) => {
    complaints += text;
  });
  const exited = once(running, 'exit');
  let gone = false;
  void exited.then(() => {
    gone = true;
  });
  ends.push(() => {
    running.kill('SIGTERM');
    return exited;
  });
  while (!(await accepts(port))) if (gone) throw new Error(`${proxy.name} has ended: ${complaints}`);
  return { server, port, connections, closed };
}

async function open(port: number, path = '/echo'): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, ['chat'], { origin: `http://127.0.0.1:${port}` });
  socket.on('error', () => {});
  await once(socket, 'open');
  return socket;
}

for (const proxy of [nginx, haproxy]) {
  describeWithPeer(proxy, `behind ${proxy.name}, with the configuration in docs/examples/proxies`, () => {
    it('echoes text and binary up to 1 MiB, for a page of the same origin', async () => {
      const { port, connections } = await startBehind(proxy);
      const socket = await open(port);
      expect([socket.protocol, connections[0]?.protocol]).toEqual(['chat', 'chat']);
      for (const data of ['', 'grüße 👋', 'x'.repeat(70_000), Buffer.alloc(0), Buffer.alloc(1024 * 1024, 7)]) {
        const echo = once(socket, 'message') as Promise<[Buffer, boolean]>;
        socket.send(data);
        const [bytes, binary] = await echo;
        expect([bytes.equals(Buffer.from(data as string)), binary]).toEqual([true, typeof data !== 'string']);
      }
      socket.terminate();
    });

    it('passes close codes and reasons both ways, and the loss of either end', async () => {
      const { port, connections, closed } = await startBehind(proxy);
      const first = await open(port);
      first.close(3001, 'from the client');
      expect((await once(first, 'close'))[0]).toBe(3001);
      const second = await open(port);
      connections[1]?.close(4000, 'from the server');
      const [code, reason] = await once(second, 'close');
      expect([code, String(reason)]).toEqual([4000, 'from the server']);
      const third = await open(port);
      third.terminate();
      await turnsUntil(() => closed.length === 3);
      const fourth = await open(port);
      connections[3]?.terminate();
      expect((await once(fourth, 'close'))[0]).toBe(1006);
      await turnsUntil(() => closed.length === 4);
      expect(closed.map(({ code, clean }) => [code, clean])).toEqual([
        [3001, true],
        [4000, true],
        [1006, false],
        [1006, false],
      ]);
    });

    it('tells the address of the client, and the Host that it asked for', async () => {
      const { port, connections } = await startBehind(proxy);
      const socket = await open(port);
      const request = connections[0]?.request;
      expect(request?.headers.get('x-forwarded-for')).toBe('127.0.0.1');
      expect(request?.headers.get('x-forwarded-proto')).toBe('http');
      expect(request?.headers.get('host')).toBe(`127.0.0.1:${port}`);
      socket.terminate();
    });

    it('serves the page through the same port, and passes refusals on', async () => {
      const { port } = await startBehind(proxy);
      const page = await fetch(`http://127.0.0.1:${port}/`);
      expect([page.status, await page.text()]).toEqual([200, 'page']);
      for (const [head, status] of [
        [upgradeHead('/nowhere', { Host: `127.0.0.1:${port}` }), 404],
        [upgradeHead('/echo', { Origin: 'https://elsewhere.example' }), 403],
        [upgradeHead('/echo', { 'Sec-WebSocket-Version': '8' }), 426],
      ] as const) {
        const client = new RawClient(port);
        client.send(head);
        expect((await client.response()).status).toBe(status);
        await client.gone();
      }
    });

    it('pings keep an idle connection open for longer than the proxy would', async () => {
      const { port, closed, connections } = await startBehind(proxy, (config) => config.replaceAll(/\b60s/g, '1s'));
      const socket = await open(port);
      let pings = 0;
      socket.on('ping', () => pings++);
      await turnsUntil(() => pings === 6);
      expect([closed, connections.length]).toEqual([[], 1]);
      const echo = once(socket, 'message');
      socket.send('still here');
      expect(String((await echo)[0])).toBe('still here');
      socket.terminate();
    });
  });
}
