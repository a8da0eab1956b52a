import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AcceptResponse,
  decideUpgrade,
  encodeAcceptResponse,
  encodeErrorResponse,
  encodeUpgradeRequest,
  type Field,
  HANDSHAKE_ERRORS,
  HandshakeError,
  type HandshakeErrorCode,
  parseRequestHead,
  parseResponseHead,
  serviceError,
  type UpgradeRequestParts,
} from '../../src/handshake/index.ts';
import { encodeUtf8 } from '../../src/handshake/utf8.ts';
import { ACCEPT, KEY, OPEN, textOf } from './heads.ts';

// CR, LF, NUL, DEL, and characters whose low byte is CR or LF.
const POISON = ['\r', '\n', '\r\n', '\0', '\x7f', '\x1f', '\u010a', '\u010d', '\u560a', '\ud83d\ude00'];
const FRAMING = [
  'Connection',
  'content-length',
  'Transfer-Encoding',
  'UPGRADE',
  'Host',
  'Sec-WebSocket-Key',
  'sec-websocket-accept',
  'Sec-WebSocket-Extensions',
  'Sec-WebSocket-Version',
  'Trailer',
  'Keep-Alive',
];

/** Every way to put something into the headers of an application that must not stand there. */
function badHeaders(): [string, string][] {
  return [
    ...POISON.flatMap((poison): [string, string][] => [
      ['X', `a${poison}b`],
      [`X${poison}`, 'a'],
      ['X', poison],
    ]),
    ...['', 'a b', 'a:', '\xe9', '(a)'].map((name): [string, string] => [name, 'a']),
    ['X', 1 as unknown as string],
    [undefined as unknown as string, 'a'],
  ];
}

describe('RFC 6455 §4.1: the request of a client', () => {
  const good: UpgradeRequestParts = { host: 'example.com', target: '/chat?x=1', key: KEY };

  // @rfc 6455-4.1-17 6455-4.1-18 6455-4.1-19 6455-4.1-20 6455-4.1-21 6455-4.1-22 6455-4.1-23 6455-4.1-27 6455-4.1-28
  test('is written field by field', () => {
    const bytes = encodeUpgradeRequest({
      ...good,
      protocols: ['a', 'b'],
      extensions: [
        {
          name: 'x',
          params: [
            ['y', true],
            ['z', '1'],
          ],
        },
        { name: 'w', params: [] },
      ],
      origin: 'https://example.com',
      headers: [
        ['Cookie', 'a=b'],
        ['Authorization', 'Bearer \xe9'],
      ],
    });
    expect(textOf(bytes)).toBe(
      [
        'GET /chat?x=1 HTTP/1.1',
        'Host: example.com',
        'Upgrade: websocket',
        'Connection: Upgrade',
        `Sec-WebSocket-Key: ${KEY}`,
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Protocol: a, b',
        'Sec-WebSocket-Extensions: x; y; z=1, w',
        'Origin: https://example.com',
        'Cookie: a=b',
        'Authorization: Bearer \xe9',
        '\r\n',
      ].join('\r\n'),
    );
  });

  test('says nothing of what it has not', () => {
    expect(textOf(encodeUpgradeRequest(good))).toBe(
      [
        'GET /chat?x=1 HTTP/1.1',
        'Host: example.com',
        'Upgrade: websocket',
        'Connection: Upgrade',
        `Sec-WebSocket-Key: ${KEY}`,
        'Sec-WebSocket-Version: 13',
        '\r\n',
      ].join('\r\n'),
    );
  });

  // @rfc 6455-4.1-17
  test('is one that our own server accepts', () => {
    const head = parseRequestHead(encodeUpgradeRequest({ ...good, protocols: [], extensions: [] }));
    expect(decideUpgrade(head, OPEN)).toMatchObject({ kind: 'upgrade', request: { accept: ACCEPT, protocols: [] } });
  });

  // @rfc 6455-3-2 6455-4.1-29
  test('takes nothing that would change the head', () => {
    const cases: [keyof UpgradeRequestParts, unknown[]][] = [
      ['host', ['', 'a b', 'a/b', 'a@b', undefined, 1, ...POISON.map((poison) => `a${poison}`)]],
      ['target', ['', 'chat', '*', '/#', '/ ', '/\\', '/\xe9', undefined, 1, ...POISON.map((poison) => `/${poison}`)]],
      ['key', ['', 'a', `${KEY}\r\n`, 16, ...POISON.map((poison) => KEY + poison)]],
      ['protocols', [[''], ['a b'], ['a,b'], ['a', 'a'], [1], ...POISON.map((poison) => [`a${poison}`])]],
      [
        'extensions',
        [
          [{ name: '', params: [] }],
          [{ name: 'a', params: [['', true]] }],
          [{ name: 'a', params: [['b', 'c d']] }],
          [{ name: 'a', params: [['b', '']] }],
          ...POISON.map((poison) => [{ name: 'a', params: [['b', poison]] }]),
        ],
      ],
      ['origin', [1, ...POISON.map((poison) => `http://a${poison}`)]],
    ];
    for (const [name, values] of cases) {
      for (const value of values) {
        const call = (): unknown => encodeUpgradeRequest({ ...good, [name]: value } as UpgradeRequestParts);
        expect(call, `${name} ${String(value)}`).toThrow(TypeError);
        expect(call).toThrow(new RegExp(`^${name}: `));
      }
    }
  });

  // @rfc 6455-11.3.1-1 6455-11.3.5-1
  test('takes no header that cannot stand in a head, or that it writes itself', () => {
    const own: [string, string][] = [...FRAMING, 'Origin'].map((name) => [name, '1']);
    for (const header of [...badHeaders(), ...own]) {
      expect(() => encodeUpgradeRequest({ ...good, origin: 'http://a', headers: [['A', 'b'], header] })).toThrow(
        /^headers: /,
      );
    }
    const text = textOf(encodeUpgradeRequest({ ...good, headers: [['Origin', 'http://b']] }));
    expect(text).toContain('\r\nOrigin: http://b\r\n');
  });
});

