import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { type ScriptedFrame, ScriptedPeer } from '../../src/testing/index.ts';
import { connectByHand, startByHand } from './by-hand.ts';

const servers: (Server | WebSocketServer)[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(() => resolve(undefined)));
});

/** A server that follows a script with each client; gives its URL. */
async function serve(script: (peer: ScriptedPeer) => Promise<unknown>): Promise<string> {
  const server = createServer((socket) => {
    const peer = new ScriptedPeer(socket, 'server');
    script(peer).catch(() => peer.reset());
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Closes as a server does: it ends the transport when it has its answer. */
async function leave(peer: ScriptedPeer, reason: string = ''): Promise<void> {
  peer.sendClose(1000, reason);
  await peer.readFrame();
  peer.end();
  await peer.readEnd();
}

/** What a client sends over with these options: so many frames, as they stand on the wire. */
async function framesOf(count: number, args: readonly string[], input = ''): Promise<ScriptedFrame[]> {
  const frames: ScriptedFrame[] = [];
  const url = await serve(async (peer) => {
    await peer.accept();
    while (frames.length < count) frames.push(await peer.readFrame());
    await leave(peer);
  });
  expect(await connectByHand(['--no-close', ...args, url], { input })).toMatchObject({ code: 0, stderr: '' });
  return frames;
}

const shown = ({ fin, rsv, opcode, masked, payload }: ScriptedFrame): unknown[] => [
  fin,
  rsv,
  opcode,
  masked,
  Buffer.from(payload).toString('latin1'),
];

describe('ws101 connect puts on the wire', () => {
  it('messages in fragments with --fragment (RFC 6455 §5.4)', async () => {
    const frames = await framesOf(4, ['--fragment', '2', '--send', 'hello'], 'x\n');
    expect(frames.map(shown)).toEqual([
      [false, 0, 1, true, 'he'],
      [false, 0, 0, true, 'll'],
      [true, 0, 0, true, 'o'],
      [true, 0, 1, true, 'x'],
    ]);
  });

  it('frames that no client may send: not masked, with reserved bits, with a reserved opcode', async () => {
    expect((await framesOf(1, ['--no-mask', '--send', 'a'])).map(shown)).toEqual([[true, 0, 1, false, 'a']]);
    expect((await framesOf(1, ['--rsv', '5', '--opcode', '11', '--binary', '--send', '61'])).map(shown)).toEqual([
      [true, 5, 11, true, 'a'],
    ]);
    const lines = [
      { text: 'ab', rsv: 4, fragment: 1, fin: false },
      { text: 'c', opcode: 0, mask: false },
      { ping: 'p'.repeat(126) },
      { pong: 'q' },
      { hex: '', opcode: 9 },
    ];
    const input = lines.map((line) => JSON.stringify(line)).join('\n');
    expect((await framesOf(6, ['--ndjson'], input)).map(shown)).toEqual([
      [false, 4, 1, true, 'a'],
      [false, 0, 0, true, 'b'],
      [true, 0, 0, false, 'c'],
      [true, 0, 9, true, 'p'.repeat(126)],
      [true, 0, 10, true, 'q'],
      [true, 0, 9, true, ''],
    ]);
  });

  it('bytes as they are with --raw, cut anywhere, in order with what else is sent', async () => {
    expect((await framesOf(2, ['--raw', '--send', '8a'], '00\n81 01 61\n')).map(shown)).toEqual([
      [true, 0, 10, false, ''],
      [true, 0, 1, false, 'a'],
    ]);
    const mixed = await framesOf(3, ['--ndjson'], '{"text":"a"}\n{"raw":"8100"}\n{"text":"b"}');
    expect(mixed.map(shown)).toEqual([
      [true, 0, 1, true, 'a'],
      [true, 0, 1, false, ''],
      [true, 0, 1, true, 'b'],
    ]);
  });

  it('another mask on each frame (RFC 6455 §5.3)', async () => {
    const url = await serve(async (peer) => {
      await peer.accept();
      await peer.readFrame();
      await peer.readFrame();
      await leave(peer);
    });
    const { stdout } = await connectByHand(['--frames', '--fragment', '4', '--send', 'aaaabbbb', '--no-close', url]);
    const keys = [...stdout.matchAll(/((?:[\da-f]{2} ){4}) +masking key/g)].map(([, key]) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.length).toBeGreaterThan(2);
  });
});

describe('--frames', () => {
  it('shows both heads and every frame, in the order in which they passed, wherever they were cut', async () => {
    const url = await serve(async (peer) => {
      await peer.accept();
      await peer.sendBytewise(peer.frameBytes(1, 'he', { fin: false }), peer.frameBytes(9, 'p'));
      await peer.expectFrame(10, 'p');
      await peer.sendBytewise(peer.frameBytes(0, 'y'));
      await leave(peer, 'bye');
    });
    const { code, stdout } = await connectByHand(['--frames', '--no-close', url]);
    expect(code).toBe(0);
    expect(stdout).toContain('→ opens the WebSocket: the answer fits the request');
    expect(stdout).toContain('\nhey\n');
    const titles = stdout.split('\n').filter((line) => /^(?:→|←|HTTP|frame)/.test(line));
    expect(titles.map((line) => line.replace(/ +bytes? \d+(?: to \d+)?$/, ''))).toEqual([
      '→ sent',
      'HTTP request',
      '← received',
      'HTTP response',
      ...['← received', 'frame 1  text fragment, 2 bytes, not masked'],
      ...['← received', 'frame 2  ping, 1 byte, not masked'],
      ...['→ sent', 'frame 1  pong, 1 byte, masked'],
      ...['← received', 'frame 3  continuation, 1 byte, not masked'],
      ...['← received', 'frame 4  close, 5 bytes, not masked'],
      ...['→ sent', 'frame 2  close, 5 bytes, masked'],
    ]);
  });

  it('shows which rule a server breaks, with exit code 5, and what was cut off', async () => {
    const url = await serve(async (peer) => {
      await peer.accept();
      peer.sendFrame(1, 'a', { masked: true });
      await peer.readFrame();
      peer.end();
    });
    const { code, stdout, stderr } = await connectByHand(['--frames', '--no-close', url]);
    expect(code).toBe(5);
    expect(stdout).toContain('✗ RFC 6455 §5.1, mask-unexpected');
    expect(stderr).toMatch(/^ws101 connect: the server broke a rule \(RFC 6455 §5\.1, mask-unexpected\): .*1002.*\n$/);
    const cutOff = await serve(async (peer) => {
      await peer.accept();
      peer.send(Uint8Array.of(0x81, 5, 0x61));
      peer.end();
    });
    const partial = await connectByHand(['--frames', '--no-close', cutOff]);
    expect(partial.code).toBe(6);
    expect(partial.stdout).toContain('4 bytes of the payload are missing');
  });

  it('explains frames with their bytes as JSON with --ndjson', async () => {
    const url = await serve(async (peer) => {
      await peer.accept();
      peer.sendFrame(2, Uint8Array.of(1));
      await leave(peer);
    });
    const { stdout } = await connectByHand(['--frames', '--ndjson', '--no-close', url]);
    const lines = stdout.split('\n').filter((line) => line.includes('"wire"'));
    expect(lines.map((line) => (JSON.parse(line) as { kind: string }).kind)).toEqual([
      ...['request', 'response', 'frame', 'frame', 'frame'],
    ]);
    expect(JSON.parse(lines[2] ?? '')).toMatchObject({ event: 'wire', direction: 'in', wire: '820101', payload: '01' });
  });
});

describe('with the server of ws', () => {
  async function startWs(meet: (socket: WebSocket) => void): Promise<string> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: { threshold: 0 } });
    servers.push(server);
    server.on('connection', (socket) => {
      socket.on('error', () => {});
      meet(socket);
    });
    await once(server, 'listening');
    return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  it('it exchanges compressed messages, and fragments in the clear beside them', async () => {
    const url = await startWs((socket) => socket.on('message', (data) => socket.send(String(data))));
    const text = 'again and '.repeat(100);
    const args = ['--deflate', '--ndjson', '--expect', text, '--expect', 'in three', url];
    const { code } = await connectByHand(args, {
      input: `${JSON.stringify({ text })}\n{"text":"in three","fragment":3}\n`,
    });
    expect(code).toBe(0);
  });

  it.each([
    ['a reserved opcode', ['--raw', '--send', '8380 00000000'], '1002'],
    ['a frame without a mask', ['--no-mask', '--send', 'a'], '1002'],
    ['a reserved bit', ['--rsv', '2', '--send', 'a'], '1002'],
    ['text that is no UTF-8', ['--opcode', '1', '--binary', '--send', 'ff'], '1007'],
    ['a close code that may not be sent', ['--close', '1005', '--wait', '0'], '1002'],
  ])('%s is answered as it must be: exit code 7, and the close code on standard error', async (_what, args, code) => {
    const url = await startWs(() => {});
    const outcome = await connectByHand([...args, ...(args.includes('--wait') ? [] : ['--no-close']), url]);
    expect(outcome.code).toBe(7);
    expect(outcome.stderr).toContain(`the server closed with ${code}`);
  });
});

it('a server that never answers a close frame that was sent by hand is left after a while, with exit code 6', async () => {
  const url = await serve(async (peer) => {
    await peer.accept();
    await peer.readEnd();
  });
  const hand = startByHand('connect', ['--close', '999', '--wait', '0', url]);
  hand.stdin.end();
  expect((await hand.ended).code).toBe(6);
});
