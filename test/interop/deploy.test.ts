import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as redis from 'redis';
import { afterEach, describe, expect, it } from 'vitest';
import { type ChatServer, createChatServer, RedisBroker } from '../../src/chat/index.ts';
import { ChaosClient } from '../chaos/chaos-client.ts';
import { Cuts } from '../chaos/cuts.ts';
import { judge } from '../chaos/verdict.ts';
import { describeWithPeer, type Peer } from '../support/peers.ts';
import { ownRedis, redisPeer } from '../support/redis.ts';

const EXAMPLES = fileURLToPath(new URL('../../docs/examples/deploy', import.meta.url));

interface Proxy extends Peer {
  readonly config: string;
  readonly start: (folder: string) => ChildProcess;
}

function proxyOf(name: string, path: string, flag: string, config: string, args: (folder: string) => string[]): Proxy {
  const missing = spawnSync(path, [flag], { stdio: 'ignore' }).status === 0 ? undefined : 'not installed here';
  return {
    name,
    config,
    missing,
    start: (folder) => spawn(path, args(folder), { stdio: ['ignore', 'ignore', 'pipe'] }),
  };
}

const PROXIES = [
  proxyOf('nginx', '/usr/sbin/nginx', '-v', 'nginx.conf', (folder) => [
    '-p',
    folder,
    '-c',
    'nginx.conf',
    '-e',
    'stderr',
  ]),
  proxyOf('haproxy', '/usr/sbin/haproxy', '-v', 'haproxy.cfg', (folder) => ['-f', join(folder, 'haproxy.cfg')]),
];

const ends: (() => Promise<unknown> | unknown)[] = [];
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

async function until(met: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await met())) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** The proxy with its configuration as it is in the documentation, but for the ports. */
async function startProxy(proxy: Proxy, upstreams: readonly [number, number]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'ws101-deploy-'));
  ends.push(() => rmSync(folder, { recursive: true }));
  const port = await freePort();
  const config = readFileSync(join(EXAMPLES, proxy.config), 'utf8')
    .replaceAll('127.0.0.1:8080', `127.0.0.1:${port}`)
    .replaceAll('127.0.0.1:8081', `127.0.0.1:${upstreams[0]}`)
    .replaceAll('127.0.0.1:8082', `127.0.0.1:${upstreams[1]}`);
  writeFileSync(join(folder, proxy.config), config);
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
  return port;
}

async function startServer(url: string): Promise<{ readonly server: ChatServer; readonly port: number }> {
  const server = createChatServer({
    exemptAddresses: ['127.0.0.1'],
    trustedProxies: ['127.0.0.1'],
    chat: { broker: (events) => new RedisBroker(redis, { url }, events) },
  });
  ends.push(() => server.shutdown({ deadlineMs: 500 }));
  const { port } = (await server.listen({ host: '127.0.0.1', port: 0 })) as AddressInfo;
  await until(() => server.chat.node.broker.state === 'up');
  return { server, port };
}

for (const proxy of PROXIES) {
  const both = { name: `${proxy.name} or redis-server`, missing: proxy.missing ?? redisPeer().missing };
  describeWithPeer(both, `two chat servers behind ${proxy.name}, configured as in docs/deploy.md`, () => {
    it('carry on with every session when one of them goes down, and keep their figures inside', async () => {
      const own = await ownRedis();
      ends.push(() => own.remove());
      const [one, two] = [await startServer(own.url), await startServer(own.url)];
      const port = await startProxy(proxy, [one.port, two.port]);
      const fetched = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
      await until(async () => (await fetched('/healthz')).status === 200);
      expect((await fetched('/metrics')).status).toBe(404);
      expect((await fetch(`http://127.0.0.1:${one.port}/metrics`)).status).toBe(200);

      const noCuts = new Cuts(1, new Map(), new Map());
      const members = [1, 2, 3, 4].map(
        (number) => new ChaosClient(`m${number}`, 'tea', () => `ws://127.0.0.1:${port}/chat`, noCuts),
      );
      ends.push(() => {
        for (const member of members) member.stop();
      });
      await until(() => members.every(({ inside }) => inside));
      expect([one.server.connections.size, two.server.connections.size]).toEqual([2, 2]);
      const everybodySays = async (count: number) => {
        for (const member of members) member.say();
        await until(() => members.every(({ settled, delivered }) => settled && delivered.length === count));
      };
      await everybodySays(4);
      await one.server.shutdown({ deadlineMs: 500 });
      await everybodySays(8);
      expect(judge(members)).toEqual([]);
      expect(members.flatMap(({ resets }) => resets)).toEqual([]);
      expect(two.server.connections.size).toBe(4);
    }, 60_000);
  });
}

const systemd: Peer = {
  name: 'systemd-analyze',
  missing:
    spawnSync('systemd-analyze', ['--version'], { stdio: 'ignore' }).status === 0 ? undefined : 'not installed here',
};

describeWithPeer(systemd, 'the unit for systemd', () => {
  it('has nothing that systemd complains about', () => {
    const unit = join(EXAMPLES, 'ws101-chat@.service');
    const { stdout, stderr } = spawnSync('systemd-analyze', ['verify', unit.replace('@', '@8081')], {
      encoding: 'utf8',
    });
    // Of other units on this machine it may complain.
    expect(`${stdout}${stderr}`.split('\n').filter((line) => line.includes('ws101'))).toEqual([]);
  });
});

describeWithPeer(redisPeer(), 'the configuration of Redis', () => {
  it('is one that Redis takes, with what docs/deploy.md says of it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ws101-deploy-'));
    ends.push(() => rmSync(folder, { recursive: true }));
    const port = await freePort();
    const args = [join(EXAMPLES, 'redis.conf'), '--port', `${port}`, '--dir', folder];
    const running = spawn('redis-server', args, { stdio: 'ignore' });
    const exited = once(running, 'exit');
    ends.push(() => {
      running.kill('SIGKILL');
      return exited;
    });
    await until(() => accepts(port));
    const client = await redis.createClient({ url: `redis://127.0.0.1:${port}` }).connect();
    ends.push(() => client.destroy());
    const settings = await client.configGet(['appendonly', 'appendfsync', 'maxmemory-policy', 'save']);
    expect({ ...settings }).toEqual({
      appendonly: 'yes',
      appendfsync: 'everysec',
      'maxmemory-policy': 'noeviction',
      save: '',
    });
  });
});

describe('docs/deploy.md', () => {
  it('names files that are there', () => {
    const text = readFileSync(fileURLToPath(new URL('../../docs/deploy.md', import.meta.url)), 'utf8');
    const files = [...text.matchAll(/\]\(examples\/deploy\/([^)]+)\)/g)].map(([, file]) => file ?? '');
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) expect(readFileSync(join(EXAMPLES, file), 'utf8')).not.toBe('');
  });
});
