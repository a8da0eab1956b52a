import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EntryJson } from '../../src/inspector/entry-json.ts';
import type { Hello, Update } from '../../src/inspector/feed.ts';
import type { FedEntry, Told } from '../../src/inspector/page/types.ts';
import { WebSocket } from '../../src/node/index.ts';
import { Stage, upgrade } from './stage.ts';

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
});
afterEach(() => stage.close());

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

function get(port: number, path: string, options: { method?: string; host?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = options.host === undefined ? {} : { Host: options.host };
    request({ port, path, host: '127.0.0.1', method: options.method ?? 'GET', headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
    })
      .on('error', reject)
      .end();
  });
}

describe('the page of the inspector', () => {
  test('comes with a policy that allows nothing but its own files', async () => {
    const port = await stage.inspect({});
    const { status, headers, body } = await get(port, '/');
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toMatch(/unsafe-inline|unsafe-eval'? |\*|data:/);
    for (const [, path = ''] of body.matchAll(/(?:src|href)="(\/[^"]*)"/g)) {
      expect([path, (await get(port, path)).status]).toEqual([path, 200]);
    }
  });

  test('gets the modules of the codec and the floors that it stands under, as they are built', async () => {
    const port = await stage.inspect({});
    const seen = new Set<string>();
    const visit = async (path: string): Promise<void> => {
      if (seen.has(path)) return;
      seen.add(path);
      const { status, headers, body } = await get(port, path);
      expect([path, status, headers['content-type']]).toEqual([path, 200, 'text/javascript; charset=utf-8']);
      for (const [, specifier = ''] of body.matchAll(/(?:import|export)[^;]*?from '([^']+)'/g)) {
        await visit(new URL(specifier, `http://a${path}`).pathname);
      }
    };
    await visit('/.inspector/page/main.js');
    expect([...seen]).toContain('/.inspector/lib/inspect/frames.js');
    expect([...seen]).toContain('/.inspector/lib/codec/rules.js');
  });

  test.each([
    '/.inspector/page/../../../package.json',
    '/.inspector/page/%2e%2e/inspector.ts',
    '/.inspector/page/types.ts',
    '/.inspector/lib/codec/index.d.ts',
    '/.inspector/lib/node/server.js',
    '/nothing',
  ])('does not give away %s', async (path) => {
    expect((await get(await stage.inspect({}), path)).status).toBe(404);
  });

  test('can only be read', async () => {
    const { status, headers } = await get(await stage.inspect({}), '/', { method: 'POST' });
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
  });

  test('is not shown, nor is its feed, under a name that is not its own: a page elsewhere could read along', async () => {
    const port = await stage.inspect({ hosts: ['localhost', '127.0.0.1'] });
    expect((await get(port, '/', { host: 'evil.test' })).status).toBe(421);
    expect((await get(port, '/.inspector/export.ndjson', { host: 'evil.test' })).status).toBe(421);
    expect((await get(port, '/', { host: 'LOCALHOST:1' })).status).toBe(200);
    const client = await stage.client(port);
    client.send(upgrade('/.inspector/feed', { Host: 'evil.test' }));
    expect(await client.readHead()).toMatch(/^HTTP\/1\.1 4\d\d /);
  });

  test('shares its feed with no page of another origin', async () => {
    const client = await stage.client(await stage.inspect({}));
    client.send(upgrade('/.inspector/feed', { Origin: 'http://evil.test' }));
    expect(await client.readHead()).toMatch(/^HTTP\/1\.1 403 /);
  });

  test('without a target an upgrade elsewhere is told so', async () => {
    const client = await stage.client(await stage.inspect({}));
    client.send(upgrade('/chat'));
    expect(Buffer.from(await client.readEnd()).toString()).toMatch(/^HTTP\/1\.1 404 .*--target/s);
  });

  test('gives exports as files, of all connections or of one', async () => {
    const target = await stage.target(async (peer) => {
      await peer.accept();
      peer.sendClose(1000);
      peer.end();
    });
    const port = await stage.inspect({ target: `ws://127.0.0.1:${target}/` });
    const viewer = await stage.viewer(port);
    for (const connection of [1, 2]) {
      const client = await stage.client(port);
      client.send(upgrade('/'));
      await client.readEnd();
      client.end();
      await viewer.ended(connection);
    }
    const all = await get(port, '/.inspector/export.ndjson');
    expect(all.headers['content-disposition']).toBe('attachment; filename="ws101.ndjson"');
    const one = await get(port, '/.inspector/export.ndjson?connection=2');
    const connections = (text: string): unknown[] =>
      text
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((line) => (JSON.parse(line) as { connection: number }).connection);
    expect(new Set(connections(all.body))).toEqual(new Set([1, 2]));
    expect(new Set(connections(one.body))).toEqual(new Set([2]));
    expect((await get(port, '/.inspector/export.test.ts?connection=2')).body).toContain("test('connection 2'");
    expect((await get(port, '/.inspector/export.pcapng')).headers['content-type']).toContain('pcap');
  });

  test('a page that opens later gets what has passed; its own types are those of the feed', async () => {
    const port = await stage.inspect({});
    const viewer = await stage.viewer(port);
    // These lines compile only as long as the page expects what the feed tells.
    const told: Told = viewer.hello satisfies Hello | undefined as Hello satisfies Told;
    const entry = (json: EntryJson): FedEntry => json;
    const update = (json: Update): Told => json;
    expect([told.type, typeof entry, typeof update]).toEqual(['hello', 'function', 'function']);
    expect(viewer.hello).toMatchObject({ mode: 'offline', target: '', entries: [], skipped: 0 });
    const second = new WebSocket(`ws://127.0.0.1:${port}/.inspector/feed`);
    const first = await new Promise<unknown>((resolve) => {
      second.onmessage = ({ data }) => resolve(JSON.parse(String(data)));
    });
    second.close();
    expect(first).toMatchObject({ type: 'hello' });
  });
});
