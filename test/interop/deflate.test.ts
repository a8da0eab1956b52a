import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket as WsClient, WebSocketServer as WsServer } from 'ws';
import { type DeflateOptions, WebSocket } from '../../src/node/index.ts';
import { browserReason, browserTestsRun, launchChromium } from '../browser/chromium.ts';
import { logged } from '../node/client-log.ts';
import { jsonOf } from '../node/deflate-streams.ts';
import { leaveNothingBehind, startEcho, startServer } from '../node/running-server.ts';
import { pythonReason, pythonTestsRun, startPython } from './peers/python.ts';

leaveNothingBehind();

/** Around every size at which buffers end, similar to each other, twice, so that windows matter. */
const MESSAGES = [0, 1, 5, 1023, 1024, 1025, 4096, 16_384, 16_385, 65_535, 65_536, 65_537, 200_000].flatMap(
  (bytes, i) => [jsonOf(bytes, i).toString(), jsonOf(bytes, i).toString()],
);

/** What failed tests can print. */
const brief = (texts: readonly unknown[]): string[] =>
  texts.map((text) => `${String(text).length} ${createHash('sha1').update(String(text)).digest('hex')}`);

const ALL = brief(MESSAGES);

const BOOLEANS = [false, true];
const COMBINATIONS = [8, 9, 12, 15].flatMap((windowBits) =>
  BOOLEANS.flatMap((server) =>
    BOOLEANS.map((client) => ({
      windowBits,
      serverNoContextTakeover: server,
      clientNoContextTakeover: client,
      threshold: 0,
    })),
  ),
);

async function echoes(url: string, options: object): Promise<{ echoed: string[]; extensions: string }> {
  const client = new WsClient(url, { perMessageDeflate: options });
  const echoed: string[] = [];
  const { extensions } = await new Promise<{ extensions: string }>((resolve, reject) => {
    client.on('open', () => {
      for (const message of MESSAGES) client.send(message);
    });
    client.on('message', (data) => {
      if (echoed.push(String(data)) === MESSAGES.length) resolve(client);
    });
    client.on('error', reject);
    client.on('close', (code) => reject(new Error(`it closed with ${code}`)));
  });
  const closed = once(client, 'close');
  client.close(1000);
  await closed;
  return { echoed, extensions };
}

describe('compression with the client of ws', () => {
  it.each(COMBINATIONS)('our server with %o', async (deflate) => {
    const { port, errors } = await startEcho({ deflate });
    const { echoed, extensions } = await echoes(`ws://127.0.0.1:${port}/`, { threshold: 0 });
    expect(extensions).toBe('permessage-deflate');
    expect(brief(echoed)).toEqual(ALL);
    expect(errors).toEqual([]);
  });

  it.each(COMBINATIONS)('our server with its defaults, and an offer of %o', async (options) => {
    const { port } = await startEcho({ deflate: true });
    const { windowBits, ...rest } = options;
    const offer = { ...rest, serverMaxWindowBits: windowBits, clientMaxWindowBits: windowBits };
    const { echoed, extensions } = await echoes(`ws://127.0.0.1:${port}/`, offer);
    expect(extensions).toBe('permessage-deflate');
    expect(brief(echoed)).toEqual(ALL);
  });
});

/** Sends everything through our client to an echo, and gives what came back and what was agreed. */
async function throughOurs(url: string, deflate: DeflateOptions | boolean) {
  const client = logged(url, { deflate });
  await client.opened;
  for (const message of MESSAGES) client.socket.send(message);
  const echoed = await client.messages(MESSAGES.length);
  client.socket.close(1000);
  const [, , , clean] = (await client.closed).at(-1) ?? [];
  return { echoed, extensions: client.socket.extensions, clean };
}

