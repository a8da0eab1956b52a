import diagnostics from 'node:diagnostics_channel';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as http from 'node:http';
import * as http2 from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { blocksOf } from '../../scripts/site/markdown.ts';
import * as bench from '../../src/bench/index.ts';
import { createChatServer } from '../../src/chat/index.ts';
import { CLIENT_MESSAGES } from '../../src/chat/v1/client-messages.ts';
import { SERVER_MESSAGES } from '../../src/chat/v1/server-messages.ts';
import * as codec from '../../src/codec/index.ts';
import * as ws101 from '../../src/index.ts';
import { createInspector } from '../../src/inspector/index.ts';
import { selfSigned } from '../node/certificate.ts';
import { leaveNothingBehind, startServer } from '../node/running-server.ts';
import { excerptsOf, runExcerpt } from './excerpts.ts';

leaveNothingBehind();

const MODULES = {
  ws101,
  'ws101/codec': codec,
  'ws101/bench': bench,
  'node:http': http,
  'node:http2': http2,
};

let log: MockInstance<typeof console.log>;
const closing: (() => unknown)[] = [];
beforeEach(() => {
  log = vi.spyOn(console, 'log').mockReturnValue();
});
afterEach(async () => {
  log.mockRestore();
  for (const close of closing.splice(0).reverse()) await close();
});

/** A block of a page, with what a test must have otherwise: `['port: 8081', 'port: 0']`. */
function block(page: string, index: number, ...changes: readonly (readonly [from: string, to: string])[]): string {
  return changes.reduce((code, [from, to]) => {
    expect(code).toContain(from);
    return code.replaceAll(from, to);
  }, excerptsOf(page)[index]?.[1] ?? '');
}

/** Runs a block and gives those of its names that are asked for. */
async function run(
  code: string,
  names: readonly string[],
  values: Readonly<Record<string, unknown>> = {},
  modules: object = {},
): Promise<Record<string, unknown>> {
  let given: Record<string, unknown> = {};
  const exposed = `${code}\nexpose({ ${names.join(', ')} });\n`;
  await runExcerpt(
    exposed,
    { ...MODULES, ...modules },
    {
      ...values,
      expose: (found: Record<string, unknown>) => {
        given = found;
      },
    },
  );
  return given;
}

const portOf = (server: { address: unknown } | Server): number =>
  ((typeof server.address === 'function' ? server.address() : server.address) as AddressInfo).port;

const echo = (server: ws101.WebSocketServer): unknown =>
  server.route(() => true, { message: (connection, data) => connection.send(data) });

const printed = (): string[] => log.mock.calls.map((parts) => parts.map(String).join(' '));

const SHORT_RUN = ['durationMs: 300, warmupMs: 50, calibrate: false'] as const;

describe('README.md', () => {
  it('has three programs', () => {
    expect(excerptsOf('../README.md')).toHaveLength(3);
  });

  it('shows a server that echoes, and lets in who has the token', async () => {
    const { server } = (await run(block('../README.md', 0, ['port: 8081', "port: 0, host: '127.0.0.1'"]), [
      'server',
    ])) as { server: ws101.WebSocketServer };
    closing.push(() => server.shutdown({ deadlineMs: 1_000 }));
    const url = `ws://127.0.0.1:${portOf(server)}`;
    const connection = await ws101.connect(`${url}/echo`);
    connection.send('hello');
    expect(await connection.receive()).toBe('hello');
    await expect(ws101.connect(`${url}/feed`)).rejects.toMatchObject({ response: { status: 401 } });
    const member = await ws101.connect(`${url}/feed`, { headers: { Authorization: 'Bearer secret' } });
    expect(await member.receive()).toBe('welcome ann');
  });

  it('shows the codec', async () => {
    await run(block('../README.md', 1), []);
    expect(log.mock.calls).toEqual([[{ opcode: 2, length: 3, fin: true }], [Uint8Array.of(1, 2, 3), true]]);
  });

  it('shows a measurement', async () => {
    const { port } = await startServer(echo);
    const code = block(
      '../README.md',
      2,
      ['localhost:8081', `127.0.0.1:${port}`],
      ['durationMs: 10_000', ...SHORT_RUN],
    );
    await run(code, []);
    expect(printed().filter((line) => /^(?:VALID|WARN|INVALID)/.test(line)).length).toBeGreaterThan(5);
    expect(printed().some((line) => /^messages\/s \d/.test(line))).toBe(true);
  });
});

