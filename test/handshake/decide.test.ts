import { describe, expect, test } from 'vitest';
import {
  createRequestHead,
  decideExtendedConnect,
  decideUpgrade,
  HandshakeError,
  parseRequestHead,
} from '../../src/handshake/index.ts';
import { ACCEPT, answer, bytesOf, type Changes, countLooks, KEY, OPEN, readRequest, requestText } from './heads.ts';

const decide = (changes: Changes, policy = {}) => answer(requestText(changes), policy);

describe('RFC 6455 §4.2.1: a request', () => {
  test('that is good may be accepted, and says what it offers', () => {
    const text = requestText({
      fields: {
        'Sec-WebSocket-Protocol': ['chat, superchat', 'x'],
        'Sec-WebSocket-Extensions': 'permessage-deflate; a=1',
        Origin: 'http://example.com',
      },
    });
    expect(decideUpgrade(parseRequestHead(bytesOf(text)), OPEN)).toEqual({
      kind: 'upgrade',
      request: {
        key: KEY,
        accept: ACCEPT,
        protocols: ['chat', 'superchat', 'x'],
        extensions: [{ name: 'permessage-deflate', params: [['a', '1']] }],
        origin: 'http://example.com',
      },
    });
  });

  // @rfc 6455-4.2.1-2
  test('that offers nothing has empty lists and no origin', () => {
    const decision = decideUpgrade(parseRequestHead(bytesOf(requestText())), OPEN);
    expect(decision).toEqual({
      kind: 'upgrade',
      request: { key: KEY, accept: ACCEPT, protocols: [], extensions: [] },
    });
  });

  test('is decided alike however it is cut', () => {
    const { head } = readRequest(requestText());
    expect(head && decideUpgrade(head, OPEN).kind).toBe('upgrade');
  });

  test('without Upgrade field is for the fallback, whatever else is wrong', () => {
    for (const line of ['GET / HTTP/1.0', 'POST /form HTTP/1.1', 'GET / HTTP/2.0', 'OPTIONS / HTTP/1.1']) {
      const fields = { Upgrade: undefined, Host: undefined, 'Content-Length': '5', Origin: 'http://evil.example' };
      expect(decide({ line, fields }).code).toBe('fallback');
    }
  });

  test('with an empty Upgrade field is none for the fallback', () => {
    expect(decide({ fields: { Upgrade: '' } }).status).toBe(426);
  });

  test('must be HTTP/1.1 or a later 1.x: 505', () => {
    for (const version of ['1.0', '0.9', '2.0', '3.0', '0.0']) {
      expect(decide({ line: `GET / HTTP/${version}` })).toMatchObject({ status: 505, code: 'http-version' });
    }
    for (const version of ['1.1', '1.2', '1.9']) expect(decide({ line: `GET / HTTP/${version}` }).status).toBe(101);
  });

  test('must be a GET: 405 that says so, RFC 9110 §15.5.6', () => {
    for (const method of ['POST', 'HEAD', 'get', 'CONNECT', 'GETS', '__proto__']) {
      expect(decide({ line: `${method} / HTTP/1.1` })).toEqual({
        status: 405,
        code: 'method',
        headers: { Allow: 'GET' },
      });
    }
  });

  test('has no body: Content-Length is a plain 0 or absent', () => {
    expect(decide({ fields: { 'Content-Length': '0' } }).status).toBe(101);
    for (const value of ['5', '+0', '-0', '00', '0x0', '0,0', '0, 0', '1,1', '', '1e1', '9'.repeat(19)]) {
      expect(decide({ fields: { 'Content-Length': value } })).toMatchObject({ status: 400, code: 'content-length' });
    }
    expect(decide({ fields: { 'Content-Length': ['0', '1'] } }).status).toBe(400);
    expect(decide({ fields: { 'Content-Length': ['0', '0'] } }).status).toBe(400);
  });

  test('has no body: any Transfer-Encoding is refused', () => {
    for (const value of ['chunked', 'identity', '', 'x', ['chunked', 'chunked']]) {
      expect(decide({ fields: { 'Transfer-Encoding': value } })).toMatchObject({
        status: 400,
        code: 'transfer-encoding',
      });
    }
    expect(decide({ fields: { 'Content-Length': '0', 'Transfer-Encoding': 'chunked' } }).status).toBe(400);
  });

  test('names its host once and well: RFC 9112 §3.2', () => {
    const good = [
      'a',
      'example.com',
      'EXAMPLE.com:80',
      'example.com.',
      'a_b-c~1:0',
      'example.com:',
      '127.0.0.1:65535',
      '[::1]',
      '[::1]:8080',
      '[::ffff:1.2.3.4]',
      'xn--bcher-kva.example',
    ];
    for (const Host of good) expect(decide({ fields: { Host } }).status, Host).toBe(101);
    const bad = [
      undefined,
      '',
      ' ',
      ':80',
      'a b',
      'a,b',
      'a/b',
      'a@b',
      'a?b',
      'a#b',
      'a:b',
      'a:65536',
      'a:123456',
      'a:8 0',
      'a:+8',
      'a:80:80',
      '::1',
      '[::1',
      '[]',
      '[g::]',
      '[::1]x',
      '[::1]x80',
      '%61',
      'b\xfccher.example',
      '"a"',
    ];
    for (const Host of bad) expect(decide({ fields: { Host } }), Host).toMatchObject({ status: 400, code: 'host' });
    expect(decide({ fields: { Host: ['a', 'a'] } })).toMatchObject({ status: 400, code: 'duplicate-field' });
  });

  test('in absolute form names the host of the Host field: RFC 9112 §3.2.2', () => {
    const go = (target: string, Host: string): number =>
      decide({ line: `GET ${target} HTTP/1.1`, fields: { Host } }).status;
    for (const [target, Host] of [
      ['http://example.com/chat', 'example.com'],
      ['http://EXAMPLE.com:80/', 'example.com'],
      ['http://example.com', 'example.com:80'],
      ['https://example.com/', 'example.com:443'],
      ['HTTP://[::1]:8080?x', '[::1]:8080'],
    ] as const)
      expect(go(target, Host), target).toBe(101);
    for (const [target, Host] of [
      ['http://169.254.169.254/latest/meta-data', 'example.com'],
      ['http://example.com:8080/', 'example.com'],
      ['http://example.com/', 'example.com:8080'],
      ['https://example.com/', 'example.com:80'],
      ['http://example.com.evil.example/', 'example.com'],
    ] as const)
      expect(go(target, Host), target).toBe(400);
  });

  test('may have to name a host that is served: 403', () => {
    const hosts = ['example.com', 'Local.Test:8080', 'not a host'];
    for (const Host of ['example.com', 'EXAMPLE.COM:1234', 'local.test:8080']) {
      expect(decide({ fields: { Host } }, { hosts }).status, Host).toBe(101);
    }
    for (const Host of ['rebound.example', 'example.com.', 'local.test', 'local.test:8081', 'sub.example.com']) {
      expect(decide({ fields: { Host } }, { hosts }), Host).toMatchObject({ status: 403, code: 'host-not-allowed' });
    }
    expect(decide({}, { hosts: [] }).status).toBe(403);
  });

  test('names websocket in Upgrade, as an element of any case: otherwise 426, RFC 9110 §15.5.22', () => {
    for (const Upgrade of ['websocket', 'WebSocket', 'h2c, websocket', ' ,websocket\t,', ['websocket', 'WebSocket']]) {
      expect(decide({ fields: { Upgrade } }).status).toBe(101);
    }
    for (const Upgrade of ['h2c', 'websocket2', 'websocket/13', 'web socket', '"websocket"', 'constructor']) {
      expect(decide({ fields: { Upgrade } })).toEqual({
        status: 426,
        code: 'upgrade-token',
        headers: { Upgrade: 'websocket' },
      });
    }
  });

  test('with two Upgrade fields that disagree is refused', () => {
    expect(decide({ fields: { Upgrade: ['websocket', 'h2c'] } })).toMatchObject({
      status: 400,
      code: 'duplicate-field',
    });
  });

  test('names Upgrade in Connection, as an element of any case: otherwise 426', () => {
    for (const Connection of ['upgrade', 'keep-alive, Upgrade', ['keep-alive', 'UPGRADE']]) {
      expect(decide({ fields: { Connection } }).status).toBe(101);
    }
    for (const Connection of [undefined, '', 'keep-alive', 'upgraded', 'close']) {
      expect(decide({ fields: { Connection } })).toEqual({
        status: 426,
        code: 'connection-token',
        headers: { Upgrade: 'websocket' },
      });
    }
  });

  test('has a key of 16 bytes in canonical base64', () => {
    expect(decide({ fields: { 'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==' } }).status).toBe(101);
    const bad = [
      undefined,
      '',
      'AAAA',
      KEY.slice(0, -1),
      `${KEY}=`,
      `${KEY}, ${KEY}`,
      'dGhlIHNhbXBsZSBub25jZR==',
      'AQIDBAUGBwgJCgsMDQ4PEC==',
      'AAAAAAAAAAAAAAAAAAAA',
      'AAAAAAAAAAAAAAAAAAAAAAA=',
      'dGhlIHNhbXBs ZSBub25jZQ==',
      'dGhlIHNhbXBsZSBub25jZ_==',
      '=',
      '====',
    ];
    for (const key of bad) {
      expect(decide({ fields: { 'Sec-WebSocket-Key': key } }), key).toMatchObject({ status: 400, code: 'key' });
    }
  });

  // @rfc 6455-4.2.2-4 6455-4.4-1
  test('§4.2.2, §4.4: has version 13 to the letter: otherwise 426 with the version that we speak', () => {
    for (const version of [undefined, '', '12', '8', '013', '13.0', '1.3e1', '0xd', '+13', '13, 13', '13,8', '\xb2']) {
      expect(decide({ fields: { 'Sec-WebSocket-Version': version } }), version).toEqual({
        status: 426,
        code: 'websocket-version',
        headers: { Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' },
      });
    }
  });

  // @rfc 6455-4.2.1-1
  test('§4.1: lists subprotocols as tokens, each once', () => {
    for (const value of ['', ',', 'a,', ',a', 'a,,b', 'a b', 'a;b', '"a"', 'a=b', '\xe9', 'a, \x80']) {
      expect(decide({ fields: { 'Sec-WebSocket-Protocol': value } }), value).toMatchObject({
        status: 400,
        code: 'protocol-syntax',
      });
    }
    for (const value of ['a, a', ['a', 'b,a']]) {
      expect(decide({ fields: { 'Sec-WebSocket-Protocol': value } }).code).toBe('protocol-duplicate');
    }
    expect(decide({ fields: { 'Sec-WebSocket-Protocol': 'a, A, constructor, __proto__' } }).status).toBe(101);
  });

  // @rfc 6455-9.1-1
  test('§9.1: lists extensions by their grammar', () => {
    expect(decide({ fields: { 'Sec-WebSocket-Extensions': 'x; a="' } })).toMatchObject({
      status: 400,
      code: 'extension-syntax',
    });
    expect(decide({ fields: { 'Sec-WebSocket-Extensions': '' } }).status).toBe(400);
    expect(decide({ fields: { 'Sec-WebSocket-Extensions': 'constructor, __proto__; toString' } }).status).toBe(101);
  });

  // @rfc 6455-4.2.1-1
  test('with several faults is refused for the first in order', () => {
    const faults: [Changes, string][] = [
      [{ line: 'POST / HTTP/1.0' }, 'http-version'],
      [{ line: 'POST / HTTP/1.1' }, 'method'],
      [{ fields: { 'Content-Length': '1' } }, 'content-length'],
      [{ fields: { 'Transfer-Encoding': 'chunked' } }, 'transfer-encoding'],
      [{ fields: { Host: '' } }, 'host'],
      [{ line: 'GET http://b/ HTTP/1.1' }, 'target-host'],
      [{ fields: { Host: 'rebound.example' } }, 'host-not-allowed'],
      [{ fields: { Upgrade: 'h2c' } }, 'upgrade-token'],
      [{ fields: { Connection: 'close' } }, 'connection-token'],
      [{ fields: { 'Sec-WebSocket-Key': '' } }, 'key'],
      [{ fields: { 'Sec-WebSocket-Version': '8' } }, 'websocket-version'],
      [{ fields: { 'Sec-WebSocket-Protocol': ',' } }, 'protocol-syntax'],
      [{ fields: { 'Sec-WebSocket-Extensions': ',' } }, 'extension-syntax'],
      [{ fields: { 'Sec-WebSocket-Protocol': 'a,a' } }, 'protocol-duplicate'],
      [{ fields: { Origin: 'null' } }, 'origin'],
    ];
    for (let first = 0; first < faults.length; first++) {
      const later = faults.slice(first).reverse();
      const line = later
        .map(([{ line }]) => line)
        .filter((each) => each !== undefined)
        .at(-1);
      const fields = Object.assign({}, ...later.map(([{ fields }]) => fields)) as Record<string, string>;
      expect(decide(line === undefined ? { fields } : { line, fields }, { hosts: ['example.com'] }).code).toBe(
        faults[first]?.[1],
      );
    }
  });

  test('built by another parser falls under the same rules', () => {
    const fields: [string, string][] = [
      ['Host', 'a'],
      ['Upgrade', 'websocket'],
      ['Connection', 'upgrade'],
      ['Sec-WebSocket-Key', KEY],
      ['Sec-WebSocket-Version', '13'],
    ];
    const parts = { method: 'GET', target: '/', version: 'HTTP/1.1', fields };
    expect(decideUpgrade(createRequestHead(parts), OPEN).kind).toBe('upgrade');
    expect(decideUpgrade(createRequestHead({ ...parts, method: 'PUT' }), OPEN)).toMatchObject({
      kind: 'reject',
      error: { status: 405 },
    });
    for (const version of ['HTTP/1.10', 'HTTP/1.1 ', 'HTTP/1', '']) {
      expect(() => createRequestHead({ ...parts, version }), version).toThrow(
        expect.objectContaining({ code: 'version-syntax' }),
      );
    }
  });

  test('has no value of a field that is absent', () => {
    const { headers } = parseRequestHead(bytesOf(requestText()));
    expect(headers.get('X-Absent')).toBeUndefined();
    expect(headers.all('X-Absent')).toEqual([]);
    expect(headers.has('X-Absent')).toBe(false);
  });
});

describe('known attacks on handshakes', () => {
  const required = {
    Host: 'example.com',
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': KEY,
    'Sec-WebSocket-Version': '13',
  };
  const names = Object.keys(required) as (keyof typeof required)[];

  test('CVE-2024-37890: each required field absent, empty, or behind up to 99 others never crashes', () => {
    for (const name of names) {
      for (const value of [undefined, '', ' ']) expect(decide({ fields: { [name]: value } }).status).not.toBe(101);
      // The required field comes last, at position 99, 100 and 101.
      for (const [position, status] of [
        [99, 101],
        [100, 101],
        [101, 431],
      ] as const) {
        const fields = { ...required, [name]: undefined };
        const before = Array.from({ length: position - 5 }, (_, i) => `X-${i}: y`);
        const text = requestText({ fields, before }).replace(/\r\n\r\n$/, `\r\n${name}: ${required[name]}\r\n\r\n`);
        expect(answer(text).status, `${name} at ${position}`).toBe(status);
      }
    }
  });

  test('names of object members are names like any other', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'prototype', 'valueOf']) {
      const fields = { 'Sec-WebSocket-Extensions': `${name}; ${name}=${name}`, 'Sec-WebSocket-Protocol': name };
      const text = requestText({ line: `GET /?${name} HTTP/1.1`, fields, before: [`${name}: 1`, `${name}: 2`] });
      const head = parseRequestHead(bytesOf(text));
      expect(head.headers.get(name)).toBe('1, 2');
      expect(head.headers.all(name)).toEqual(['1', '2']);
      expect(answer(text).status).toBe(101);
      expect(parseRequestHead(bytesOf(requestText())).headers.has(name)).toBe(false);
    }
  });

  test('any byte in any field gives an answer and no other error', () => {
    const fields = [
      ...names,
      'Origin',
      'Content-Length',
      'Transfer-Encoding',
      'Sec-WebSocket-Protocol',
      'Sec-WebSocket-Extensions',
      'Cookie',
    ];
    for (const name of fields) {
      for (let byte = 0; byte < 256; byte++) {
        const value = String.fromCharCode(byte);
        const { status } = decide({ fields: { [name]: `a${value}b` } });
        expect([101, 400, 403, 426]).toContain(status);
        if (byte !== 9 && (byte < 32 || byte === 127)) expect(status).toBe(400);
      }
    }
  });

  test('smuggling: the byte strings that have split requests elsewhere are refused, and nothing after them is read', () => {
    const upgrade = requestText().slice(0, -2);
    const next = 'GET /internal HTTP/1.1\r\nHost: a\r\n\r\n';
    for (const text of [
      `${upgrade}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n`,
      `${upgrade}Content-Length : 5\r\n\r\n`,
      `${upgrade}X: a\rContent-Length: 5\r\n\r\n`,
      requestText().replace('\r\nHost', '\r\n Content-Length: 5\r\nHost'),
      `${upgrade}\rX`,
      `${upgrade}Content-Length: 0\r\nContent-Length: 34\r\n\r\n`,
    ]) {
      const outcome = readRequest(text + next);
      if (outcome.head === undefined) {
        expect(outcome.status).toBe(400);
        expect(outcome.raw.length).toBeLessThanOrEqual(text.length);
      } else {
        expect(decideUpgrade(outcome.head, OPEN)).toMatchObject({ kind: 'reject', error: { status: 400 } });
        expect(outcome.rest).toBe(next);
      }
    }
  });

  test('long values cost in proportion to their length, in every grammar', () => {
    const grammars: [string, (n: number) => string][] = [
      ['Sec-WebSocket-Protocol', (n) => `b${' '.repeat(n)}x`],
      ['Sec-WebSocket-Protocol', (n) => `b${' ,'.repeat(n / 2)}`],
      ['Sec-WebSocket-Extensions', (n) => `a;b="${'\\c'.repeat(n / 2)}`],
      ['Sec-WebSocket-Extensions', (n) => `a${' '.repeat(n)}x`],
      ['Sec-WebSocket-Extensions', (n) => `a;b="${'c'.repeat(n)}"`],
      ['Upgrade', (n) => `websocket${' '.repeat(n)}x`],
      ['Connection', (n) => `x${' ,'.repeat(n / 2)}`],
      ['Origin', (n) => `http://${'a'.repeat(n)}`],
      ['Host', (n) => `${'a'.repeat(n)}!`],
    ];
    let most = 0;
    for (const [name, grow] of grammars) {
      const looks = (n: number): number => {
        const head = createRequestHead({
          method: 'GET',
          target: '/',
          version: 'HTTP/1.1',
          fields: [
            ...names.filter((each) => each !== name).map((each) => [each, required[each]] as const),
            [name, grow(n)],
          ],
        });
        return countLooks(() => decideUpgrade(head, OPEN));
      };
      const [once, twice] = [looks(8000), looks(16_000)];
      most = Math.max(most, twice);
      expect(once).toBeLessThan(40_000);
      expect(twice, name).toBeLessThanOrEqual(2.1 * once);
    }
    // The counter does count.
    expect(most).toBeGreaterThan(16_000);
  });
});

