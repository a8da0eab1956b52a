import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { conform } from '../../src/cli/conform.ts';
import { ALL_CASES, selectCases } from '../../src/conformance/index.ts';
import { describeChapter } from './chapter.ts';
import { readPage } from './page.ts';
import { RunningStep } from './running-step.ts';
import { clientFrame, listen, OFFERED_MIB, REQUEST, talk, talkBothWays } from './talk.ts';

const NAME = '10-limits-and-backpressure';
const PATH = `docs/tutorial/${NAME}/server.ts`;
const MESSAGE_BYTES = 1024 * 1024;
const FRAGMENTS = 1024;
const HEAD_BYTES = 16 * 1024;

const NOTHING = Buffer.alloc(0);

const closing = (socket: Socket): Promise<unknown> => new Promise((resolve) => socket.on('close', resolve));

describeChapter(NAME, (stage) => {
  const started: RunningStep[] = [];
  const sockets: Socket[] = [];
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await Promise.all(started.splice(0).map((server) => server.stop()));
  });

  /** The server with some lines changed, each of which must be there. */
  const changed = async (...changes: readonly (readonly [from: string, to: string])[]): Promise<RunningStep> => {
    const server = await RunningStep.startChanged(PATH, (source) =>
      changes.reduce((text, [from, to]) => {
        expect(text).toContain(from);
        return text.replace(from, to);
      }, source),
    );
    started.push(server);
    return server;
  };

  const open = (port: number): Socket => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    sockets.push(socket);
    return socket;
  };

  it('passes groups 1 to 7 of the conformance suite, by the command that the chapter shows', async () => {
    const { port } = await stage().server();
    const [, line = ''] =
      /exit code 0 -->\n```sh\nws101 conform (.+)\n```/.exec(readPage(`tutorial/${NAME}/README.md`)) ?? [];
    expect(line).toContain('--cases 1,2,3,4,5,6,7 ');
    let output = '';
    const stream = { write: (text: string) => (output += text) };
    const args = line.replace('8080', `${port}`).split(' ');
    const code = await conform.run([...args, '--no-progress'], { stdout: stream, stderr: stream });
    expect(code, output).toBe(0);
    const groups = ['1', '2', '3', '4', '5', '6', '7'];
    const { cases } = selectCases(ALL_CASES, { cases: groups, exclude: [], limits: false, testee: 'server' });
    expect(cases.length).toBeGreaterThan(200);
    expect(output).toContain(`${cases.length} cases`);
    expect(output).toMatch(/^6 +UTF-8 +\d+ +\d+ +2 /m); // the two that the chapter calls NON-STRICT
  }, 60_000);

  it('takes a message of the permitted size, whole and in fragments, and not one byte more', async () => {
    const { port } = await stage().server();
    const half = Buffer.alloc(MESSAGE_BYTES / 2, 1);
    const whole = `827f0000000000100000${'01'.repeat(MESSAGE_BYTES)}`;
    const more = Buffer.of(1);
    const isEqual = async (frames: Buffer[], answer: string): Promise<boolean> =>
      (await talk(port, [REQUEST, ...frames])) === answer;
    expect(await isEqual([clientFrame(0x82, Buffer.concat([half, half]))], whole)).toBe(true);
    expect(await isEqual([clientFrame(0x02, half), clientFrame(0x80, half)], whole)).toBe(true);
    expect(await isEqual([clientFrame(0x82, Buffer.concat([half, half, more]))], '880203f1')).toBe(true);
    expect(await isEqual([clientFrame(0x02, half), clientFrame(0x00, half), clientFrame(0x80, more)], '880203f1')).toBe(
      true,
    );
  });

  it('takes as many fragments as permitted, and not one more', async () => {
    const { port } = await stage().server();
    const fragments = (count: number): Buffer =>
      Buffer.concat([
        clientFrame(0x01, NOTHING),
        ...Array.from({ length: count - 2 }, () => clientFrame(0x00, NOTHING)),
        clientFrame(0x80, NOTHING),
      ]);
    expect(await talk(port, [REQUEST, fragments(FRAGMENTS)])).toBe('8100');
    expect(await talk(port, [REQUEST, fragments(FRAGMENTS + 1)])).toBe('880203f0');
  });

  it('refuses a head that is too long, even one without an end', async () => {
    const { port } = await stage().server();
    const head = (bytes: number): Buffer => Buffer.from(`GET / HTTP/1.1\r\nX: `.padEnd(bytes, 'x'));
    const status = async (bytes: Buffer): Promise<string> => {
      const socket = open(port);
      socket.write(bytes);
      const [chunk] = (await once(socket, 'data')) as [Buffer];
      return chunk.toString('latin1', 9, 12);
    };
    expect(await status(Buffer.concat([head(HEAD_BYTES), Buffer.from('\r\n\r\n')]))).toBe('400');
    expect(await status(Buffer.concat([head(HEAD_BYTES + 1), Buffer.from('\r\n\r\n')]))).toBe('431');
    expect(await status(head(HEAD_BYTES + 1))).toBe('431');
  });

  it('gives the same answers however the bytes are cut', async () => {
    const { port } = await stage().server();
    const bytes = Buffer.concat([
      clientFrame(0x01, Buffer.from('κόσ')),
      clientFrame(0x89, Buffer.from('?')),
      clientFrame(0x80, Buffer.from('με')),
      clientFrame(0x82, Buffer.alloc(2_000, 1)),
      clientFrame(0x88, Buffer.of(0x03, 0xe8)),
    ]);
    const [whole, cut] = await talkBothWays(port, bytes);
    expect(whole).toMatch(/^8a013f810a.{20}827e07d0(?:01){2000}880203e8$/);
    expect(cut).toBe(whole);
  });

  it('waits for a handshake no longer than its time, however the bytes trickle in', async () => {
    const server = await changed(['HANDSHAKE_TIMEOUT_MS = 10_000', 'HANDSHAKE_TIMEOUT_MS = 2_000']);
    const opened = open(server.port);
    const heard = listen(opened);
    opened.write(REQUEST);
    const silent = open(server.port);
    const trickling = open(server.port);
    const trickle = setInterval(() => trickling.write('G'), 100);
    try {
      await Promise.all([closing(silent), closing(trickling)]);
    } finally {
      clearInterval(trickle);
    }
    opened.write(clientFrame(0x81, NOTHING));
    await heard('8100');
  });

  it('asks with a ping whether somebody is there, and leaves when nobody is', async () => {
    // A signal stands for time that has passed without a byte.
    const server = await changed([
      'socket.setTimeout(IDLE_TIMEOUT_MS);',
      "process.on('SIGUSR2', () => socket.emit('timeout'));",
    ]);
    const there = open(server.port);
    const gone = open(server.port);
    const [thereHears, goneHears] = [listen(there), listen(gone)];
    for (const socket of [there, gone]) socket.write(Buffer.concat([REQUEST, clientFrame(0x81, NOTHING)]));
    await Promise.all([thereHears('8100'), goneHears('8100')]);
    server.signal('SIGUSR2');
    await Promise.all([thereHears('81008900'), goneHears('81008900')]);
    there.write(Buffer.concat([clientFrame(0x8a, NOTHING), clientFrame(0x81, NOTHING)]));
    await thereHears('810089008100');
    const left = closing(gone);
    server.signal('SIGUSR2');
    await Promise.all([left, thereHears('8100890081008900')]);
  });

  /** Offers messages of a megabyte each, and reads no answer. The promise resolves when the server has taken them all. */
  const offer = (port: number): { readonly socket: Socket; readonly taken: Promise<void> } => {
    const socket = open(port);
    socket.pause();
    socket.write(REQUEST);
    const message = clientFrame(0x82, Buffer.alloc(MESSAGE_BYTES, 1));
    for (let i = 1; i < OFFERED_MIB; i++) socket.write(message);
    const taken = new Promise<void>((resolve) => socket.write(message, () => resolve()));
    return { socket, taken };
  };

  it('reads no more from a client that does not read, serves others, and goes on when it does', async () => {
    const { port } = await stage().server();
    const { socket, taken } = offer(port);
    // Half a second in which no byte leaves is taken for the end. Were that too early, it would only speak for the server.
    for (let before = -1; before !== socket.writableLength; ) {
      before = socket.writableLength;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    expect(await talk(port, [REQUEST, clientFrame(0x81, NOTHING)])).toBe('8100');
    expect(socket.writableLength).toBeGreaterThan(MESSAGE_BYTES);
    let received = 0;
    socket.on('data', (chunk) => {
      received += chunk.length;
    });
    socket.resume();
    await taken;
    socket.end();
    await closing(socket);
    const answers = OFFERED_MIB * (MESSAGE_BYTES + 10);
    expect(received - answers).toBeGreaterThan('HTTP/1.1 101'.length);
    expect(received - answers).toBeLessThan(200);
  });

  it('takes everything without its one line about backpressure', async () => {
    const server = await changed(["if (!isTaken) this.#socket.pause(); // until 'drain'", '']);
    await offer(server.port).taken;
  });
});
