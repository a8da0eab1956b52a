import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { servePage } from '../../src/chat/page.ts';

const folder = new URL('../../src/chat/page/', import.meta.url);
const server = http.createServer(servePage);
let port = 0;

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

/** One request with its target exactly as given: no client may tidy it up on the way. */
const ask = async (path: string, options: http.RequestOptions = {}): Promise<Answer> => {
  const request = http.request({ host: '127.0.0.1', port, path, agent: false, ...options }).end();
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) };
};

const policyOf = (answer: Answer) =>
  new Map(
    String(answer.headers['content-security-policy'])
      .split('; ')
      .map((directive) => [directive.split(' ')[0], directive.split(' ').slice(1)]),
  );

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(async () => {
  server.close();
  await once(server, 'close');
});

describe('the page over HTTP', () => {
  const preload = /^ {4}<link rel="modulepreload" href="([\w-]+\.js)">\n/gm;

  test('gives the page at / byte for byte but for the names of its modules, a query or an absolute target notwithstanding', async () => {
    const source = readFileSync(new URL('index.html', folder));
    const page = (await ask('/')).body;
    expect(Buffer.from(page.toString().replace(preload, '')).equals(source)).toBe(true);
    for (const path of ['/', '/?from=mail', `http://127.0.0.1:${port}/`, `http://127.0.0.1:${port}`]) {
      const answer = await ask(path);
      expect(answer.status).toBe(200);
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(answer.headers['content-length']).toBe(String(page.length));
      expect(answer.body.equals(page)).toBe(true);
    }
  });

  test('serves every file of the page but its types, each with the right content type', async () => {
    const types: Record<string, string> = { js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' };
    for (const name of readdirSync(folder)) {
      if (name === 'index.html') continue;
      const answer = await ask(`/${name}`);
      if (name.endsWith('.ts')) {
        expect([name, answer.status]).toEqual([name, 404]);
        continue;
      }
      expect([name, answer.status]).toEqual([name, 200]);
      expect(answer.headers['content-type']?.split(';')[0]).toBe(types[name.split('.').at(-1) ?? '']);
      expect(answer.body.equals(readFileSync(new URL(name, folder)))).toBe(true);
    }
  });

  test('names before its script every module that this imports, one by the other, and no more', async () => {
    const page = (await ask('/')).body.toString();
    const named = [...page.matchAll(preload)].map(([, name]) => name);
    const imported = new Set<string>(['main.js']);
    for (const name of imported) {
      const source = readFileSync(new URL(name, folder), 'utf8');
      for (const [, from] of source.matchAll(/^import [^;]* from '\.\/([^']+)'/gm)) imported.add(from ?? '');
    }
    imported.delete('main.js');
    expect(imported.size).toBeGreaterThan(40);
    expect(named).toEqual([...imported].sort());
    expect(page.indexOf('<script')).toBeGreaterThan(page.lastIndexOf('modulepreload'));
  });

  test('links to nothing that it does not serve, and holds neither inline script nor inline style', async () => {
    const page = (await ask('/')).body.toString();
    const links = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? '');
    expect(links).toContain('main.js');
    for (const link of links) expect([link, (await ask(`/${link}`)).status]).toEqual([link, 200]);
    expect(page).not.toMatch(/<script(?![^>]* src=)|<style|\sstyle=|\son\w+=|javascript:/i);
    for (const name of readdirSync(folder).filter((file) => file.endsWith('.js'))) {
      const source = readFileSync(new URL(name, folder), 'utf8');
      expect(source).not.toMatch(
        /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\b|Function\(/,
      );
      for (const [, from] of source.matchAll(/^import .* from '\.(\/[^']+)'/gm)) {
        expect([from, (await ask(from ?? '')).status]).toEqual([from, 200]);
      }
    }
  });

  test('allows nothing in its policy but its own scripts, styles, images and sockets', async () => {
    const policy = policyOf(await ask('/'));
    expect(Object.fromEntries(policy)).toEqual({
      'default-src': ["'none'"],
      'script-src': ["'self'"],
      'style-src': ["'self'"],
      'img-src': ["'self'", 'data:'],
      'connect-src': ["'self'", `ws://127.0.0.1:${port}`, `wss://127.0.0.1:${port}`],
      'base-uri': ["'none'"],
      'form-action': ["'none'"],
      'frame-ancestors': ["'none'"],
      'require-trusted-types-for': ["'script'"],
      'trusted-types': ["'none'"],
    });
  });

  test.each([
    "evil.example; script-src 'unsafe-inline'",
    'a b',
    '[::1]:80',
    'a,b',
    '*',
    '*.example',
    'a;b',
    'ä',
    "'self'",
  ])('lets the host %j add nothing to the policy', async (host) => {
    const answer = await ask('/', { headers: { Host: host }, setHost: false });
    expect(policyOf(answer).get('connect-src')).toEqual(["'self'"]);
    expect(policyOf(answer).get('script-src')).toEqual(["'self'"]);
  });

  test.each([
    ['/', 'GET'],
    ['/missing', 'GET'],
    ['/', 'DELETE'],
  ])('sends the protecting headers with %s by %s', async (path, method) => {
    const { headers } = await ask(path, { method });
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'cache-control': expect.stringMatching(/^no-(cache|store)$/),
    });
  });

  test('answers HEAD like GET, without the body', async () => {
    const got = await ask('/main.js');
    const headed = await ask('/main.js', { method: 'HEAD' });
    expect(headed.status).toBe(200);
    expect(headed.body.length).toBe(0);
    for (const name of ['content-type', 'content-length', 'etag', 'content-security-policy']) {
      expect(headed.headers[name]).toBe(got.headers[name]);
    }
  });

  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])(
    'refuses %s with 405 and says what is allowed',
    async (method) => {
      const answer = await ask('/', { method });
      expect(answer.status).toBe(405);
      expect(answer.headers.allow).toBe('GET, HEAD');
    },
  );

  test('answers 304 without a body to a client that has the bytes already', async () => {
    const etag = String((await ask('/style.css')).headers.etag);
    for (const given of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const answer = await ask('/style.css', { headers: { 'If-None-Match': given } });
      expect([answer.status, answer.body.length]).toEqual([304, 0]);
      expect(answer.headers.etag).toBe(etag);
    }
    expect((await ask('/style.css', { headers: { 'If-None-Match': '"other"' } })).status).toBe(200);
  });

  test.each([
    '/../package.json',
    '/../../package.json',
    '/..%2f..%2fpackage.json',
    '/%2e%2e/%2e%2e/package.json',
    '/%2e%2e%5cpackage.json',
    '/..\\..\\package.json',
    '/....//....//package.json',
    '/./style.css',
    '//style.css',
    '/style.css/',
    '/style.css%00',
    '/style.css%00.js',
    '/%73tyle.css',
    '/STYLE.CSS',
    '/style.css;x=1',
    '/page/../style.css',
    '/types.ts',
    '/index.html',
    '/etc/passwd',
    '/%c0%ae%c0%ae/package.json',
    '/%',
    '/__proto__',
    '/constructor',
    '/toString',
    '*',
    'file:///etc/passwd',
    `/${'../'.repeat(20)}etc/passwd`,
  ])('knows nothing at %s', async (path) => {
    const answer = await ask(path);
    expect(answer.status).toBe(404);
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(answer.body.toString()).not.toContain(path === '*' ? '*' : path);
  });
});