test('what an application throws in its origin policy comes through', () => {
  const fault = new Error('out of order');
  const head = parseRequestHead(bytesOf(requestText({ fields: { Origin: 'http://a' } })));
  const origin = (): boolean => {
    throw fault;
  };
  expect(() => decideUpgrade(head, { ...OPEN, origin })).toThrow(fault);
  expect(fault).not.toBeInstanceOf(HandshakeError);
});

describe('RFC 8441 §5: an extended CONNECT of HTTP/2', () => {
  const connect = (changes: Readonly<Record<string, string | undefined>> = {}, policy = {}) => {
    const all = { host: 'example.com', 'sec-websocket-version': '13', ...changes };
    const fields = Object.entries(all).filter((field): field is [string, string] => field[1] !== undefined);
    const head = createRequestHead({ method: 'CONNECT', target: '/chat', version: 'HTTP/2.0', fields });
    return decideExtendedConnect(head, { ...OPEN, ...policy });
  };

  test('may be accepted without key, Upgrade and Connection, and has no key to answer', () => {
    const request = { key: '', accept: '', protocols: [], extensions: [] };
    expect(connect()).toEqual({ kind: 'upgrade', request });
    expect(connect({ 'sec-websocket-key': KEY })).toEqual({ kind: 'upgrade', request });
  });

  test('says what it offers as a request of HTTP/1.1 does', () => {
    const offer = {
      'sec-websocket-protocol': 'chat, x',
      'sec-websocket-extensions': 'a; b=1',
      origin: 'http://example.com',
    };
    expect(connect(offer)).toMatchObject({
      kind: 'upgrade',
      request: {
        protocols: ['chat', 'x'],
        extensions: [{ name: 'a', params: [['b', '1']] }],
        origin: 'http://example.com',
      },
    });
  });

  test.each([
    ['another version', { 'sec-websocket-version': '8' }, {}, 'websocket-version'],
    ['no version', { 'sec-websocket-version': undefined }, {}, 'websocket-version'],
    ['no authority', { host: '' }, {}, 'host'],
    ['an authority that is none of ours', {}, { hosts: ['example.org'] }, 'host-not-allowed'],
    ['an origin that is not permitted', { origin: 'http://evil.example' }, {}, 'origin'],
    ['a subprotocol twice', { 'sec-websocket-protocol': 'a, a' }, {}, 'protocol-duplicate'],
  ])('is refused for %s, as an upgrade is', (_, fields, policy, code) => {
    expect(connect(fields, policy)).toMatchObject({ kind: 'reject', error: { code } });
  });
});
