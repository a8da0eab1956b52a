import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createRequestHead,
  HandshakeError,
  HEAD_LIMITS,
  parseRequestHead,
  RequestHeadReader,
} from '../../src/handshake/index.ts';
import { bytesOf, codeOf, readRequest, requestText, textOf } from './heads.ts';

describe('RFC 9112 §3: a request head', () => {
  test('is read into its parts, however it is cut', () => {
    const text =
      'GET /a/b?c=d?e HTTP/1.1\r\nHost: example.com\r\nX-Empty:\r\nX-Pad: \t a b \t \r\nx-pad:c\r\nUpgrade: q\r\n\r\n';
    const { code, head, fields, raw, rest } = readRequest(`${text}\x81\x00GET`);
    expect(code).toBeUndefined();
    expect(head).toMatchObject({
      method: 'GET',
      target: '/a/b?c=d?e',
      path: '/a/b',
      query: 'c=d?e',
      version: 'HTTP/1.1',
      upgrade: true,
    });
    expect(fields).toEqual([
      ['host', 'example.com'],
      ['x-empty', ''],
      ['x-pad', 'a b'],
      ['x-pad', 'c'],
      ['upgrade', 'q'],
    ]);
    expect(raw).toBe(text);
    expect(rest).toBe('\x81\x00GET');
  });

  test('that is complete takes nothing more', () => {
    const reader = new RequestHeadReader();
    reader.push(bytesOf(requestText()));
    expect(reader.push(bytesOf(requestText()))).toBe(0);
  });

  test('keeps its raw bytes, copied from the chunks, for another parser', () => {
    const chunk = bytesOf('POST /form HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc');
    const reader = new RequestHeadReader();
    const taken = reader.push(chunk);
    chunk.fill(0);
    expect(textOf(reader.bytes)).toBe('POST /form HTTP/1.0\r\nContent-Length: 3\r\n\r\n');
    expect(taken).toBe(chunk.length - 3);
    expect(reader.head?.upgrade).toBe(false);
  });

  test('gives the offsets of its parts in the raw bytes', () => {
    const reader = new RequestHeadReader();
    reader.push(bytesOf('\r\nGET /x HTTP/1.1\r\nHost:  a \r\nB:\r\n\r\n'));
    expect(reader.offsets.line).toEqual([2, 5, 6, 8, 9, 17]);
    expect(reader.offsets.fields).toEqual([19, 23, 26, 27, 30, 31, 32, 32]);
  });

  test('without a query has an empty one; a question mark alone too', () => {
    expect(readRequest('GET /p? HTTP/1.1\r\n\r\n').head).toMatchObject({ path: '/p', query: '' });
    expect(readRequest('GET /p HTTP/1.1\r\n\r\n').head).toMatchObject({ path: '/p', query: '' });
  });

  test('longer than any buffer to begin with is kept whole', () => {
    const text = requestText({ fields: { 'X-Long': 'v'.repeat(5000) } });
    const { head, raw } = readRequest(text);
    expect(raw).toBe(text);
    expect(head?.headers.get('x-long')).toBe('v'.repeat(5000));
  });
});

