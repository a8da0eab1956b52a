import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { explainConnectError } from '../../src/cli/connect-error.ts';
import { WebSocketServer } from '../../src/node/index.ts';
import { type Certificate, selfSigned } from '../node/certificate.ts';
import { endProxies, startProxy } from '../node/proxy.ts';
import { leaveNothingBehind, startServer } from '../node/running-server.ts';
import { endScriptedServers, serveRaw } from '../node/scripted-server.ts';
import { connectByHand } from './by-hand.ts';
import { runHere } from './command-line.ts';

leaveNothingBehind();
endScriptedServers();
endProxies();

const closers: (() => Promise<unknown>)[] = [];
afterEach(() => Promise.all(closers.splice(0).map((close) => close())));

let folder = '';
let certificate: Certificate = { key: '', cert: '' };
const file = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ws101-connect-'));
  certificate = selfSigned('DNS:localhost');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The exit code and the one line of an attempt that fails. */
async function failure(...args: string[]): Promise<[code: number | null, line: string]> {
  const { code, stdout, stderr } = await connectByHand(args);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^[^\n]+\n$/);
  expect(stderr).not.toContain('    at ');
  return [code, stderr.trimEnd()];
}

describe('no connection is one line that says why, and exit code 3', () => {
  it('when nobody listens, and when there is no such host', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    expect(await failure(`ws://127.0.0.1:${port}/`)).toEqual([
      3,
      `ws101 connect: nobody listens at 127.0.0.1:${port}; check the port, or start the server`,
    ]);
    const [code, line] = await failure('ws://nothing.invalid/');
    expect([code, line]).toEqual([
      3,
      expect.stringMatching(/(?:there is no host|cannot be looked up).*nothing\.invalid|nothing\.invalid cannot/),
    ]);
  });

  it('when the server goes, or does not finish, during the handshake', async () => {
    const leaving = await serveRaw(async (visitor) => {
      await visitor.request();
      visitor.socket.end();
    });
    expect(await failure(leaving)).toEqual([
      3,
      expect.stringContaining('closed the connection during the opening handshake'),
    ]);
    const silent = await serveRaw((visitor) => visitor.request());
    expect(await failure('--connect-timeout', '0.1', silent)).toEqual([3, expect.stringContaining('in time')]);
  });

  it.each([
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'EADDRNOTAVAIL',
    'EAI_AGAIN',
    'EPROTO',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'CERT_HAS_EXPIRED',
    'CERT_NOT_YET_VALID',
  ])('for %s, with the host and a remedy', (code) => {
    const error = Object.assign(new Error(code), { code });
    const explained = explainConnectError(error, {
      url: new URL('wss://some.example:81/'),
      received: new Uint8Array(0),
    });
    expect(explained).toEqual({ code: 3, sentence: expect.stringMatching(/^.*some\.example:81.*$/) });
    expect(explained.sentence).not.toContain(code);
  });

  it('for whatever else goes wrong, of several attempts the first', () => {
    const attempt = { url: new URL('ws://h/'), received: new Uint8Array(0) };
    expect(explainConnectError(new Error('odd\n    at x'), attempt).sentence).toBe('cannot connect to h: odd');
    const refused = Object.assign(new Error('no'), { code: 'ECONNREFUSED' });
    expect(explainConnectError(new AggregateError([refused]), attempt).sentence).toContain('nobody listens at h');
  });
});

describe('TLS', () => {
  async function startTls(options: object = {}): Promise<number> {
    const server = new WebSocketServer({ origin: 'any' });
    server.route(() => true, { message: (connection, data) => connection.send(data) });
    const { port } = (await server.listen({
      port: 0,
      host: '127.0.0.1',
      tls: { ...certificate, ...options },
    })) as AddressInfo;
    closers.push(() => server.shutdown({ deadlineMs: 1 }));
    return port;
  }

  it('works with --ca, --servername, --insecure, and a certificate of the client', async () => {
    const port = await startTls({ requestCert: true, rejectUnauthorized: false });
    const [ca, key] = [file('cert.pem', certificate.cert), file('key.pem', certificate.key)];
    const talk = ['--send', 'a', '--expect', 'a'];
    for (const args of [
      ['--ca', ca, `wss://localhost:${port}/`],
      ['--ca', ca, '--servername', 'localhost', '--cert', ca, '--key', key, `wss://127.0.0.1:${port}/`],
      ['-k', `wss://127.0.0.1:${port}/`],
    ])
      expect(await connectByHand([...talk, ...args])).toEqual({ code: 0, stdout: 'a\n', stderr: '' });
  });

  it('shows frames in the clear, and takes bytes for the wire above TLS', async () => {
    const port = await startTls();
    const args = ['-k', '--frames', '--raw', '--send', '818537fa213d7f9f4d5158', '--expect', 'Hello'];
    const { code, stdout } = await connectByHand([...args, `wss://localhost:${port}/`]);
    expect([code, stdout]).toEqual([0, expect.stringContaining('text "Hello"')]);
  });

  it('is refused with a reason and a remedy when a certificate is not trusted, or for another name', async () => {
    const port = await startTls();
    expect(await failure(`wss://localhost:${port}/`)).toEqual([
      3,
      expect.stringMatching(/signed by itself.*--ca.*--insecure/),
    ]);
    const ca = file('ca.pem', certificate.cert);
    expect(await failure('--ca', ca, `wss://127.0.0.1:${port}/`)).toEqual([
      3,
      expect.stringMatching(/for another host.*--servername/),
    ]);
  });

  it('is told from its absence', async () => {
    const port = await startTls();
    expect(await failure(`ws://localhost:${port}/`)).toEqual([3, expect.stringContaining('; it may speak TLS (wss:)')]);
    const alerting = await serveRaw((visitor) => visitor.socket.write(Uint8Array.of(0x15, 3, 1, 0, 2, 2, 0x46)));
    expect(await failure(alerting)).toEqual([5, expect.stringContaining('speaks TLS; write wss: in place of ws:')]);
    const plain = await startServer((server) => server.route('/', { message: () => {} }));
    expect(await failure(`wss://localhost:${plain.port}/`)).toEqual([
      3,
      expect.stringContaining('does not speak TLS; write ws:'),
    ]);
  });
});

