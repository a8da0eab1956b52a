import { describe, expect, it } from 'vitest';
import { Opcode } from '../../src/codec/index.ts';
import { connect, UnexpectedResponseError, WebSocket, WebSocketServer } from '../../src/node/index.ts';
import {
  connectionPair,
  inMemory,
  openScriptedClient,
  type ScriptedPeer,
  scriptedClient,
  scriptedServer,
  upgradeRequest,
} from '../../src/testing/index.ts';

function echoServer(): WebSocketServer {
  const server = new WebSocketServer();
  return server.route('/echo', { message: (connection, data) => connection.send(data) });
}

describe('a pair of connections in memory', () => {
  it('gives both ends of a real connection: handshake, data of the hook, subprotocol, messages, close', async () => {
    const { client, server } = await connectionPair<{ name: string }>({
      route: { upgrade: () => ({ data: { name: 'ann' } }), protocols: ['chat'] },
      client: { protocols: ['talk', 'chat'] },
    });
    expect(server.data.name).toBe('ann');
    expect([client.protocol, server.protocol]).toEqual(['chat', 'chat']);
    client.send('ping');
    expect(await server.receive()).toBe('ping');
    server.send(Uint8Array.of(1, 2));
    expect(await client.receive()).toEqual(Uint8Array.of(1, 2));
    client.close(4000, 'enough');
    expect(await server.closed).toEqual({ code: 4000, reason: 'enough', clean: true, by: 'remote' });
    expect(await client.closed).toEqual({ code: 4000, reason: 'enough', clean: true, by: 'local' });
  });

  it('runs the handlers of both ends', async () => {
    const log: string[] = [];
    const { client, server } = await connectionPair({
      route: {
        open: () => void log.push('open'),
        message: (connection, data) => connection.send(`${String(data)}!`),
        close: () => void log.push('close'),
      },
      handlers: {
        message: (connection, data) => {
          log.push(String(data));
          connection.close(1000);
        },
      },
    });
    client.send('hi');
    await Promise.all([client.closed, server.closed]);
    expect(log).toEqual(['open', 'hi!', 'close']);
  });

  it('rejects as a client of a real server would', async () => {
    const refused = connectionPair({
      route: { upgrade: () => Promise.reject(new Error('no')) },
      server: { onError() {} },
    });
    await expect(refused).rejects.toBeInstanceOf(UnexpectedResponseError);
  });

  it('shows backpressure: a message that nobody takes stops its sender', async () => {
    const { client, server } = await connectionPair({ client: { highWaterBytes: 64 * 1024 } });
    let offered = 0;
    while (client.send(new Uint8Array(64 * 1024)) === 'ok') {
      offered++;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(offered).toBeLessThan(20);
    expect(client.bufferedBytes).toBeGreaterThan(64 * 1024);
    for (let taken = 0; taken <= offered; taken++) expect(await server.receive()).toHaveLength(64 * 1024);
    await client.drained();
    client.close(1000);
    await server.closed;
  });

  it('takes the class of the platform to a server that does not listen', async () => {
    const server = echoServer();
    const socket = new WebSocket('ws://anywhere/echo', inMemory(server));
    socket.onopen = () => socket.send('over no wire');
    const data = await new Promise((resolve) => {
      socket.onmessage = (event) => resolve(event.data);
    });
    expect(data).toBe('over no wire');
    expect(server.connections.size).toBe(1);
    await server.shutdown();
    expect(socket.readyState).toBe(WebSocket.CLOSED);
  });
});

describe('a scripted client', () => {
  it('sends any bytes, one at a time', async () => {
    const peer = scriptedClient(echoServer());
    await peer.sendBytewise(upgradeRequest('/echo'));
    expect(await peer.readHead()).toMatch(/^HTTP\/1\.1 101 /);
    await peer.sendBytewise(peer.frameBytes(Opcode.TEXT, 'slow'));
    await peer.expectFrame(Opcode.TEXT, 'slow');
    peer.sendClose(1000);
    await peer.expectClose(1000);
    expect(await peer.readEnd()).toHaveLength(0);
    peer.end();
  });

  it('sends frames as wrong as a test wants them', async () => {
    const wrongs: [(peer: ScriptedPeer) => void, number][] = [
      [(peer) => peer.sendFrame(Opcode.TEXT, 'bare', { masked: false }), 1002],
      [(peer) => peer.sendFrame(Opcode.TEXT, 'bits', { rsv: 4 }), 1002],
      [(peer) => peer.sendFrame(Opcode.PING, 'part', { fin: false }), 1002],
      [(peer) => peer.sendFrame(3), 1002],
      [(peer) => peer.sendFrame(Opcode.TEXT, Uint8Array.of(0xff)), 1007],
      [(peer) => peer.sendClose(999), 1002],
    ];
    for (const [send, code] of wrongs) {
      const peer = await openScriptedClient(echoServer(), '/echo');
      send(peer);
      await peer.expectClose(code);
      peer.end();
    }
  });

  it('says what came instead of what was expected', async () => {
    const peer = await openScriptedClient(echoServer(), '/echo');
    peer.sendFrame(Opcode.TEXT, 'one');
    await expect(peer.expectFrame(Opcode.TEXT, 'two')).rejects.toThrow(
      'but came opcode 1, fin true, rsv 0 and 3 bytes',
    );
    peer.sendFrame(Opcode.TEXT, 'three');
    await expect(peer.expectClose(1000)).rejects.toThrow('expected a close frame with 1000');
    peer.end();
    await expect(peer.readFrame()).rejects.toThrow('the other end has ended');
    await expect(openScriptedClient(echoServer(), '/nowhere')).rejects.toThrow('404');
  });

  it('reads frames of every length', async () => {
    const peer = await openScriptedClient(echoServer(), '/echo');
    for (const length of [0, 125, 126, 65_535, 65_536]) {
      peer.sendFrame(Opcode.BINARY, new Uint8Array(length).fill(7));
      await peer.expectFrame(Opcode.BINARY, new Uint8Array(length).fill(7));
    }
    peer.reset();
  });

  it('puts its fields in place of those of the handshake', async () => {
    const fields = { 'Sec-WebSocket-Version': '12' };
    await expect(openScriptedClient(echoServer(), '/echo', fields)).rejects.toThrow('426');
  });
});

describe('a scripted server', () => {
  it('accepts a client and does to it what a test says', async () => {
    const seen: string[] = [];
    const script = scriptedServer(async (peer, url) => {
      const request = await peer.accept({ 'X-Own': 'yes' });
      seen.push(request.split('\r\n')[0] ?? '', url.href);
      await peer.expectFrame(Opcode.TEXT, 'hello');
      peer.sendFrame(Opcode.TEXT, 'masked', { masked: true });
      await peer.expectClose(1002);
      seen.push('told so');
    });
    const connection = await connect('ws://test/path?query', script);
    connection.send('hello');
    expect(await connection.closed).toMatchObject({ code: 1002, clean: false });
    expect(seen).toEqual(['GET /path?query HTTP/1.1', 'ws://test/path?query', 'told so']);
  });

  it('resets the connection when the script fails', async () => {
    const script = scriptedServer(async (peer) => {
      await peer.accept();
      throw new Error('enough');
    });
    const connection = await connect('ws://test/', script);
    expect(await connection.closed).toMatchObject({ code: 1006 });
  });
});