describe('RFC 9112 §2 to §5: a malformed request head is refused with 400 at the byte that breaks it', () => {
  const cases: [name: string, text: string, code: string, taken?: string][] = [
    ['a folded field', 'GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n', 'obs-fold', 'GET / HTTP/1.1\r\nA: b\r\n '],
    ['a field folded with a tab', 'GET / HTTP/1.1\r\nA: b\r\n\tc\r\n\r\n', 'obs-fold'],
    ['a space before the first field', 'GET / HTTP/1.1\r\n Host: a\r\n\r\n', 'leading-space'],
    ['a tab before the first field', 'GET / HTTP/1.1\r\n\tHost: a\r\n\r\n', 'leading-space'],
    ['a space before the colon', 'GET / HTTP/1.1\r\nHost : a\r\n\r\n', 'field-name'],
    ['a tab before the colon', 'GET / HTTP/1.1\r\nHost\t: a\r\n\r\n', 'field-name'],
    ['an empty name', 'GET / HTTP/1.1\r\n: a\r\n\r\n', 'field-name'],
    ['a line without colon', 'GET / HTTP/1.1\r\nHost\r\n\r\n', 'field-name'],
    ['a name with a character of no token', 'GET / HTTP/1.1\r\nHo(st: a\r\n\r\n', 'field-name'],
    ['a name that starts with a byte above 7F', 'GET / HTTP/1.1\r\n\xe9: a\r\n\r\n', 'field-name'],
    ['a bare LF after the request line', 'GET / HTTP/1.1\nHost: a\r\n\r\n', 'bare-lf'],
    ['a bare LF before the request line', '\nGET / HTTP/1.1\r\n\r\n', 'bare-lf'],
    ['a bare LF in the method', 'GE\nT / HTTP/1.1\r\n\r\n', 'bare-lf'],
    ['a bare LF in the target', 'GET /\n HTTP/1.1\r\n\r\n', 'bare-lf'],
    ['a bare LF after a field', 'GET / HTTP/1.1\r\nA: b\nC: d\r\n\r\n', 'bare-lf'],
    ['a bare LF in a name', 'GET / HTTP/1.1\r\nA\nC: d\r\n\r\n', 'bare-lf'],
    ['a bare LF as end of the head', 'GET / HTTP/1.1\r\nA: b\r\n\n', 'bare-lf'],
    ['a bare CR in a value', 'GET / HTTP/1.1\r\nA: b\rC: d\r\n\r\n', 'bare-cr'],
    ['a bare CR after the request line', 'GET / HTTP/1.1\rA: b\r\n\r\n', 'bare-cr'],
    ['a bare CR before the request line', '\rGET / HTTP/1.1\r\n\r\n', 'bare-cr'],
    ['two CR as line end', 'GET / HTTP/1.1\r\nA: b\r\r\n\r\n', 'bare-cr'],
    ['a head that ends in CR LF CR and another byte', 'GET / HTTP/1.1\r\nA: b\r\n\rX', 'bare-cr'],
    ['a third blank line before the request', '\r\n\r\n\r\nGET / HTTP/1.1\r\n\r\n', 'blank-lines', '\r\n\r\n\r'],
    ['a NUL in a value', 'GET / HTTP/1.1\r\nA: \0\r\n\r\n', 'field-value'],
    ['a DEL in a value', 'GET / HTTP/1.1\r\nA: b\x7f\r\n\r\n', 'field-value'],
    ['a NUL in the target', 'GET /\0 HTTP/1.1\r\n\r\n', 'target-byte', 'GET /\0'],
    ['a fragment in the target', 'GET /a#b HTTP/1.1\r\n\r\n', 'target-byte'],
    ['a backslash in the target', 'GET /a\\b HTTP/1.1\r\n\r\n', 'target-byte'],
    ['a byte above 7E in the target', 'GET /\x7f HTTP/1.1\r\n\r\n', 'target-byte'],
    ['a byte of UTF-8 in the target', 'GET /\xc3\xa9 HTTP/1.1\r\n\r\n', 'target-byte'],
    ['a tab in the target', 'GET /\t HTTP/1.1\r\n\r\n', 'target-byte'],
    ['the target *', 'GET * HTTP/1.1\r\n\r\n', 'target-form'],
    ['the target * of OPTIONS', 'OPTIONS * HTTP/1.1\r\n\r\n', 'target-form'],
    ['an authority as target', 'CONNECT example.com:443 HTTP/1.1\r\n\r\n', 'target-form'],
    ['a target without slash', 'GET chat HTTP/1.1\r\n\r\n', 'target-form'],
    ['a target of another scheme', 'GET ftp://example.com/ HTTP/1.1\r\n\r\n', 'target-form'],
    ['a target with user information', 'GET http://a@example.com/ HTTP/1.1\r\n\r\n', 'target-form'],
    ['a target without host', 'GET http:///path HTTP/1.1\r\n\r\n', 'target-form'],
    ['no target', 'GET  HTTP/1.1\r\n\r\n', 'request-line'],
    ['no version', 'GET /\r\n\r\n', 'request-line'],
    ['a method alone', 'GET\r\n\r\n', 'request-line'],
    ['a space before the method', ' GET / HTTP/1.1\r\n\r\n', 'request-line', ' '],
    ['a method that is no token', 'G(T / HTTP/1.1\r\n\r\n', 'request-line'],
    ['the first byte of a TLS client', '\x16\x03\x01', 'request-line', '\x16'],
    ['a space too many before the version', 'GET /  HTTP/1.1\r\n\r\n', 'version-syntax'],
    ['a space after the version', 'GET / HTTP/1.1 \r\n\r\n', 'version-syntax'],
    ['a version in lower case', 'GET / http/1.1\r\n\r\n', 'version-syntax'],
    ['a version of two digits', 'GET / HTTP/1.10\r\n\r\n', 'version-syntax'],
    ['a version without minor number', 'GET / HTTP/1\r\n\r\n', 'version-syntax'],
    ['a version that is no number', 'GET / HTTP/1.x\r\n\r\n', 'version-syntax'],
    ['a version with a comma', 'GET / HTTP/1,1\r\n\r\n', 'version-syntax'],
  ];
  test.each(cases)('%s', (_name, text, code, taken) => {
    const outcome = readRequest(`${text}GET /next HTTP/1.1\r\n\r\n`);
    expect(outcome).toMatchObject({ code, status: 400, head: undefined });
    if (taken !== undefined) expect(outcome.raw).toBe(taken);
  });

  test('a repeated field of those that may occur once', () => {
    for (const name of ['Host', 'Content-Length', 'Origin', 'Sec-WebSocket-Key', 'Sec-WebSocket-Version']) {
      for (const second of [name, name.toLowerCase(), name.toUpperCase()]) {
        const text = `GET / HTTP/1.1\r\n${name}: 1\r\nA: b\r\n${second}: 1\r\n\r\n`;
        expect(readRequest(text)).toMatchObject({ code: 'duplicate-field', status: 400 });
      }
    }
  });

  test('RFC 9112 §2.2: up to two blank lines before the request line are skipped', () => {
    for (const blank of ['', '\r\n', '\r\n\r\n']) {
      const outcome = readRequest(`${blank}GET / HTTP/1.1\r\n\r\n`);
      expect(outcome.head).toMatchObject({ method: 'GET', target: '/' });
      expect(outcome.raw.length).toBe(18 + blank.length);
    }
  });

  test('RFC 9110 §5.5: every byte of a value but CR, LF, NUL, DEL and controls passes unchanged', () => {
    for (let byte = 0; byte < 256; byte++) {
      const character = String.fromCharCode(byte);
      const allowed = byte === 9 || (byte >= 0x20 && byte !== 0x7f);
      const { head, code } = readRequest(`GET / HTTP/1.1\r\nA: x${character}y\r\n\r\n`);
      if (allowed) expect(head?.headers.get('a')).toBe(`x${character}y`);
      else expect(code).toBe(byte === 10 ? 'bare-lf' : byte === 13 ? 'bare-cr' : 'field-value');
    }
  });
});

