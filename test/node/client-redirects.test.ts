import type { AddressInfo } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import {
  connect,
  UnexpectedResponseError,
  WebSocket,
  type WebSocketOptions,
  WebSocketServer,
} from '../../src/node/index.ts';
import { MOST_REDIRECTS, redirectTarget, withoutIdentity } from '../../src/node/redirect.ts';
import { parseWebSocketUrl } from '../../src/node/websocket-url.ts';
import { scriptedServer } from '../../src/testing/index.ts';
import { selfSigned } from './certificate.ts';
import { leaveNothingBehind, stopTheClock, turnsUntil } from './running-server.ts';
import { endScriptedServers, serveRaw } from './scripted-server.ts';

leaveNothingBehind();
endScriptedServers();

function redirect(location: string, status = 302): string {
  return `HTTP/1.1 ${status} Elsewhere\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`;
}

/** A server that accepts, and the heads of the requests that came. */
async function destination(): Promise<{ url: string; requests: string[] }> {
  const requests: string[] = [];
  const url = await serveRaw(async (visitor) => {
    await visitor.accept();
    requests.push('accepted');
  });
  return { url, requests };
}

/** The request that arrives at the second server after a redirect from the first. */
async function requestAfter(
  options: WebSocketOptions,
  location: (second: string, first: string) => string,
): Promise<string> {
  let arrived = '';
  const second = await serveRaw(async (visitor) => {
    arrived = await visitor.request();
    visitor.socket.destroy();
  });
  let visits = 0;
  const first: string = await serveRaw(async (visitor) => {
    const request = await visitor.request();
    if (++visits === 1) {
      visitor.socket.end(redirect(location(second, first)));
    } else {
      arrived = request;
      visitor.socket.destroy();
    }
  });
  const url = first.replace('ws://', 'ws://ann:secret@');
  await expect(connect(url, { followRedirects: 1, ...options })).rejects.toThrow();
  return arrived;
}

const CREDENTIALS = {
  Authorization: 'Bearer token',
  Cookie: 'session=1',
  'Proxy-Authorization': 'Basic eA==',
  'Proxy-Anything': 'x',
  'X-Own': 'kept',
};