describe('an answer that is not 101 is one line with status, remedy and the start of the body, and exit code 4', () => {
  async function startHttp(status: number, headers: Record<string, string>, ...body: string[]): Promise<string> {
    const server = createHttpServer();
    server.on('upgrade', (_request, socket) => {
      const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.end(`HTTP/1.1 ${status} Some Reason\r\n${fields.join('')}\r\n${body.join('')}`);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(() => new Promise((resolve) => server.close(resolve)));
    return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  it.each<[status: number, headers: Record<string, string>, body: string, line: RegExp]>([
    [401, {}, 'token\n  required', /answered 401 Some Reason in place of 101; give credentials.*: "token required"$/],
    [404, { 'Transfer-Encoding': 'chunked' }, '5\r\nhello\r\n0\r\n\r\n', /404.*check the path.*: "hello"$/],
    [
      302,
      { Location: 'wss://elsewhere.example/x' },
      '',
      /302.*sends to "wss:\/\/elsewhere\.example\/x"; connect there$/,
    ],
    [200, { 'Content-Encoding': 'gzip' }, '\u001f\u008b', /200.*no WebSocket$/],
    [403, {}, 'x'.repeat(300), /403.*--origin.*: "x{160}…"$/],
    [426, {}, '\u001b[1m', /426.*: "\\x1b\[1m"$/],
    [500, {}, '', /answered 500 Some Reason in place of 101$/],
  ])('%i', async (status, headers, body, line) => {
    expect(await failure(await startHttp(status, headers, body))).toEqual([4, expect.stringMatching(line)]);
  });

  it('also from a proxy, whose password is never repeated', async () => {
    const proxy = await startProxy(() => 'HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n');
    const url = `http://user:secret@127.0.0.1:${proxy.port}`;
    const [code, line] = await failure('--proxy', url, 'ws://some.test/');
    expect([code, line]).toEqual([4, expect.stringContaining('the proxy answered 407')]);
    expect(line).not.toContain('secret');
  });
});

it('--proxy leads through a tunnel', async () => {
  const { port } = await startServer((server) =>
    server.route('/', { message: (connection, data) => connection.send(data) }),
  );
  const proxy = await startProxy();
  const args = ['--proxy', `http://127.0.0.1:${proxy.port}`, '--send', 'a', '--expect', 'a', `ws://some.test:${port}/`];
  expect(await connectByHand(args)).toMatchObject({ code: 0, stdout: 'a\n' });
  expect(proxy.asked).toHaveLength(1);
});

describe('a handshake that breaks a rule is one line with the section, and exit code 5', () => {
  it.each<[what: string, lines: Record<string, string | undefined>, line: RegExp]>([
    [
      'a wrong accept key',
      { 'Sec-WebSocket-Accept': 'nonsense' },
      /RFC 6455 §4\.1.*Sec-WebSocket-Accept does not match/,
    ],
    ['no Upgrade field', { Upgrade: undefined }, /lacks Upgrade: websocket/],
    ['an extension that nobody offered', { 'Sec-WebSocket-Extensions': 'x' }, /extension that was not offered/],
  ])('%s', async (_what, lines, line) => {
    const url = await serveRaw((visitor) => visitor.accept(lines));
    expect(await failure(url)).toEqual([5, expect.stringMatching(line)]);
  });

  it('and --frames shows where', async () => {
    const url = await serveRaw((visitor) => visitor.accept({ 'Sec-WebSocket-Accept': 'nonsense' }));
    const { code, stdout } = await connectByHand(['--frames', '--subprotocol', 'a', '--deflate', url]);
    expect(code).toBe(5);
    expect(stdout).toMatch(
      /→ sent\nHTTP request[\s\S]*← received\nHTTP response[\s\S]*✗ RFC 6455 §4\.1, response-accept/,
    );
  });

  it('what is no HTTP at all', async () => {
    const url = await serveRaw((visitor) => visitor.socket.write('SSH-2.0-OpenSSH_9\u001b\r\n'));
    expect(await failure(url)).toEqual([
      5,
      expect.stringContaining('does not speak HTTP; its answer begins with "SSH-2.0'),
    ]);
  });
});

it('a connection that is cut off is one line, and exit code 6', async () => {
  const url = await serveRaw(async (visitor) => {
    await visitor.accept();
    visitor.socket.destroy();
  });
  expect(await failure('--no-close', url)).toEqual([
    6,
    'ws101 connect: the server ended the connection without a closing handshake (1006)',
  ]);
});

describe('a mistake on the command line is one line with the remedy, and exit code 2', () => {
  const refused: [args: string[], line: RegExp][] = [
    [[], /give the URL of a server, such as ws:/],
    [['ws://a/', 'b'], /one URL is enough; put "b" in quotes/],
    [['localhost:80'], /must start with ws: or wss:/],
    [['nonsense'], /not valid; write it whole/],
    [['ws://a/#b'], /no fragment/],
    [['--frmaes', 'ws://a/'], /did you mean --frames\?/],
    [['--raw', '--binary', 'ws://a/'], /--binary and --raw say different things/],
    [['--raw', '--rsv', '1', 'ws://a/'], /--raw sends bytes as they are; leave/],
    [['--rsv', '8', 'ws://a/'], /--rsv must be one of 0, 1/],
    [['--opcode', '16', 'ws://a/'], /--opcode must be one of/],
    [['--fragment', '0', 'ws://a/'], /--fragment must be a whole number/],
    [['--binary', '--send', '0', 'ws://a/'], /odd number of hexadecimal digits/],
    [['--binary', '--send', 'xy', 'ws://a/'], /"x" is no hexadecimal digit/],
    [['--ndjson', '--send', '[]', 'ws://a/'], /is no JSON object; write/],
    [['--ndjson', '--send', '{}', 'ws://a/'], /needs one of text, hex/],
    [['--ndjson', '--send', '{"text":"a","hex":"00"}', 'ws://a/'], /not two of them/],
    [['--ndjson', '--send', '{"text":1}', 'ws://a/'], /text must be a text/],
    [['--ndjson', '--send', '{"text":"a","rsv":9}', 'ws://a/'], /rsv must be a whole number from 0 to 7/],
    [['--ndjson', '--send', '{"text":"a","mask":1}', 'ws://a/'], /mask must be true or false/],
    [['--ndjson', '--send', '{"close":true,"reason":"x"}', 'ws://a/'], /a reason needs a code/],
    [['--file', '/nowhere/at/all', 'ws://a/'], /--file: .* there is no such file/],
    [['--file', '.', 'ws://a/'], /--file: .* it is a directory/],
    [['--file', 'package.json', '--max-message', '10', 'ws://a/'], /raise --max-message/],
    [['--expect', '/(/', 'ws://a/'], /is no pattern/],
    [['--ping', '0', 'ws://a/'], /--ping must be longer/],
    [['--header', 'secret', 'ws://a/'], /--header must be 'Name: value'/],
    [['--header', 'Upgrade: x', 'ws://a/'], /written by the handshake itself/],
    [['--subprotocol', 'a b', 'ws://a/'], /a subprotocol must be a token/],
    [['--proxy', 'socks://a', 'ws://a/'], /proxy must be a URL of the form/],
    [['--insecure', 'ws://a/'], /--insecure is for wss: URLs/],
    [['--cert', 'package.json', 'wss://a/'], /--cert and --key are given together/],
    [['--ca', 'package.json', 'wss://a/'], /is not in PEM form/],
    [['--ca', 'nowhere.pem', 'wss://a/'], /--ca: "nowhere\.pem" cannot be read/],
    [['--close', '65536', 'ws://a/'], /--close must be a whole number from 0 to 65535/],
  ];
  it.each(refused)('%j', async (args, line) => {
    const { code, stdout, stderr } = await runHere('connect', ...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^ws101 connect: [^\n]+ \(see ws101 connect --help\)\n$/);
    expect(stderr).toMatch(line);
    expect(stderr).not.toContain('secret');
  });

  it('a certificate and a key that do not belong together', async () => {
    const other = selfSigned('DNS:localhost');
    const [cert, key] = [file('a.pem', certificate.cert), file('b.pem', other.key)];
    const { code, stderr } = await runHere('connect', '--cert', cert, '--key', key, 'wss://a/');
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^ws101 connect: TLS cannot use .*\n$/)]);
  });
});

it('a TLS server that wants a certificate and gets none is one line', async () => {
  const server = createTlsServer({ ...certificate, requestCert: true, rejectUnauthorized: true });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  const [code] = await failure('-k', `wss://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  expect(code).toBe(3);
});