describe('docs/server.md', () => {
  it('has three programs', () => {
    expect(excerptsOf('server.md')).toHaveLength(3);
  });

  it('shows a route whose connections hear each other', async () => {
    const { server } = (await run(block('server.md', 0, ['port: 8081', "port: 0, host: '127.0.0.1'"]), ['server'])) as {
      server: ws101.WebSocketServer;
    };
    closing.push(() => server.shutdown({ deadlineMs: 1_000 }));
    const url = `ws://127.0.0.1:${portOf(server)}/feed`;
    const [ann, bob] = [await ws101.connect(`${url}?user=ann`), await ws101.connect(url)];
    bob.send('hi');
    expect([await ann.receive(), await bob.receive()]).toEqual(['nobody: hi', 'nobody: hi']);
    ann.close(1000);
    await ann.closed;
    await vi.waitFor(() => expect(printed()).toContain('ann 1000 true remote'), { timeout: 10_000 });
  });

  it('shows a port that is shared with a server of node:http2', async () => {
    const { key, cert } = selfSigned('DNS:localhost');
    const fs = { readFileSync: (name: string) => ({ 'key.pem': key, 'cert.pem': cert })[name] };
    const code = block('server.md', 1, ['http.listen(8443)', "http.listen(0, '127.0.0.1')"]);
    const given = (await run(code, ['http', 'server'], {}, { 'node:fs': fs })) as {
      http: http2.Http2SecureServer;
      server: ws101.WebSocketServer;
    };
    closing.push(
      () => given.http.close(),
      () => given.server.shutdown({ deadlineMs: 1_000 }),
    );
    if (!given.http.listening) await once(given.http, 'listening');
    const connection = await ws101.connect(`wss://127.0.0.1:${portOf(given.http)}/echo`, {
      tls: { ca: cert, servername: 'localhost' },
    });
    connection.send('hello');
    expect(await connection.receive()).toBe('hello');
  });

  it('shows how to chat from the console of a browser', async () => {
    const chat = createChatServer();
    await chat.listen({ port: 0, host: '127.0.0.1' });
    closing.push(() => chat.shutdown({ deadlineMs: 1_000 }));
    const code = block('server.md', 2, ['localhost:8080', `127.0.0.1:${portOf(chat)}`]);
    const { socket } = (await run(code, ['socket'], { WebSocket: ws101.WebSocket })) as { socket: ws101.WebSocket };
    closing.push(() => socket.close());
    await vi.waitFor(
      () => expect(log.mock.calls.flat()).toContainEqual(expect.objectContaining({ type: 'message', message: 'hi' })),
      { timeout: 10_000 },
    );
  });
});

describe('docs/metrics.md, docs/compression.md and docs/bench.md', () => {
  it('show metrics behind an address', async () => {
    const { page } = (await run(
      block(
        'metrics.md',
        0,
        [".listen(9101, '127.0.0.1')", ".listen(0, '127.0.0.1')"],
        ['createServer((', 'const page = createServer(('],
      ),
      ['page'],
    )) as { page: Server };
    closing.push(() => page.close());
    if (!page.listening) await once(page, 'listening');
    const answer = await fetch(`http://127.0.0.1:${portOf(page)}/`, { headers: { Connection: 'close' } });
    expect(answer.headers.get('content-type')).toBe(ws101.PROMETHEUS_CONTENT_TYPE);
    expect(await answer.text()).toContain('instance="a"');
  });

  it('show who hears of an end, and the bytes of a connection', async () => {
    const subscribe: typeof diagnostics.subscribe = (name, listener) => {
      diagnostics.subscribe(name, listener);
      closing.push(() => diagnostics.unsubscribe(name, listener));
    };
    await run(block('metrics.md', 1), [], {}, { 'node:diagnostics_channel': { subscribe } });
    const { port } = await startServer(echo);
    const connection = await ws101.connect(`ws://127.0.0.1:${port}/`);
    const { stop } = (await run(block('metrics.md', 2), ['stop'], { connection })) as { stop: () => void };
    connection.send('hi');
    await connection.receive();
    stop();
    connection.close(1000);
    await connection.closed;
    expect(printed().some((line) => /^out \d.* 8182[0-9a-f]{12}$/.test(line))).toBe(true);
    await vi.waitFor(() => expect(printed().some((line) => line.endsWith(' 1000 local'))).toBe(true), {
      timeout: 10_000,
    });
  });

  it('show how to compress', async () => {
    const { port } = await startServer(echo, { deflate: true });
    const code = block('compression.md', 0, ['wss://example.com', `ws://127.0.0.1:${port}`]);
    const { socket } = (await run(code, ['socket'], { ...ws101, login: () => {} })) as { socket: ws101.WebSocket };
    closing.push(() => socket.close());
    await vi.waitFor(() => expect(printed().join()).toContain('permessage-deflate'), { timeout: 10_000 });
  });

  it('show how to measure', async () => {
    const { port } = await startServer(echo);
    await run(
      block('bench.md', 0, ['127.0.0.1:8080/ws', `127.0.0.1:${port}/`], ['durationMs: 2_000', ...SHORT_RUN]),
      [],
    );
    expect(printed().filter((line) => /^(?:VALID|WARN|INVALID) messages\/s,\d/.test(line))).toHaveLength(1);
  });
});

describe('docs/chat-protocol.md', () => {
  it('shows messages that there are', () => {
    const page = readFileSync(new URL('../../docs/chat-protocol.md', import.meta.url), 'utf8');
    const types = blocksOf(page)
      .filter(({ language }) => language === 'json')
      .flatMap(({ code }) => code.trim().split(/\n(?=\{)/))
      .map((text) => (JSON.parse(text) as { type: string }).type);
    expect(types.length).toBeGreaterThan(5);
    const known = [...Object.keys(CLIENT_MESSAGES), ...Object.keys(SERVER_MESSAGES)];
    expect(types.filter((type) => !known.includes(type))).toEqual([]);
  });
});

describe('docs/inspector.md', () => {
  it('shows a recording that can be replayed', async () => {
    const page = readFileSync(new URL('../../docs/inspector.md', import.meta.url), 'utf8');
    const [recording] = blocksOf(page).filter(({ language }) => language === 'json');
    const folder = mkdtempSync(join(tmpdir(), 'recording-'));
    closing.push(() => rmSync(folder, { recursive: true }));
    const replay = join(folder, 'talk.ndjson');
    writeFileSync(replay, recording?.code ?? '');
    const inspector = await createInspector({ replay });
    closing.push(() => inspector.close());
  });
});
