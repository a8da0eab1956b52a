import { describe, expect, test } from 'vitest';
import { decideUpgrade, type OriginPolicy, parseOrigin, parseRequestHead } from '../../src/handshake/index.ts';
import { answer, bytesOf, requestText } from './heads.ts';

type Row = [what: string, origin: string | undefined, host: string, secure: boolean, permitted: boolean];

const status = (Origin: string | readonly string[] | undefined, Host: string, secure: boolean, origin: OriginPolicy) =>
  answer(requestText({ fields: { Origin, Host } }), { origin, secure });

describe('RFC 6455 §10.2: by default the page must come from the host that it connects to', () => {
  const rows: Row[] = [
    ['the same host', 'http://example.com', 'example.com', false, true],
    ['the same host and port', 'http://example.com:8080', 'example.com:8080', false, true],
    ['the same host over our TLS', 'https://example.com', 'example.com', true, true],
    ['the same host over the TLS of a proxy', 'https://example.com', 'example.com', false, true],
    ['the default port written out', 'https://example.com', 'example.com:443', true, true],
    ['no origin', undefined, 'example.com', false, true],
    ['another case', 'HTTP://EXAMPLE.com', 'Example.COM', false, true],
    ['the same IPv4 address', 'http://127.0.0.1:80', '127.0.0.1', false, true],
    ['the same IPv6 address', 'http://[::1]:8080', '[::1]:8080', false, true],
    ['the same name in punycode', 'http://xn--bcher-kva.example', 'xn--bcher-kva.example', false, true],
    ['another host', 'http://evil.example', 'example.com', false, false],
    ['another port', 'http://example.com:8081', 'example.com:8080', false, false],
    ['the default port of the other scheme', 'https://example.com', 'example.com:80', false, false],
    ['http although our TLS', 'http://example.com:443', 'example.com:443', true, false],
    ['another scheme', 'ftp://example.com', 'example.com', false, false],
    ['the scheme of the socket', 'ws://example.com', 'example.com', false, false],
    ['a browser extension', 'chrome-extension://example.com', 'example.com', false, false],
    ['the opaque origin', 'null', 'example.com', false, false],
    ['the opaque origin, host null', 'null', 'null', false, false],
    ['an empty origin', '', 'example.com', false, false],
    ['an IP address for a name', 'http://127.0.0.1', 'localhost', false, false],
    ['a name that ends like the host', 'http://evil-example.com', 'example.com', false, false],
    ['a name that starts like the host', 'http://example.com.evil', 'example.com', false, false],
    ['a subdomain', 'http://a.example.com', 'example.com', false, false],
    ['the parent domain', 'http://example.com', 'a.example.com', false, false],
    ['a trailing dot', 'http://example.com.', 'example.com', false, false],
    ['a trailing dot on the other side', 'http://example.com', 'example.com.', false, false],
    ['a trailing slash', 'http://example.com/', 'example.com', false, false],
    ['a path', 'http://example.com/a', 'example.com', false, false],
    ['user information', 'http://example.com@evil.example', 'example.com', false, false],
    ['user information before the host', 'http://evil@example.com', 'example.com', false, false],
    ['two origins in one field', 'http://example.com http://evil.example', 'example.com', false, false],
    ['two origins with a comma', 'http://example.com, http://example.com', 'example.com', false, false],
    ['an IDN in bytes', 'http://b\xfccher.example', 'xn--bcher-kva.example', false, false],
    ['a wildcard', 'http://*', 'example.com', false, false],
    ['a scheme alone', 'http://', 'example.com', false, false],
    ['a host alone', 'example.com', 'example.com', false, false],
    ['a port out of range', 'http://example.com:65616', 'example.com', false, false],
  ];
  // @rfc 6455-10.2-1
  test.each(rows)('%s', (_what, origin, host, secure, permitted) => {
    const { status: got, code } = status(origin, host, secure, 'same');
    expect([got, code]).toEqual(permitted ? [101, 'upgrade'] : [403, 'origin']);
  });

  test('two Origin fields are refused', () => {
    expect(status(['http://example.com', 'http://example.com'], 'example.com', false, 'any').status).toBe(400);
  });
});

describe('RFC 6455 §10.2: by option', () => {
  test('any page may connect', () => {
    for (const origin of ['null', 'http://evil.example', '', 'x'])
      expect(status(origin, 'a', true, 'any').status).toBe(101);
  });

  // @rfc 6455-10.2-1
  test('listed origins may connect, compared whole', () => {
    const list = ['https://Example.com', 'http://a.test:8080', 'chrome-extension://AbC', '*', 'https://slash.test/'];
    for (const origin of [
      'https://example.com',
      'HTTPS://EXAMPLE.COM:443',
      'http://a.test:8080',
      'chrome-extension://abc',
    ]) {
      expect(status(origin, 'other.test', false, list).status, origin).toBe(101);
    }
    for (const origin of [
      'http://example.com',
      'https://example.com:8443',
      'https://example.com.evil',
      'http://a.test',
      'null',
      '',
      'http://other.test',
      'https://slash.test',
    ]) {
      expect(status(origin, 'other.test', false, list).status, origin).toBe(403);
    }
    expect(status(undefined, 'other.test', false, list).status).toBe(101);
    expect(status('http://a', 'a', false, []).status).toBe(403);
    expect(status('null', 'a', false, ['null']).status).toBe(101);
  });

  test('a function decides, and permits with true alone', () => {
    const head = parseRequestHead(bytesOf(requestText({ fields: { Origin: 'http://A' } })));
    const seen: unknown[] = [];
    const decide = (result: unknown): string => {
      const origin = (...given: unknown[]): boolean => {
        seen.push(given);
        return result as boolean;
      };
      return decideUpgrade(head, { origin, secure: false }).kind;
    };
    expect(decide(true)).toBe('upgrade');
    expect(seen).toEqual([['http://A', head]]);
    for (const result of [false, undefined, 1, 'yes', Promise.resolve(true)]) expect(decide(result)).toBe('reject');
  });
});

test('RFC 6454 §6: an origin is taken apart, its default port filled in', () => {
  expect(parseOrigin('HTTPS://A.b')).toEqual({ scheme: 'https', host: 'a.b', port: 443 });
  expect(parseOrigin('http://a')).toEqual({ scheme: 'http', host: 'a', port: 80 });
  expect(parseOrigin('http://[::1]:1')).toEqual({ scheme: 'http', host: '[::1]', port: 1 });
  expect(parseOrigin('null')).toBeUndefined();
});