describe('RFC 9112 §3.2: an absolute target', () => {
  test('is split like any other, and an absent path is a slash', () => {
    const cases: [string, string, string][] = [
      ['http://example.com/a?b', '/a', 'b'],
      ['HTTPS://example.com', '/', ''],
      ['http://[::1]:8080?q', '/', 'q'],
    ];
    for (const [target, path, query] of cases) {
      expect(readRequest(`GET ${target} HTTP/1.1\r\n\r\n`).head).toMatchObject({ target, path, query });
    }
  });
});

describe('limits of a head', () => {
  const { requestLineBytes, headBytes, headers } = HEAD_LIMITS;

  test('are 8 KiB, 16 KiB and 100, and frozen', () => {
    expect(HEAD_LIMITS).toEqual({ requestLineBytes: 8192, headBytes: 16_384, headers: 100 });
    expect(Object.isFrozen(HEAD_LIMITS)).toBe(true);
  });

  test('RFC 9110 §15.5.15: a request line one byte over its limit is refused with 414', () => {
    const line = (bytes: number): string => `GET /${'a'.repeat(bytes - 14)} HTTP/1.1`;
    for (const bytes of [requestLineBytes - 1, requestLineBytes]) {
      expect(line(bytes).length).toBe(bytes);
      expect(readRequest(`\r\n${line(bytes)}\r\n\r\n`).code).toBeUndefined();
    }
    expect(readRequest(`${line(requestLineBytes + 1)}\r\n\r\n`)).toMatchObject({
      code: 'request-line-too-long',
      status: 414,
    });
    expect(readRequest('M'.repeat(requestLineBytes + 1)).status).toBe(414);
  });

  test('RFC 6585 §5: a head one byte over its limit is refused with 431', () => {
    const head = (bytes: number): string => `GET / HTTP/1.1\r\nA: ${'b'.repeat(bytes - 23)}\r\n\r\n`;
    for (const bytes of [headBytes - 1, headBytes]) {
      expect(head(bytes).length).toBe(bytes);
      expect(readRequest(head(bytes)).code).toBeUndefined();
    }
    expect(readRequest(head(headBytes + 1))).toMatchObject({ code: 'head-too-large', status: 431 });
  });

  test('RFC 6585 §5: one field over their limit is refused with 431, and none is dropped', () => {
    const head = (count: number): string => `GET / HTTP/1.1\r\n${'A: b\r\n'.repeat(count)}\r\n`;
    for (const count of [headers - 1, headers]) {
      expect(readRequest(head(count)).head?.headers.size).toBe(count);
    }
    expect(readRequest(head(headers + 1))).toMatchObject({ code: 'too-many-fields', status: 431 });
  });

  test('bind requests without Upgrade field too', () => {
    expect(readRequest(`POST /${'a'.repeat(9000)} HTTP/1.0\r\n\r\n`).status).toBe(414);
  });

  test('can be set, each on its own', () => {
    const small = { requestLineBytes: 14, headBytes: 30, headers: 1 };
    expect(readRequest('GET / HTTP/1.1\r\nA: b\r\n\r\n', small).code).toBeUndefined();
    expect(readRequest('GET /a HTTP/1.1\r\n\r\n', { requestLineBytes: 14 }).status).toBe(414);
    expect(readRequest('GET / HTTP/1.1\r\nA: b\r\nA: b\r\n\r\n', { headers: 1 }).status).toBe(431);
    expect(readRequest('GET / HTTP/1.1\r\nA: b\r\n\r\n', { headBytes: 23 }).status).toBe(431);
  });

  test('of Infinity take the same path and let everything through', () => {
    const none = { requestLineBytes: Infinity, headBytes: Infinity, headers: Infinity };
    const text = `GET /${'a'.repeat(9000)} HTTP/1.1\r\n${'A: b\r\n'.repeat(3000)}\r\n`;
    const reader = new RequestHeadReader(none);
    expect(reader.push(bytesOf(text))).toBe(text.length);
    expect(reader.head?.headers.size).toBe(3000);
  });

  test('that are none are refused by name', () => {
    for (const value of [0, -1, 1.5, Number.NaN, '8192']) {
      expect(() => new RequestHeadReader({ headBytes: value as number })).toThrow(
        new RangeError('limits: headBytes must be a positive integer or Infinity'),
      );
    }
    expect(() => new RequestHeadReader({ headbytes: 1 } as object)).toThrow(
      new TypeError('limits: headbytes is no limit of a head'),
    );
    expect(() => new RequestHeadReader({ constructor: 1 } as object)).toThrow(TypeError);
  });
});