describe('redirects of the opening handshake', () => {
  it('are not followed unless asked for', async () => {
    const { url, requests } = await destination();
    const first = await serveRaw(async (visitor) => {
      await visitor.request();
      visitor.socket.end(redirect(url));
    });
    await expect(connect(first)).rejects.toBeInstanceOf(UnexpectedResponseError);
    expect(requests).toEqual([]);
  });

  it.each([301, 302, 303, 307, 308])('are followed for status %i', async (status) => {
    const { url, requests } = await destination();
    const first = await serveRaw(async (visitor) => {
      await visitor.request();
      visitor.socket.end(redirect(`${url.replace('ws:', 'http:')}/there#part`, status));
    });
    const connection = await connect(first, { followRedirects: 1 });
    expect(requests).toEqual(['accepted']);
    connection.terminate();
  });

  it.each([300, 304, 305, 306, 201, 401])('are no redirects for status %i', async (status) => {
    const { url, requests } = await destination();
    const first = await serveRaw(async (visitor) => {
      await visitor.request();
      visitor.socket.end(redirect(url, status));
    });
    const failure = (await connect(first, { followRedirects: 5 }).catch(
      (error: unknown) => error,
    )) as UnexpectedResponseError;
    expect(failure.response.status).toBe(status);
    expect(requests).toEqual([]);
  });

  it('are followed as often as permitted and no more', async () => {
    let visits = 0;
    const circle: string = await serveRaw(async (visitor) => {
      await visitor.request();
      visits++;
      visitor.socket.end(redirect(`/again?${visits}`));
    });
    const failure: unknown = await connect(circle, { followRedirects: 3 }).catch((error: unknown) => error);
    expect(visits).toBe(4);
    expect(failure).toBeInstanceOf(UnexpectedResponseError);
  });

  it.each([
    ['none', ''],
    ['two of them', 'Location: /a\r\nLocation: /b\r\n'],
    ['an empty host', 'Location: ws://\r\n'],
    ['another scheme', 'Location: ftp://127.0.0.1/\r\n'],
    ['a script', 'Location: javascript:alert(1)\r\n'],
  ])('fail with a Location that is %s', async (_what, field) => {
    const first = await serveRaw(async (visitor) => {
      await visitor.request();
      visitor.socket.end(`HTTP/1.1 302 Found\r\n${field}Content-Length: 0\r\n\r\n`);
    });
    await expect(connect(first, { followRedirects: 5 })).rejects.toThrow('the server redirects');
  });

  it('keep everything on the same scheme, host and port', async () => {
    const request = await requestAfter({ headers: { Cookie: 'session=1', 'X-Own': 'kept' } }, () => '/elsewhere?q');
    expect(request).toMatch(/^GET \/elsewhere\?q /);
    expect(request).toContain('Cookie: session=1');
    expect(request).toContain(`Authorization: Basic ${Buffer.from('ann:secret').toString('base64')}`);
    expect(request).toContain('X-Own: kept');
  });

  it('leave credentials behind when the port changes', async () => {
    const request = await requestAfter({ headers: CREDENTIALS }, (second) => `${second}/elsewhere`);
    expect(request).toContain('X-Own: kept');
    expect(request).not.toMatch(/authorization|cookie|proxy-/i);
  });

  it('leave credentials behind when the host changes', async () => {
    const request = await requestAfter({ headers: CREDENTIALS }, (_, first) => first.replace('127.0.0.1', 'localhost'));
    expect(request).toMatch(/Host: localhost:/);
    expect(request).not.toMatch(/authorization|cookie|proxy-/i);
  });

  it('do not take credentials from the Location', async () => {
    const request = await requestAfter({}, (second) => second.replace('ws://', 'ws://eve:evil@'));
    expect(request).not.toMatch(/authorization/i);
  });

  it('stay left behind when a later redirect leads back', async () => {
    const requests: string[] = [];
    const there: string = await serveRaw(async (visitor) => {
      requests.push(await visitor.request());
      visitor.socket.end(redirect(`${first}/back`));
    });
    const first: string = await serveRaw(async (visitor) => {
      const request = await visitor.request();
      requests.push(request);
      visitor.socket.end(redirect(there));
    });
    await expect(connect(first, { followRedirects: 2, headers: CREDENTIALS })).rejects.toThrow();
    expect(requests.map((request) => /cookie/i.test(request))).toEqual([true, false, false]);
  });

  it('leave credentials and the client certificate behind when the scheme changes, and go from ws: to wss:', async () => {
    const { key, cert } = selfSigned('DNS:inside.test', 'IP:127.0.0.1');
    const seen: (string | undefined)[] = [];
    const server = new WebSocketServer();
    server.route('/', {
      upgrade(request) {
        seen.push(request.headers.get('authorization'), request.headers.get('cookie'));
        return {};
      },
    });
    const { port } = (await server.listen({ port: 0, host: '127.0.0.1', tls: { key, cert } })) as AddressInfo;
    const first = await serveRaw(async (visitor) => {
      await visitor.request();
      visitor.socket.end(redirect(`wss://127.0.0.1:${port}/`));
    });
    const tls = { ca: cert, servername: 'wrong.test', cert, key };
    const connection = await connect(first, {
      followRedirects: 1,
      headers: { Authorization: 'x', Cookie: 'a=b' },
      tls,
    });
    expect(seen).toEqual([undefined, undefined]);
    expect(withoutIdentity(tls)).toEqual({ ca: cert });
    connection.close(1000);
    await connection.closed;
    await server.shutdown({ deadlineMs: 1 });
  });

  it('never give up TLS', async () => {
    const from = parseWebSocketUrl('wss://host.test/');
    for (const location of ['ws://host.test/', 'http://host.test/', 'ws://other.test/']) {
      const headers = { get: () => location, all: () => [location], has: () => true, size: 1 };
      const head = { status: 302, reason: '', version: 'HTTP/1.1', headers: headers as never };
      expect(() => redirectTarget(from, head)).toThrow('from wss: to ws:');
    }
  });

  it('share one deadline with the handshake', async () => {
    let visits = 0;
    const script = scriptedServer(async (peer) => {
      await peer.readHead();
      visits++;
      if (visits === 1) peer.send(redirect('/second'));
    });
    stopTheClock();
    const attempt = connect('ws://test/', { followRedirects: 1, handshakeTimeoutMs: 5_000, ...script });
    const outcome = attempt.catch((error: Error) => error.message);
    vi.advanceTimersByTime(3_000);
    await turnsUntil(() => visits === 2);
    vi.advanceTimersByTime(2_200);
    expect(await outcome).toContain('in time');
  });

  it.each([-1, 1.5, MOST_REDIRECTS + 1, Infinity, Number.NaN, '1'])('refuse %s as their number', (followRedirects) => {
    const options = { followRedirects } as WebSocketOptions;
    expect(() => new WebSocket('ws://127.0.0.1:1', options)).toThrow(RangeError);
  });
});
