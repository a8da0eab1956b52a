import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CloseInfo, type Message, reject, type ServerOptions } from '../../src/node/index.ts';
import { leaveNothingBehind, startServer } from '../node/running-server.ts';
import { connectByHand, startByHand } from './by-hand.ts';

leaveNothingBehind();

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ws101-connect-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Echo {
  readonly url: string;
  readonly messages: Message[];
  readonly closed: Promise<CloseInfo>;
}

/** A server that writes down what comes, and sends it back. */
async function startEcho(options: ServerOptions = {}): Promise<Echo> {
  const messages: Message[] = [];
  let ended!: (info: CloseInfo) => void;
  const closed = new Promise<CloseInfo>((resolve) => {
    ended = resolve;
  });
  const { port } = await startServer(
    (server) =>
      server.route(() => true, {
        message: (connection, data) => {
          messages.push(data);
          connection.send(data);
        },
        close: (_, info) => ended(info),
      }),
    options,
  );
  return { url: `ws://127.0.0.1:${port}/`, messages, closed };
}

/** A server that says these things to whoever comes, and closes with 1000. */
async function startSayer(...said: Message[]): Promise<string> {
  const { port } = await startServer((server) =>
    server.route(() => true, {
      open: (connection) => {
        for (const message of said) connection.send(message);
        connection.close(1000, 'said');
      },
      message: () => {},
    }),
  );
  return `ws://127.0.0.1:${port}/`;
}

