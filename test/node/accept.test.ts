import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex, duplexPair, PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { CloseInfo } from '../../src/node/index.ts';
import { close, RawClient, text, upgradeHead } from './raw-client.ts';
import { leaveNothingBehind, turns, turnsUntil } from './running-server.ts';
import { createEcho, endSharedServers, listenBriefly } from './shared-server.ts';

leaveNothingBehind();
endSharedServers();

/** What came out of a stream so far. */
function collect(stream: Duplex): { text: string; ended: boolean } {
  const seen = { text: '', ended: false };
  stream.on('data', (chunk: Buffer) => {
    seen.text += chunk.toString('latin1');
  });
  stream.on('end', () => {
    seen.ended = true;
  });
  return seen;
}

function echo(): { server: ReturnType<typeof createEcho>['server']; errors: unknown[]; closed: CloseInfo[] } {
  const closed: CloseInfo[] = [];
  const started = createEcho({}, (server) =>
    server.route('/', {
      message: (connection, data) => connection.send(data),
      close: (_, info) => void closed.push(info),
    }),
  );
  return { ...started, closed };
}

describe('accept takes any stream of bytes', () => {
  it('a pair of streams in memory, from the head to the end of both halves', async () => {
    const { server, closed } = echo();
    const [ours, theirs] = duplexPair();
    const seen = collect(theirs);
    server.accept(ours);
    theirs.write(upgradeHead('/'));
    await turnsUntil(() => seen.text.includes('\r\n\r\n'));
    expect(seen.text).toContain('HTTP/1.1 101 ');
    theirs.write(text('hello'));
    await turnsUntil(() => seen.text.endsWith('\x81\x05hello'));
    theirs.write(close(1000));
    await turnsUntil(() => seen.ended);
    expect(seen.text.endsWith('\x88\x02\x03\xe8')).toBe(true);
    theirs.end();
    await turnsUntil(() => ours.destroyed);
    expect(closed).toEqual([{ code: 1000, reason: '', clean: true, by: 'remote' }]);
  });

  it('one that was read before, with what was read of it', async () => {
    const { server } = echo();
    const [ours, theirs] = duplexPair();
    const seen = collect(theirs);
    const head = Buffer.from(upgradeHead('/'));
    server.accept(ours, undefined, head.subarray(0, 30));
    theirs.write(head.subarray(30));
    theirs.write(text('hello'));
    await turnsUntil(() => seen.text.endsWith('\x81\x05hello'));
    theirs.destroy();
    ours.destroy();
  });

  it('one whose bytes count as waiting until it is done with them, also while it is being written to', async () => {
    const { server } = echo();
    const seen: [held: number, waiting: number][] = [];
    let done: (() => void) | undefined;
    const stream = new Duplex({
      read() {},
      write(_chunk, _encoding, written) {
        const [connection] = server.connections;
        if (connection === undefined) return written();
        seen.push([this.writableLength, connection.bufferedBytes]);
        done = written;
      },
    });
    server.accept(stream);
    stream.push(upgradeHead('/'));
    await turnsUntil(() => server.connections.size === 1);
    const [connection] = server.connections;
    await turnsUntil(() => connection?.bufferedBytes === 0);
    stream.push(text('hello'));
    await turnsUntil(() => done !== undefined);
    expect(seen).toEqual([[7, 7]]);
    expect(connection?.bufferedBytes).toBe(7);
    done?.();
    await turnsUntil(() => connection?.bufferedBytes === 0);
    stream.destroy();
  });

  it('one that keeps what is written to it, which stays as it was', async () => {
    const { server } = echo();
    const kept: Buffer[] = [];
    const ours = new Duplex({
      read() {},
      write(chunk: Buffer, _, done) {
        kept.push(chunk);
        done();
      },
    });
    server.accept(ours);
    ours.push(upgradeHead('/'));
    for (let i = 0; i < 50; i++) {
      ours.push(text(`message ${i}`));
      await turns(1);
    }
    await turnsUntil(() => Buffer.concat(kept).includes('message 49'));
    const all = Buffer.concat(kept).toString('latin1');
    for (let i = 0; i < 50; i++) expect(all).toContain(`\x81${String.fromCharCode(`message ${i}`.length)}message ${i}`);
    ours.destroy();
  });

  it('one whose other end ends without a close frame, which is 1006', async () => {
    const { server, closed } = echo();
    const [ours, theirs] = duplexPair();
    const seen = collect(theirs);
    server.accept(ours);
    theirs.write(upgradeHead('/'));
    await turnsUntil(() => server.connections.size === 1);
    theirs.end();
    await turnsUntil(() => closed.length === 1);
    expect(closed[0]).toMatchObject({ code: 1006, clean: false });
    await turnsUntil(() => seen.ended);
  });

  it('one that fails, which throws nothing', async () => {
    const { server, closed, errors } = echo();
    const [ours, theirs] = duplexPair();
    collect(theirs);
    server.accept(ours);
    theirs.write(upgradeHead('/'));
    await turnsUntil(() => server.connections.size === 1);
    ours.destroy(new Error('cable cut'));
    await turnsUntil(() => closed.length === 1);
    expect([closed[0]?.code, errors]).toEqual([1006, []]);
    theirs.destroy();
  });

  it('one that is gone already, with an error on its way', async () => {
    const { server } = echo();
    const [ours] = duplexPair();
    ours.destroy(new Error('too late'));
    server.accept(ours);
    await turns();
    expect(server.connections.size).toBe(0);
  });

  it('but none that gives anything else than bytes', () => {
    const { server } = echo();
    const objects = Duplex.from({ readable: new PassThrough({ objectMode: true }), writable: new PassThrough() });
    expect(() => server.accept(objects)).toThrow(TypeError);
    const strings = new PassThrough();
    strings.setEncoding('utf8');
    expect(() => server.accept(strings)).toThrow('bytes');
  });

  it('a socket of a server of node:net, beside another protocol on the same port', async () => {
    const { server } = echo();
    const tcp = createServer((socket) => {
      socket.once('data', (first: Buffer) => {
        if (first[0] === 0x47) server.accept(socket, undefined, first);
        else socket.end('other protocol');
      });
    });
    const port = await listenBriefly(tcp);
    const client = await RawClient.open(port, '/', text('early'));
    expect(await client.text()).toBe('early');
    const other = new RawClient(port);
    other.send('\x00');
    expect(String(await other.rest())).toBe('other protocol');
  });
});

