import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { endAll, type Running, start, startAs } from './command-line.ts';

afterEach(endAll);

const SIGNALS = [
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const;

async function connect(running: Running, path: string, origin?: string): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${await running.port}${path}`, origin === undefined ? {} : { origin });
  await once(socket, 'open');
  return socket;
}

/** The HTTP status with which a connection is refused. */
async function refusal(running: Running, path: string, origin?: string): Promise<number | undefined> {
  const socket = new WebSocket(`ws://127.0.0.1:${await running.port}${path}`, origin === undefined ? {} : { origin });
  const [, response] = await once(socket, 'unexpected-response');
  socket.on('error', () => undefined);
  socket.terminate();
  return (response as { statusCode?: number }).statusCode;
}

async function closeCode(socket: WebSocket): Promise<number> {
  const [code] = await once(socket, 'close');
  return code as number;
}

async function reply(socket: WebSocket, message: string | Uint8Array): Promise<[data: string, binary: boolean]> {
  const answer = once(socket, 'message');
  socket.send(message);
  const [data, binary] = await answer;
  return [String(data), binary as boolean];
}

describe('ws101 echo', () => {
  it('says where it listens, and gives back text as text and binary as binary at every path', async () => {
    const running = start('echo', '--port', '0');
    expect(await running.firstLine).toMatch(/^listening on ws:\/\/localhost:[1-9]\d*\/$/);
    for (const path of ['/', '/some/where?with=query']) {
      const socket = await connect(running, path);
      expect(await reply(socket, 'grüße')).toEqual(['grüße', false]);
      expect(await reply(socket, Uint8Array.of(104, 105))).toEqual(['hi', true]);
    }
  });

  it('compresses with --deflate, and not without', async () => {
    for (const [args, extensions] of [
      [['--deflate'], 'permessage-deflate'],
      [[], ''],
    ] as const) {
      const socket = await connect(start('echo', '--port', '0', ...args), '/');
      expect(socket.extensions).toBe(extensions);
      expect(await reply(socket, 'hello '.repeat(1000))).toEqual(['hello '.repeat(1000), false]);
    }
  });

  it('lets every page connect, or with --origin only some', async () => {
    await connect(start('echo', '--port', '0'), '/', 'https://elsewhere.example');
    expect(await refusal(start('echo', '--port', '0', '--origin', 'same'), '/', 'https://elsewhere.example')).toBe(403);
    const listed = start('echo', '--port', '0', '--origin', 'https://a.example,https://b.example');
    await connect(listed, '/', 'https://b.example');
    expect(await refusal(listed, '/', 'https://elsewhere.example')).toBe(403);
  });

  it('keeps to --max-message, --max-fragments and --max-connections', async () => {
    const running = start(
      'echo',
      '--port',
      '0',
      '--max-message',
      '1k',
      '--max-fragments',
      '2',
      '--max-connections',
      '1',
    );
    const socket = await connect(running, '/');
    expect(await refusal(running, '/')).toBe(503);
    expect((await reply(socket, 'x'.repeat(1024)))[0]).toHaveLength(1024);
    socket.send('x'.repeat(1025));
    expect(await closeCode(socket)).toBe(1009);
    const fragmented = start('echo', '--port', '0', '--max-fragments', '2');
    const other = await connect(fragmented, '/');
    for (const fin of [false, false, true]) other.send('x', { fin });
    expect(await closeCode(other)).toBe(1008);
  });
});

describe('ws101 chat', () => {
  it('lets each client behind a trusted proxy have --connections-per-address, and this machine as many as it likes', async () => {
    const running = start('chat', '--port', '0', '--connections-per-address', '1', '--trusted-proxies', '127.0.0.0/8');
    const behind = async (address: string): Promise<number> => {
      const socket = new WebSocket(`ws://127.0.0.1:${await running.port}/ws`, {
        headers: { 'X-Forwarded-For': address },
      });
      const [status] = await Promise.race([
        once(socket, 'open').then(() => [101]),
        once(socket, 'unexpected-response').then(([, response]) => [(response as { statusCode: number }).statusCode]),
      ]);
      if (status !== 101) socket.on('error', () => undefined).terminate();
      return status as number;
    };
    expect([await behind('192.0.2.1'), await behind('192.0.2.1'), await behind('192.0.2.2')]).toEqual([101, 429, 101]);
    const local = start('chat', '--port', '0', '--connections-per-address', '1', '--handshakes-per-address', '1');
    for (let i = 0; i < 3; i++) await connect(local, '/ws');
  });

  it('says where it listens, and serves the page, the chat and the echo', async () => {
    const running = start('chat', '--port', '0');
    expect(await running.firstLine).toMatch(
      /^listening on http:\/\/localhost:[1-9]\d* \(chat at \/chat, echo at \/ws\)$/,
    );
    const page = await fetch(`http://127.0.0.1:${await running.port}/`);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await page.text()).toContain('<title>');
    expect(await reply(await connect(running, '/ws'), 'hi')).toEqual(['hi', false]);
    const [joined] = await reply(await connect(running, '/chat'), '{"type":"join","username":"ann"}');
    expect(JSON.parse(joined)).toMatchObject({ type: 'join', username: 'ann', room: 'lobby' });
  });

  it('lets only its own page connect', async () => {
    const running = start('chat', '--port', '0');
    expect(await refusal(running, '/chat', 'https://elsewhere.example')).toBe(403);
    await connect(running, '/chat', `http://127.0.0.1:${await running.port}`);
  });
});