describe('RFC 6455 §4.2.2: the response that accepts', () => {
  // @rfc 6455-4.2.2-7 6455-4.2.2-10
  test('is written field by field', () => {
    expect(textOf(encodeAcceptResponse({ accept: ACCEPT }))).toBe(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${ACCEPT}\r\n\r\n`,
    );
    const all: AcceptResponse = {
      accept: ACCEPT,
      protocol: 'chat',
      extensions: [{ name: 'x', params: [] }],
      headers: [
        ['Set-Cookie', 'a=b'],
        ['set-cookie', 'c=d'],
      ],
    };
    expect(textOf(encodeAcceptResponse(all))).toContain(
      `Accept: ${ACCEPT}\r\nSec-WebSocket-Protocol: chat\r\nSec-WebSocket-Extensions: x\r\nSet-Cookie: a=b\r\nset-cookie: c=d\r\n\r\n`,
    );
  });

  test('has no extension field when none was agreed', () => {
    expect(textOf(encodeAcceptResponse({ accept: ACCEPT, extensions: [] }))).not.toContain('Extensions');
  });

  // @rfc 6455-11.3.2-1 6455-11.3.3-1 6455-11.3.4-1
  test('takes nothing that would change the head', () => {
    for (const accept of ['', KEY, `${ACCEPT}\r\n`, ACCEPT.slice(1)]) {
      expect(() => encodeAcceptResponse({ accept })).toThrow(/^accept: /);
    }
    for (const protocol of ['', 'a b', 'a, b', ...POISON]) {
      expect(() => encodeAcceptResponse({ accept: ACCEPT, protocol })).toThrow(/^protocol: /);
    }
    for (const header of [...badHeaders(), ...FRAMING.map((name): [string, string] => [name, '1'])]) {
      expect(() => encodeAcceptResponse({ accept: ACCEPT, headers: [header] })).toThrow(/^headers: /);
    }
  });

  test('never says in an error what was refused', () => {
    try {
      encodeAcceptResponse({ accept: ACCEPT, headers: [['X', 'secret\r\n']] });
    } catch (error) {
      expect(String(error)).not.toContain('secret');
    }
    expect.assertions(1);
  });
});

describe('the response that refuses', () => {
  const parse = (bytes: Uint8Array) => {
    const [head = '', body = ''] = Buffer.from(bytes)
      .toString('latin1')
      .split(/(?<=\r\n\r\n)/);
    return { head: parseResponseHead(new Uint8Array(Buffer.from(head, 'latin1'))), body: Buffer.from(body, 'latin1') };
  };

  // @rfc 6455-4.2.2-3 6455-10.7-3
  test.each(Object.entries(HANDSHAKE_ERRORS).filter(([, { status }]) => status !== 0))(
    'for %s closes, says why and what to do, and cannot be taken for a page',
    (code, row) => {
      const { head, body } = parse(encodeErrorResponse(new HandshakeError(code as HandshakeErrorCode, [], row)));
      expect(head.status).toBe(row.status);
      expect(head.reason).not.toBe('');
      expect(head.headers.get('connection')).toMatch(/^(Upgrade, )?close$/);
      expect(head.headers.get('content-type')).toBe('text/plain; charset=utf-8');
      expect(head.headers.get('x-content-type-options')).toBe('nosniff');
      expect(head.headers.get('content-length')).toBe(String(body.length));
      for (const [name, value] of row.headers) expect(head.headers.get(name)).toBe(value);
      expect(body.toString()).toBe(`${row.message}\n`);
    },
  );

  test('RFC 9110 §15.5.22: with 426 names the protocol to upgrade to', () => {
    for (const [code, { status, headers }] of Object.entries(HANDSHAKE_ERRORS)) {
      if (status === 426) expect(headers, code).toContainEqual(['Upgrade', 'websocket']);
    }
    const { head } = parse(encodeErrorResponse(new HandshakeError('websocket-version')));
    expect(head.headers.get('connection')).toBe('Upgrade, close');
  });

  test('takes the words and headers of an application', () => {
    const headers: Field[] = [
      ['WWW-Authenticate', 'Bearer'],
      ['Content-Type', 'application/json'],
    ];
    const { head, body } = parse(encodeErrorResponse({ status: 401, message: '"\u20ac \u{1f600}"', headers }));
    expect(body.toString()).toBe('"\u20ac \u{1f600}"\n');
    expect(head.headers.all('content-type')).toEqual(['application/json']);
    expect(head.headers.get('www-authenticate')).toBe('Bearer');
  });

  test('takes any status from 300 to 599 but 304, known or not', () => {
    expect(textOf(encodeErrorResponse({ status: 599, message: '' }))).toMatch(/^HTTP\/1\.1 599 \r\n/);
    expect(textOf(encodeErrorResponse({ status: 300, message: '' }))).toMatch(/^HTTP\/1\.1 300 \r\n/);
    for (const status of [101, 200, 299, 304, 600, 400.5, Number.NaN, '400' as unknown as number]) {
      expect(() => encodeErrorResponse({ status, message: '' })).toThrow(
        new RangeError('status: must be 300 to 599, and not 304'),
      );
    }
  });

  test('has four fields and the message, unless told more', () => {
    expect(textOf(encodeErrorResponse({ status: 503, message: 'Later.' }))).toBe(
      [
        'HTTP/1.1 503 Service Unavailable',
        'Connection: close',
        'Content-Length: 7',
        'X-Content-Type-Options: nosniff',
        'Content-Type: text/plain; charset=utf-8',
        '',
        'Later.\n',
      ].join('\r\n'),
    );
  });

  test.each([
    '301 Moved Permanently',
    '302 Found',
    '303 See Other',
    '307 Temporary Redirect',
    '308 Permanent Redirect',
    '400 Bad Request',
    '401 Unauthorized',
    '402 Payment Required',
    '403 Forbidden',
    '404 Not Found',
    '405 Method Not Allowed',
    '406 Not Acceptable',
    '408 Request Timeout',
    '409 Conflict',
    '410 Gone',
    '413 Content Too Large',
    '414 URI Too Long',
    '421 Misdirected Request',
    '426 Upgrade Required',
    '429 Too Many Requests',
    '431 Request Header Fields Too Large',
    '500 Internal Server Error',
    '501 Not Implemented',
    '502 Bad Gateway',
    '503 Service Unavailable',
    '504 Gateway Timeout',
    '505 HTTP Version Not Supported',
  ])('RFC 9110 §15: says %s as registered', (status) => {
    const [line] = textOf(encodeErrorResponse({ status: Number.parseInt(status, 10), message: '' })).split('\r\n');
    expect(line).toBe(`HTTP/1.1 ${status}`);
  });

  test('takes no header that cannot stand in it', () => {
    const framing = FRAMING.filter((name) => !/^upgrade|version$/i.test(name)).map((name): [string, string] => [
      name,
      '1',
    ]);
    for (const header of [...badHeaders(), ...framing, ['X-Content-Type-Options', 'x'] as [string, string]]) {
      expect(() => encodeErrorResponse({ status: 400, message: '', headers: [header] })).toThrow(/^headers: /);
    }
  });
});

describe('the error table', () => {
  test('is frozen, and each row names a section and a remedy in sentences', () => {
    expect(Object.isFrozen(HANDSHAKE_ERRORS)).toBe(true);
    for (const row of Object.values(HANDSHAKE_ERRORS)) {
      expect(Object.isFrozen(row)).toBe(true);
      expect(row.section).toMatch(/^RFC (6455|6585|7692|9110|9112) §\d+(\.\d+)*$/);
      expect(row.message).toMatch(/^[A-Z].+\. [A-Z].+\.$/);
      expect([0, 400, 401, 403, 404, 405, 408, 414, 426, 429, 431, 500, 503, 505]).toContain(row.status);
    }
  });

  test('makes errors, to which more headers can be added', () => {
    const error = new HandshakeError('method', [['Retry-After', '1']]);
    expect(error).toMatchObject({ name: 'HandshakeError', code: 'method', status: 405, section: 'RFC 6455 §4.2.1' });
    expect(error.headers).toEqual([
      ['Allow', 'GET'],
      ['Retry-After', '1'],
    ]);
    error.headers.length = 0;
    expect(HANDSHAKE_ERRORS.method.headers).toEqual([['Allow', 'GET']]);
    expect(serviceError('overloaded', [['Retry-After', '5']])).toMatchObject({
      code: 'overloaded',
      message: HANDSHAKE_ERRORS.overloaded.message,
      status: 503,
      headers: [['Retry-After', '5']],
    });
  });
});

test('the body of a refusal is UTF-8, lone surrogates replaced', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(Buffer.from(encodeUtf8(text))).toEqual(Buffer.from(text));
    }),
  );
  for (const text of ['\ud800', 'a\udfff\ud800b', '\x7f\x80\u07ff\u0800\uffff\u{10000}\u{10ffff}']) {
    expect(Buffer.from(encodeUtf8(text))).toEqual(Buffer.from(text));
  }
});