describe('the cost of reading', () => {
  /** Chunks that count how often a byte of them is read. */
  function counted(bytes: Uint8Array, reads: { count: number }): Uint8Array {
    return new Proxy(bytes, {
      get(target, property) {
        if (typeof property === 'string' && /^\d+$/.test(property)) reads.count++;
        return Reflect.get(target, property, target) as unknown;
      },
    });
  }

  test('is one look at each byte, byte by byte as well as whole', () => {
    const bytes = bytesOf(requestText({ fields: { 'X-Long': 'v'.repeat(16_000) } }));
    for (const step of [1, 7, bytes.length]) {
      const reads = { count: 0 };
      const reader = new RequestHeadReader();
      for (let at = 0; at < bytes.length; at += step) reader.push(counted(bytes.subarray(at, at + step), reads));
      expect(reader.head).toBeDefined();
      expect(reads.count).toBe(bytes.length);
    }
  });

  test('of a field of 20 MB ends one byte after the limit of the head', () => {
    const bytes = new Uint8Array(20_000_000).fill(0x61);
    bytes.set(bytesOf('GET / HTTP/1.1\r\nA: '));
    const reads = { count: 0 };
    const reader = new RequestHeadReader();
    expect(codeOf(() => reader.push(counted(bytes, reads)))).toBe('head-too-large');
    expect(reads.count).toBe(HEAD_LIMITS.headBytes + 1);
    expect(reader.bytes.length).toBe(HEAD_LIMITS.headBytes);
  });
});