describe.each(['chat', 'echo'])('ws101 %s', (command) => {
  it.each(SIGNALS)('closes every connection with 1001 on %s and ends with exit code 0', async (signal) => {
    const running = start(command, '--port', '0');
    const sockets = [await connect(running, '/ws'), await connect(running, '/ws')];
    const codes = Promise.all(sockets.map(closeCode));
    running.child.kill(signal);
    expect(await codes).toEqual([1001, 1001]);
    expect(await running.ended).toMatchObject({ code: 0, stderr: '' });
  });

  it('ends within five seconds though a client never answers the close and another only asked for the page', async () => {
    const running = start(command, '--port', '0');
    const silent = await connect(running, '/ws');
    silent.pause();
    await fetch(`http://127.0.0.1:${await running.port}/`).then((response) => response.text());
    const began = performance.now();
    running.child.kill('SIGTERM');
    expect((await running.ended).code).toBe(0);
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

it.each(SIGNALS)('a second %s ends it at once', async (signal, code) => {
  const running = start('echo', '--port', '0');
  const silent = await connect(running, '/');
  const goodbye = once(rawSocket(silent), 'data');
  running.child.kill(signal);
  await goodbye;
  running.child.kill(signal);
  expect((await running.ended).code).toBe(code);
});

it('the copy of a signal that npm start passes on is not a second one', async () => {
  const running = startAs('start', 'echo', '--port', '0');
  const socket = await connect(running, '/');
  const goodbye = closeCode(socket);
  running.child.kill('SIGTERM');
  running.child.kill('SIGINT');
  expect(await goodbye).toBe(1001);
  expect((await running.ended).code).toBe(0);
});

/** The socket under a client that from now on reads, but no longer answers. */
function rawSocket(client: WebSocket): NodeJS.EventEmitter & { removeAllListeners(event: string): unknown } {
  const socket = (client as unknown as { _socket: NodeJS.EventEmitter })._socket;
  socket.removeAllListeners('data');
  return socket;
}

it('a server that cannot listen is shut down, so that nothing of it keeps the process', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  // Nobody is Redis there: its connection is tried again and again.
  const redis = `redis://127.0.0.1:${port}`;
  other.on('connection', (socket) => socket.destroy());
  const { code, stderr } = await start('chat', '--port', String(port), '--redis', redis).ended;
  expect([code, stderr]).toEqual([2, expect.stringMatching(new RegExp(`port ${port} is in use`))]);
  other.close();
});

it('a port in use is one line with the remedy, and exit code 2', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  for (const command of ['chat', 'echo']) {
    expect(await start(command, '--port', String(port)).ended).toEqual({
      code: 2,
      stdout: '',
      stderr: `ws101 ${command}: port ${port} is in use; stop what uses it, or choose another with --port (0 takes any free one) (see ws101 ${command} --help)\n`,
    });
  }
  other.close();
});

it('a host that is not here is one line with the remedy, and exit code 2', async () => {
  const { code, stderr } = await start('echo', '--host', '192.0.2.1').ended;
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/^ws101 echo: "192\.0\.2\.1" is no address of this machine;.*\n$/),
  ]);
});

it('a bad option is one line and exit code 2 from the process too', async () => {
  const { code, stdout, stderr } = await start('chat', '--port', 'nonsense').ended;
  expect([code, stdout, stderr.split('\n').length]).toEqual([2, '', 2]);
});

it('a reader that went away does no harm', async () => {
  const { child, ended } = start('--help');
  child.stdout?.destroy();
  expect(await ended).toMatchObject({ code: 0, stderr: '' });
});
