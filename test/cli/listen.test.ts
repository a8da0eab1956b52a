import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { selfSigned } from '../node/certificate.ts';
import { connectByHand, type Hand, startByHand } from './by-hand.ts';
import { runHere } from './command-line.ts';

const hands: Hand[] = [];
const sockets: WebSocket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  for (const hand of hands.splice(0)) {
    hand.closeOutput();
    await hand.ended;
  }
});

function listen(args: readonly string[], isTTY = false): Hand {
  const hand = startByHand('listen', ['--port', '0', ...args], { isTTY, environment: { NO_COLOR: '1' } });
  hands.push(hand);
  return hand;
}

async function portOf(hand: Hand): Promise<number> {
  const [, port] = await hand.printed(/localhost:([1-9]\d*)\//);
  return Number(port);
}

/** A client, and what it hears. */
interface Client {
  readonly socket: WebSocket;
  readonly heard: string[];
  readonly closed: Promise<number>;
}

async function joinAs(hand: Hand, protocols: string[] = [], options: object = {}): Promise<Client> {
  const socket = new WebSocket(`ws://127.0.0.1:${await portOf(hand)}/here`, protocols, options);
  sockets.push(socket);
  const heard: string[] = [];
  socket.on('message', (data, isBinary) => heard.push(isBinary ? (data as Buffer).toString('hex') : String(data)));
  socket.on('error', () => {});
  const closed = once(socket, 'close').then(([code]) => code as number);
  await once(socket, 'open');
  return { socket, heard, closed };
}

const hears = async ({ socket, heard }: Client, count: number): Promise<string[]> => {
  while (heard.length < count) await once(socket, 'message');
  return heard;
};

describe('ws101 listen', () => {
  it('says where, prints what each client sends, and sends lines to all or to one', async () => {
    const hand = listen([], true);
    const [ann, bob] = [await joinAs(hand), await joinAs(hand)];
    await hand.printed(/1 connected from 127\.0\.0\.1: \/here\n[\s\S]*2 connected/);
    ann.socket.send('from ann \u001b[1m');
    await hand.printed(/1 < from ann \\x1b\[1m\n/);
    hand.stdin.write('all\r@2 only bob\r@all @2\r@9 nobody\r');
    await hand.printed(/there is no client 9/);
    expect(await hears(bob, 3)).toEqual(['all', 'only bob', '@2']);
    expect(await hears(ann, 2)).toEqual(['all', '@2']);
    bob.socket.close(4001, 'off');
    await hand.printed(/2 closed with 4001, "off"\n/);
    hand.stdin.write('\u0003');
    expect((await hand.ended).code).toBe(0);
    expect(await ann.closed).toBe(1001);
  });

  it('keeps the lines of a pipe until somebody is there, and serves on when they are over', async () => {
    const hand = listen(['--binary']);
    hand.stdin.end('0102\n@1 03\n');
    const client = await joinAs(hand);
    expect(await hears(client, 2)).toEqual(['0102', '03']);
    client.socket.send('text');
    await hand.printed(/1 < text\n/);
  });

  it('speaks JSON with --ndjson, frames with --frames, and pings', async () => {
    const hand = listen(['--ndjson', '--frames', '--ping', '0.05', '--subprotocol', 'v2', '--deflate']);
    const client = await joinAs(hand, ['v1', 'v2']);
    hand.stdin.write('{"text":"a","to":1}\n{"hex":"00ff"}\n{"ping":"p"}\n{"close":4002,"reason":"r"}\n');
    expect(await client.closed).toBe(4002);
    expect(client.heard).toEqual(['a', '00ff']);
    await hand.printed(/"event":"close"/);
    const events = hand
      .output()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events[0]).toMatchObject({ event: 'listening', url: expect.stringMatching(/^ws:\/\/localhost:\d+\/$/) });
    expect(events[1]).toMatchObject({ event: 'open', client: 1, target: '/here', protocol: 'v2' });
    expect(events).toContainEqual(
      expect.objectContaining({ event: 'wire', direction: 'out', wire: '810161', client: 1 }),
    );
    expect(events.at(-1)).toMatchObject({ event: 'close', code: 4002, by: 'local', client: 1 });
    const other = await joinAs(hand);
    await hand.printed(/"event":"pong","hex":"0000000\d","rttMs":[\d.]+,"client":2/);
    other.socket.terminate();
    await hand.printed(/"event":"close","code":1006,.*"client":2/);
  });

  it('answers each message with --reply, and closes with --close after so many', async () => {
    const client = await joinAs(listen(['--reply', 'thanks', '--close-after', '2', '--close', '4009']));
    client.socket.send('a');
    client.socket.send('b');
    expect(await client.closed).toBe(4009);
    expect(client.heard).toEqual(['thanks', 'thanks']);
    expect(await (await joinAs(listen(['--close-after', '0']))).closed).toBe(1000);
  });

  it('refuses everybody with --status', async () => {
    const hand = listen(['--status', '503', '--ndjson']);
    const outcome = await connectByHand([`ws://127.0.0.1:${await portOf(hand)}/x`]);
    expect(outcome).toMatchObject({ code: 4, stderr: expect.stringMatching(/503.*Service Unavailable/) });
    await hand.printed(/"event":"refused","status":503,"remoteAddress":"127\.0\.0\.1","target":"\/x"/);
  });

  it('tells of requests that break a rule of the opening handshake', async () => {
    const hand = listen([], true);
    const socket = new WebSocket(`ws://127.0.0.1:${await portOf(hand)}/old`, { protocolVersion: 8 });
    await once(socket, 'error');
    await hand.printed(/refused 127\.0\.0\.1 at \/old with 426\n/);
  });

  it('ends with --once when the client has gone, with an exit code that says how', async () => {
    const ends: [leave: (socket: WebSocket) => void, code: number][] = [
      [(socket) => socket.close(), 0],
      [(socket) => socket.close(3000), 7],
      [(socket) => socket.terminate(), 6],
      [(socket) => (socket as unknown as { _socket: { write(text: string): void } })._socket.write('no frame'), 5],
    ];
    for (const [leave, code] of ends) {
      const hand = listen(['--once']);
      const { socket } = await joinAs(hand);
      leave(socket);
      const outcome = await hand.ended;
      expect(outcome.code).toBe(code);
      expect(outcome.stderr).toMatch(code === 0 ? /^$/ : /^ws101 listen: 1 [^\n]+\n$/);
    }
  });

  it('takes TLS, and speaks to connect', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ws101-listen-'));
    const { cert, key } = selfSigned('DNS:localhost');
    writeFileSync(join(folder, 'cert.pem'), cert);
    writeFileSync(join(folder, 'key.pem'), key);
    const hand = listen([
      '--tls-cert',
      join(folder, 'cert.pem'),
      '--tls-key',
      join(folder, 'key.pem'),
      '--reply',
      'yes',
    ]);
    const [url] = await hand.printed(/wss:\/\/localhost:\d+\//);
    const args = ['--ca', join(folder, 'cert.pem'), '--send', 'a', '--expect', 'yes', url];
    expect(await connectByHand(args)).toEqual({ code: 0, stdout: 'yes\n', stderr: '' });
    rmSync(folder, { recursive: true });
  });

  it('ends with exit code 2 at a line of a pipe that it cannot send', async () => {
    const hand = listen(['--ndjson']);
    await joinAs(hand);
    hand.stdin.write('{"text":"a","mask":false}\n');
    expect(await hand.ended).toMatchObject({
      code: 2,
      stderr:
        'mistake: line 1 of standard input: listen sends only what the protocol permits; ws101 connect sends other frames too\n',
    });
  });
});

describe('a mistake on its command line is one line with the remedy, and exit code 2', () => {
  it.each<[args: string[], line: RegExp]>([
    [['8080'], /unexpected argument "8080"/],
    [['--status', '101'], /--status must be a whole number from 300 to 599/],
    [['--close', '1005'], /--close must be 1000 to 1003/],
    [['--close-after', '1.5'], /whole number of messages/],
    [['--tls-cert', 'x'], /--tls-cert and --tls-key are given together/],
    [['--binary', '--reply', 'x'], /no hexadecimal digit/],
    [['--host', '192.0.2.1', '--port', '0'], /no address of this machine/],
    [['--subprotocol', 'a b'], /protocols must be a list of tokens/],
  ])('%j', async (args, line) => {
    const { code, stdout, stderr } = await runHere('listen', ...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^ws101 listen: [^\n]+\n$/);
    expect(stderr).toMatch(line);
  });
});
