import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeFrame, Opcode } from '../../src/codec/index.ts';
import { concat, cutAtRandom, EXAMPLE_KEY, SEED, seeded, utf8 } from '../support/wire.ts';
import { RunningExample } from './run.ts';

const REQUEST = utf8('GET /chat HTTP/1.1\r\nHost: example.test\r\nUpgrade: websocket\r\n\r\n');
const RESPONSE = utf8('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n');
const masked = { maskKey: EXAMPLE_KEY };

/** A server that says what it is told and keeps what it hears, the proxy before it, and a client of the proxy. */
class Stage {
  readonly proxy: RunningExample;
  readonly client: Socket;
  readonly upstream: Socket;
  readonly #close: () => void;

  private constructor(proxy: RunningExample, client: Socket, upstream: Socket, close: () => void) {
    this.proxy = proxy;
    this.client = client;
    this.upstream = upstream;
    this.#close = close;
  }

  static async set(): Promise<Stage> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const proxy = new RunningExample('counting-proxy.ts', '127.0.0.1', String(port));
    const proxyPort = Number(/between 127\.0\.0\.1:(\d+) and/.exec(await proxy.line())?.[1]);
    const client = connect(proxyPort, '127.0.0.1');
    const [upstream] = (await once(server, 'connection')) as [Socket];
    return new Stage(proxy, client, upstream, () => server.close());
  }

  async strike(): Promise<void> {
    this.client.destroy();
    this.upstream.destroy();
    this.#close();
    await this.proxy.stop();
  }
}

/** The first `length` bytes that come. */
function arrived(socket: Socket, length: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  return new Promise((resolve) => {
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      const bytes = concat(...chunks);
      if (bytes.length >= length) resolve(bytes);
    });
  });
}

describe('counting-proxy.ts', () => {
  let stage: Stage | undefined;
  afterEach(() => stage?.strike());

  it('counts the frames of both directions by opcode and changes no byte', async () => {
    stage = await Stage.set();
    const up = concat(
      REQUEST,
      encodeFrame(Opcode.TEXT, utf8('one'), { ...masked, fin: false }),
      encodeFrame(Opcode.PING, utf8('?'), masked),
      encodeFrame(Opcode.CONTINUATION, utf8('two'), masked),
      encodeFrame(Opcode.BINARY, new Uint8Array(70_000).fill(7), { ...masked, rsv: 4 }),
      encodeFrame(3, utf8('mine'), masked),
      encodeFrame(Opcode.CLOSE, new Uint8Array(), masked),
    );
    const down = concat(RESPONSE, encodeFrame(Opcode.PONG, utf8('?')), encodeFrame(Opcode.TEXT, utf8('three')));
    const random = seeded(SEED);
    for (const chunk of cutAtRandom(up, random)) stage.client.write(chunk);
    expect(await arrived(stage.upstream, up.length)).toEqual(up);
    stage.upstream.write(down);
    expect(await arrived(stage.client, down.length)).toEqual(down);
    stage.client.end();
    stage.upstream.end();
    expect(JSON.parse(await stage.proxy.line())).toEqual({
      sent: { TEXT: 1, PING: 1, CONTINUATION: 1, BINARY: 1, 'opcode 3': 1, CLOSE: 1 },
      received: { PONG: 1, TEXT: 1 },
    });
  });

  it('names the rule that one end breaks, and passes on what follows without counting', async () => {
    stage = await Stage.set();
    const unmasked = encodeFrame(Opcode.TEXT, utf8('bare'));
    const up = concat(REQUEST, unmasked, unmasked);
    stage.client.write(up);
    expect(await arrived(stage.upstream, up.length)).toEqual(up);
    stage.client.end();
    stage.upstream.end();
    expect(JSON.parse(await stage.proxy.line())).toEqual({ sent: { 'mask-missing': 1 }, received: {} });
  });
});