describe('accept with a head that an HTTP server has parsed', () => {
  it('takes the request, the socket and what was read behind it', async () => {
    const { server, closed } = echo();
    const http = createHttpServer();
    http.on('upgrade', (request, socket, head) => server.accept(socket, request, head));
    const port = await listenBriefly(http);
    const client = await RawClient.open(port, '/', text('early'));
    expect(await client.text()).toBe('early');
    client.send(close(1000));
    expect(await client.closeCode()).toBe(1000);
    await client.gone();
    await turnsUntil(() => closed.length === 1);
    const refused = new RawClient(port);
    refused.send(upgradeHead('/nowhere'));
    expect((await refused.answer()).status).toBe(404);
  });

  it('is not contradicted by a server of ours attached to the same one', async () => {
    const { server, closed } = echo();
    const http = createHttpServer();
    http.on('upgrade', (request, socket, head) => server.accept(socket, request, head));
    server.attach(http);
    const client = await RawClient.open(await listenBriefly(http));
    client.send(text('once'), close(1000));
    expect([await client.text(), await client.closeCode()]).toEqual(['once', 1000]);
    await client.gone();
    await turnsUntil(() => closed.length === 1);
  });
});

describe.skipIf(process.platform === 'win32')('listen at other places than a port', () => {
  it('a unix socket, which is removed afterwards', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'listen-'));
    const path = join(folder, 'ws');
    const { server } = echo();
    expect(await server.listen({ path })).toBe(path);
    expect(server.address).toBe(path);
    const socket = connect(path);
    const seen = collect(socket);
    socket.write(upgradeHead('/'));
    socket.write(text('hello'));
    await turnsUntil(() => seen.text.endsWith('\x81\x05hello'));
    const [connection] = server.connections;
    expect(connection?.remoteAddress).toBeUndefined();
    socket.write(close(1000));
    await turnsUntil(() => seen.ended);
    await server.shutdown();
    expect(existsSync(path)).toBe(false);
    rmSync(folder, { recursive: true });
  });

  it('a descriptor that a process inherits', async () => {
    const tcp = createServer();
    tcp.listen(0, '127.0.0.1');
    await once(tcp, 'listening');
    const { port } = tcp.address() as AddressInfo;
    const { fd } = (tcp as unknown as { _handle: { fd: number } })._handle;
    const program = `
      import { WebSocketServer } from './src/index.ts';
      const server = new WebSocketServer().route('/', { message: (connection, data) => connection.send(data) });
      console.log(JSON.stringify(await server.listen({ fd: 3 })));
      process.on('SIGTERM', () => server.shutdown({ deadlineMs: 100 }));`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit', fd],
    });
    const exited = once(child, 'exit');
    const line = await new Promise((resolve) => child.stdout?.once('data', resolve));
    expect(JSON.parse(String(line))).toMatchObject({ port });
    tcp.close();
    const client = await RawClient.open(port);
    client.send(text('inherited'));
    expect(await client.text()).toBe('inherited');
    child.kill();
    expect(await client.closeCode()).toBe(1001);
    client.send(close(1001));
    await client.gone();
    expect(await exited).toEqual([0, null]);
  });

  it('rejects with the reason when it cannot', async () => {
    const { server } = echo();
    await expect(server.listen({ path: join(tmpdir(), 'no', 'such', 'folder', 'ws') })).rejects.toMatchObject({
      code: expect.stringMatching(/^(ENOENT|EACCES)$/),
    });
    await expect(server.listen({ fd: 9_999 })).rejects.toMatchObject({ code: expect.any(String) });
  });
});

it('a connection whose socket stays half open is told that its other half is over', async () => {
  const { server, closed } = echo();
  const accepted: Socket[] = [];
  const tcp = createServer({ allowHalfOpen: true }, (socket) => {
    accepted.push(socket);
    server.accept(socket);
  });
  const client = await RawClient.open(await listenBriefly(tcp));
  client.socket.end();
  await client.rest();
  await turnsUntil(() => closed.length === 1 && accepted[0]?.destroyed === true);
});