describe('compression with the server of ws', () => {
  async function startWs(perMessageDeflate: boolean | object): Promise<string> {
    const server = new WsServer({ port: 0, host: '127.0.0.1', perMessageDeflate });
    server.on('connection', (socket) => socket.on('message', (data, binary) => socket.send(data, { binary })));
    onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
    await once(server, 'listening');
    return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it.each(COMBINATIONS)('our client with %o', async (deflate) => {
    const { echoed, extensions, clean } = await throughOurs(await startWs({ threshold: 0 }), deflate);
    expect(extensions).toMatch(/^permessage-deflate/);
    expect(brief(echoed)).toEqual(ALL);
    expect(clean).toBe(true);
  });

  it.each(COMBINATIONS)('our client with its defaults, and a server that wants %o', async (options) => {
    const { windowBits, serverNoContextTakeover, ...rest } = options;
    // It answers 400 where others decline: to a limit under its own, or a wish that it was told not to grant.
    const limit = windowBits <= 12 ? { clientMaxWindowBits: windowBits } : {};
    const own = { ...rest, ...limit, ...(serverNoContextTakeover ? { serverNoContextTakeover } : {}) };
    const { echoed, extensions } = await throughOurs(await startWs(own), true);
    expect(extensions).toMatch(/^permessage-deflate/);
    expect(brief(echoed)).toEqual(ALL);
  });

  it('goes on without compression when the server declines', async () => {
    const { echoed, extensions } = await throughOurs(await startWs(false), true);
    expect(extensions).toBe('');
    expect(brief(echoed)).toEqual(ALL);
  });
});

describe('compression between our own ends', () => {
  it.each(COMBINATIONS)('with %o at both', async (deflate) => {
    const { port } = await startEcho({ deflate });
    const { echoed, extensions } = await throughOurs(`ws://127.0.0.1:${port}/`, deflate);
    expect(extensions).toMatch(/^permessage-deflate/);
    expect(brief(echoed)).toEqual(ALL);
  });

  it('of binary messages in one buffer each', async () => {
    const { port } = await startEcho({ deflate: true });
    const { socket, opened, messages } = logged(`ws://127.0.0.1:${port}/`, { deflate: true });
    socket.binaryType = 'arraybuffer';
    await opened;
    socket.send(jsonOf(5000));
    const [data] = await messages(1);
    expect((data as ArrayBuffer).byteLength).toBe(5000);
    expect(Buffer.from(data as ArrayBuffer).equals(jsonOf(5000))).toBe(true);
    socket.close();
    expect(WebSocket.CLOSING).toBe(socket.readyState);
  });
});

describe.runIf(pythonTestsRun)(`compression with Python's websockets${pythonReason}`, () => {
  // Its zlib does not take 8 bits: it answers such an offer with 500, and makes none.
  const combinations = COMBINATIONS.filter(
    (one) => [9, 15].includes(one.windowBits) && one.serverNoContextTakeover === one.clientNoContextTakeover,
  );

  it.each(combinations)('our server with %o', async (deflate) => {
    const { port, errors } = await startEcho({ deflate, maxMessageBytes: 4 * 1024 * 1024 });
    const python = startPython('client', `ws://127.0.0.1:${port}/`);
    python.send(MESSAGES);
    expect(await python.line()).toMatch(/PerMessageDeflate/);
    expect(brief(JSON.parse(await python.line()))).toEqual(ALL);
    expect(errors).toEqual([]);
  });

  it.each([true, ...combinations])('our client with %o', async (deflate) => {
    const python = startPython('server');
    const { echoed, extensions } = await throughOurs(`ws://127.0.0.1:${await python.line()}`, deflate);
    expect(extensions).toMatch(/^permessage-deflate/);
    expect(brief(echoed)).toEqual(ALL);
  });
});

describe.runIf(browserTestsRun)(`compression with Chromium${browserReason}`, () => {
  it.each<DeflateOptions>([{}, { windowBits: 15, serverNoContextTakeover: false }, { windowBits: 9 }])(
    'our server with %o',
    async (deflate) => {
      const { port, errors } = await startServer(
        (server) => server.route('/', { message: (connection, data) => connection.send(data, { compress: true }) }),
        { deflate, fallback: (_, response) => void response.end('<!doctype html><title>empty</title>') },
      );
      const browser = await launchChromium();
      onTestFinished(() => browser.close());
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${port}/page`);
      const result = await page.evaluate(
        ([address, messages]) =>
          new Promise<{ extensions: string; echoed: string[] }>((resolve, reject) => {
            const socket = new globalThis.WebSocket(address);
            const echoed: string[] = [];
            socket.onopen = () => {
              for (const message of messages) socket.send(message);
            };
            socket.onmessage = ({ data }) => {
              if (echoed.push(data) === messages.length) resolve({ extensions: socket.extensions, echoed });
            };
            socket.onclose = ({ code }) => reject(new Error(`it closed with ${code}`));
          }),
        [`ws://127.0.0.1:${port}/`, MESSAGES] as const,
      );
      expect(result.extensions).toMatch(/^permessage-deflate/);
      expect(brief(result.echoed)).toEqual(ALL);
      expect(errors).toEqual([]);
    },
  );
});