describe('a head in one piece', () => {
  test('must be complete and alone', () => {
    const text = requestText();
    expect(parseRequestHead(bytesOf(text)).path).toBe('/chat');
    expect(codeOf(() => parseRequestHead(bytesOf(text.slice(0, -1))))).toBe('incomplete-head');
    expect(codeOf(() => parseRequestHead(bytesOf(`${text}x`)))).toBe('trailing-bytes');
    expect(codeOf(() => parseRequestHead(bytesOf(text), { headers: 1 }))).toBe('too-many-fields');
  });
});

describe('a head that another parser has read', () => {
  const good = { method: 'GET', target: '/a?b', version: 'HTTP/1.1', fields: [['Host', 'a']] as [string, string][] };

  test('becomes the same as one read from bytes', () => {
    const head = createRequestHead({
      ...good,
      fields: [
        ['HOST', 'a'],
        ['Upgrade', 'websocket'],
      ],
    });
    const read = parseRequestHead(bytesOf('GET /a?b HTTP/1.1\r\nHOST: a\r\nUpgrade: websocket\r\n\r\n'));
    expect({ ...head, headers: [...head.headers] }).toEqual({ ...read, headers: [...read.headers] });
  });

  test('is held to the same rules', () => {
    const cases: [Partial<typeof good>, string][] = [
      [{ method: '' }, 'request-line'],
      [{ method: 'G T' }, 'request-line'],
      [{ target: '/\u010a' }, 'target-byte'],
      [{ target: '/a b' }, 'target-byte'],
      [{ target: '*' }, 'target-form'],
      [{ target: '' }, 'target-form'],
      [{ version: '1.1' }, 'version-syntax'],
      [{ version: 'HTTP/1.x' }, 'version-syntax'],
      [{ version: 'HTTP/1.\u0131' }, 'version-syntax'],
      [{ fields: [['a b', '']] }, 'field-name'],
      [{ fields: [['a', 'b\r\nc']] }, 'field-value'],
      [
        {
          fields: [
            ['Host', 'a'],
            ['host', 'a'],
          ],
        },
        'duplicate-field',
      ],
    ];
    for (const [change, code] of cases) expect(codeOf(() => createRequestHead({ ...good, ...change }))).toBe(code);
  });
});

describe('properties of the request reader', () => {
  const character = (allowed: string) => fc.constantFrom(...allowed);
  const token = fc.string({ unit: character("abcXYZ09!#$%&'*+-.^_`|~"), minLength: 1, maxLength: 12 });
  const value = fc
    .string({ unit: character('az09 ,;="\t\\\xe9(){}'), maxLength: 30 })
    .map((text) => text.replace(/^[ \t]+/, '').replace(/[ \t]+$/, ''));
  const singles = /^(host|content-length|origin|sec-websocket-(key|version))$/i;
  const field = fc.tuple(
    token.filter((name) => !singles.test(name)),
    value,
  );

  test('what was written is read back, with any white space around the values', () => {
    const space = fc.string({ unit: character(' \t'), maxLength: 3 });
    fc.assert(
      fc.property(token, token, fc.array(fc.tuple(field, space, space), { maxLength: 20 }), (method, path, fields) => {
        const lines = fields.map(([[name, text], before, after]) => `${name}:${before}${text}${after}\r\n`).join('');
        const target = `/${path.replaceAll('#', '')}`;
        const head = parseRequestHead(bytesOf(`${method} ${target} HTTP/1.1\r\n${lines}\r\n`));
        expect(head).toMatchObject({ method, target });
        expect([...head.headers]).toEqual(fields.map(([[name, text]]) => [name.toLowerCase(), text]));
      }),
    );
  });

  test('any bytes give a head, an error, or a wish for more, whatever the cuts', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '\r\n',
        '\r',
        '\n',
        ' ',
        ':',
        'GET / HTTP/1.1\r\n',
        'Host: a\r\n',
        '\r\n\r\n',
        'Upgrade: websocket\r\n',
      ),
      fc.string({ unit: fc.nat(255).map((byte) => String.fromCharCode(byte)), maxLength: 6 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const outcome = readRequest(pieces.join(''));
        expect(outcome.head === undefined || outcome.code === undefined).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  test('one byte changed in a good head never makes anything but a HandshakeError escape', () => {
    const text = requestText();
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.nat(255), (at, byte) => {
        const bytes = bytesOf(text);
        bytes[at] = byte;
        try {
          parseRequestHead(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(HandshakeError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