const events = (stdout: string): Record<string, unknown>[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('ws101 connect sends', () => {
  it('each line as a text message, prints the answers, and closes with 1000 when input and answers are over', async () => {
    const { url, messages, closed } = await startEcho();
    const outcome = await connectByHand(['--wait', '2', url], { input: 'grüße\r\n\nlast' });
    expect(outcome).toEqual({ code: 0, stdout: 'grüße\n\nlast\n', stderr: '' });
    expect(messages).toEqual(['grüße', '', 'last']);
    expect(await closed).toMatchObject({ code: 1000, clean: true, by: 'remote' });
  });

  it('hexadecimal digits as binary messages with --binary, a file with --file, after what --send says', async () => {
    const { url, messages } = await startEcho();
    const path = join(folder, 'bytes');
    writeFileSync(path, Uint8Array.of(255, 0, 1));
    const args = ['--binary', '--send', '0x01 02', '--file', path, '--expect', 'aabb', url];
    const { code, stdout } = await connectByHand(args, { input: 'AA:bb\n\n' });
    expect([code, stdout]).toEqual([0, '0102\nff0001\naabb\n']);
    expect(messages).toEqual([Uint8Array.of(1, 2), Uint8Array.of(255, 0, 1), Uint8Array.of(0xaa, 0xbb)]);
  });

  it('what JSON lines say with --ndjson, and tells what happens in the same form', async () => {
    const { url, messages, closed } = await startEcho();
    const lines = [
      { text: 'a\n' },
      { hex: '00ff' },
      { hex: '' },
      { ping: 'x' },
      { pong: 'y' },
      { close: 4001, reason: 'bye' },
    ];
    const { code, stdout } = await connectByHand(['--ndjson', '--expect', 'never', url], {
      input: lines.map((line) => JSON.stringify(line)).join('\n'),
    });
    expect(messages).toEqual(['a\n', Uint8Array.of(0, 255), new Uint8Array(0)]);
    expect(await closed).toMatchObject({ code: 4001, reason: 'bye' });
    expect(code).toBe(8);
    const [open, ...rest] = events(stdout);
    expect(open).toEqual({ event: 'open', url, protocol: '', extensions: '' });
    expect(rest.at(-1)).toEqual({ event: 'close', code: 4001, reason: 'bye', clean: true, by: 'local' });
  });

  it('nothing of a script with a mistake in it behind the mistake, and ends with exit code 2', async () => {
    const { url, messages, closed } = await startEcho();
    const { code, stderr } = await connectByHand(['--ndjson', url], {
      input: '{"text":"a"}\n{"txt":"b"}\n{"text":"c"}\n',
    });
    expect([code, stderr]).toEqual([2, 'mistake: line 2 of standard input: unknown key "txt"; did you mean text?\n']);
    expect((await closed).code).toBe(1000);
    expect(messages).toEqual(['a']);
  });

  it('long lines in order and whole, as fast as the server takes them', async () => {
    const { url, messages } = await startEcho();
    const lines = Array.from({ length: 40 }, (_, i) => String(i).padEnd(100_000, 'x'));
    const { stdout } = await connectByHand(['--expect', '/^39x/', url], { input: lines.join('\n') });
    expect(messages).toEqual(lines);
    expect(stdout).toBe(`${lines.join('\n')}\n`);
  });
});

describe('ws101 connect says hello with', () => {
  it('header fields, subprotocols and origin', async () => {
    let seen: unknown;
    const { port } = await startServer(
      (server) =>
        server.route('/chat', {
          protocols: ['v2'],
          upgrade: ({ headers, origin, protocols, query }) => {
            seen = [headers.get('x-one'), headers.get('authorization'), origin, protocols, query.get('room')];
            return undefined;
          },
          open: (connection) => connection.close(1000),
          message: () => {},
        }),
      { origin: 'any' },
    );
    const { code, stdout } = await connectByHand([
      ...['-H', 'X-One: 1: 2', '--header', 'Authorization:Bearer secret', '--origin', 'https://a.example'],
      ...['--subprotocol', 'v1', '--subprotocol', 'v2', '--ndjson', `ws://127.0.0.1:${port}/chat?room=b`],
    ]);
    expect(code).toBe(0);
    expect(seen).toEqual(['1: 2', 'Bearer secret', 'https://a.example', ['v1', 'v2'], 'b']);
    expect(events(stdout)[0]).toMatchObject({ event: 'open', protocol: 'v2' });
  });

  it('an offer to compress with --deflate, and the frames show it', async () => {
    const { url } = await startEcho({ deflate: { threshold: 0 } });
    const { stdout } = await connectByHand([
      '--deflate',
      '--frames',
      '--send',
      'ab'.repeat(50),
      '--expect',
      '/ab/',
      url,
    ]);
    expect(stdout).toContain('Sec-WebSocket-Extensions: permessage-deflate');
    expect(stdout).toMatch(/→ sent\nframe 1 {2}text, \d{1,2} bytes, masked/);
    expect(stdout).toContain('compressed data');
    expect(stdout).not.toContain('✗');
  });
});

describe('what others wrote never reaches the terminal as a control', () => {
  const nasty = 'a\u001b[2Jb\u0007\r\n\t\u009bc\u007f\u202ed\u2066e\u2028f\u{e0041}';

  it('in messages, close reasons and answers of a server, also in a pipe', async () => {
    const { stdout } = await connectByHand([await startSayer(nasty)]);
    expect(stdout).toBe(`${String.raw`a\x1b[2Jb\x07\r\n\t\x9bc\x7f\u{202e}d\u{2066}e\u{2028}f\u{e0041}`}\n`);
    const { port } = await startServer((server) =>
      server.route(() => true, { open: (connection) => connection.close(4000, '\u001b]0;x\u0007'), message: () => {} }),
    );
    const closed = await connectByHand([`ws://127.0.0.1:${port}/`]);
    expect(closed).toMatchObject({ code: 7, stderr: 'ws101 connect: the server closed with 4000, "\\x1b]0;x\\x07"\n' });
    const refusing = await startServer((server) => server.route(() => true, { upgrade: () => reject(403, nasty) }));
    const { stderr } = await connectByHand([`ws://127.0.0.1:${refusing.port}/`]);
    expect(stderr).toContain(String.raw`a\x1b[2J`);
    for (const text of [stdout, closed.stderr, stderr]) expect(text).toMatch(/^[^\p{Cc}\p{Cf}]*\n$/u);
  });

  it('and JSON with them reads back as it was', async () => {
    const { stdout } = await connectByHand(['--ndjson', await startSayer(nasty)]);
    expect(stdout).toMatch(/^[^\p{Cc}\p{Cf}\p{Zl}]*$/mu);
    expect(events(stdout)[1]).toEqual({ event: 'message', text: nasty });
  });

  it('while letters, emoji and their joiners stay as they are', async () => {
    const text = 'grüße \\n 👩‍👩‍👧 日本 می‌خواهم';
    expect((await connectByHand([await startSayer(text)])).stdout).toBe(`${text}\n`);
  });

  it('unless --raw-output asks for it', async () => {
    const { stdout } = await connectByHand([
      '--raw-output',
      await startSayer(nasty, new TextEncoder().encode('z\u0001')),
    ]);
    expect(stdout).toBe(`${nasty}\nz\u0001`);
  });
});

describe('--expect', () => {
  it('ends with exit code 0 once everything came in turn, and closes with 1000', async () => {
    const { url, closed } = await startEcho();
    const hand = startByHand('connect', ['--expect', 'one', '--expect', '/^TW/i', '--expect', '00ff', '--ndjson', url]);
    hand.stdin.write('{"text":"two"}\n{"text":"one"}\n{"text":"one"}\n{"text":"two"}\n{"hex":"00ff"}\n');
    expect(await hand.ended).toMatchObject({ code: 0, stderr: '' });
    expect((await closed).code).toBe(1000);
  });

  it('ends with 8 when the connection ends before, and with 9 when the time is over', async () => {
    const missed = await connectByHand(['--expect', 'b', await startSayer('a')]);
    expect(missed).toMatchObject({
      code: 8,
      stdout: 'a\n',
      stderr: 'ws101 connect: the connection ended before "b" came; the server closed with 1000 normal, "said"\n',
    });
    const { url } = await startEcho();
    const late = await connectByHand(['--expect', 'b', '--timeout', '0.2', '--send', 'a', url]);
    expect(late).toMatchObject({
      code: 9,
      stderr: 'ws101 connect: "b" did not come within 0.2 s; closed with 1000 normal\n',
    });
    const idle = startByHand('connect', ['--timeout', '0.2', url]);
    expect(await idle.ended).toMatchObject({
      code: 9,
      stderr: 'ws101 connect: 0.2 s are over; closed with 1000 normal\n',
    });
  });
});

describe('at the end of input', () => {
  it('--no-close stays until the server closes', async () => {
    let open!: (close: () => void) => void;
    const opened = new Promise<() => void>((resolve) => {
      open = resolve;
    });
    const { port } = await startServer((server) =>
      server.route(() => true, { message: (connection) => open(() => connection.close(1001)) }),
    );
    const ended = connectByHand(['--no-close', '--wait', '0', `ws://127.0.0.1:${port}/`], { input: 'hi\n' });
    const close = await opened;
    close();
    expect(await ended).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('--close gives the code, also one that may not be sent', async () => {
    const { url, closed } = await startEcho();
    expect(await connectByHand(['--close', '4002', '--wait', '0', url])).toMatchObject({ code: 0, stderr: '' });
    expect((await closed).code).toBe(4002);
    const { code, stderr } = await connectByHand(['--close', '999', '--wait', '0', url]);
    expect([code, stderr]).toEqual([7, expect.stringContaining('the server closed with 1002 protocol error')]);
  });
});

it('--ping prints how long the answers take', async () => {
  const { url } = await startEcho();
  const hand = startByHand('connect', ['--ping', '0.05', '--ndjson', url]);
  await hand.printed(/"event":"pong","hex":"00000001","rttMs":[\d.]+\}\n[\s\S]*"hex":"00000002"/);
  hand.stdin.end();
  expect((await hand.ended).code).toBe(0);
  const human = startByHand('connect', ['--ping', '0.05', url], { isTTY: true, environment: { NO_COLOR: '1' } });
  await human.printed(/pong after [\d.]+ (?:µs|ms|s)\n/);
  human.stdin.end('\u0004');
  expect((await human.ended).code).toBe(0);
});

describe('on a terminal', () => {
  it('there is a prompt, marks and no colours where NO_COLOR is set', async () => {
    const { url, closed } = await startEcho();
    const hand = startByHand('connect', [url], { isTTY: true, environment: { NO_COLOR: '1' } });
    await hand.printed(/connected to ws:.*\n[\s\S]*> /);
    hand.stdin.write('hello\r');
    await hand.printed(/< hello\n/);
    hand.stdin.write('\u0003');
    expect(await hand.ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/closed with 1000 normal\n$/) });
    expect((await closed).code).toBe(1000);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there.
    expect(hand.output()).not.toMatch(/\x1b\[\d+m/);
  });

  it('colours set off what others wrote from what was made visible, and a mistake in a line ends nothing', async () => {
    const { url } = await startEcho();
    const hand = startByHand('connect', ['--ndjson', url], { isTTY: true });
    hand.stdin.write('oops\r{"text":"a"}\r');
    await hand.printed(/"event":"error","message":".*is no JSON object[\s\S]*"text":"a"/);
    hand.stdin.end();
    expect((await hand.ended).code).toBe(0);
    const coloured = startByHand('connect', [await startSayer('\u001b', Uint8Array.of(1, 2))], { isTTY: true });
    const { stdout } = await coloured.ended;
    expect(stdout).toContain('\u001b[36m< \u001b[39m\u001b[33m\\x1b\u001b[39m\n');
    expect(stdout).toContain('\u001b[2m2 bytes\u001b[22m 01 02\n');
  });
});

it('a reader that goes away ends the connection politely, with exit code 0', async () => {
  const { url, closed } = await startEcho();
  const hand = startByHand('connect', [url]);
  hand.stdin.write('one\n');
  await hand.printed(/one\n/);
  hand.closeOutput();
  expect((await hand.ended).code).toBe(0);
  expect((await closed).code).toBe(1000);
});
