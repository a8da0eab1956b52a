import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { accepts } from '../../../src/bench/run/reach.ts';
import { RunFailure } from '../../../src/bench/run/run-failure.ts';
import { chooseUrl, type MeasuredServer, startServer } from '../../../src/bench/run/server-process.ts';
import { splitCommand } from '../../../src/bench/run/split-command.ts';

const NODE = process.execPath;
const FREE = 'ws://127.0.0.1:{port}/';

/** A program that listens where it was told and never answers. */
const LISTEN = "require('node:net').createServer(() => {}).listen(Number(process.env.PORT), '127.0.0.1');";

describe('a command that starts a server', () => {
  const started: MeasuredServer[] = [];
  afterEach(async () => {
    for (const server of started.splice(0)) await server.end();
  });

  async function start(command: readonly string[], url: string = FREE): Promise<MeasuredServer> {
    const server = await startServer(command, url, { startMs: 10_000 });
    started.push(server);
    return server;
  }

  const endpointOf = ({ url }: MeasuredServer) => ({ host: '127.0.0.1', port: Number(new URL(url).port) });

  it('learns its port by PORT, is waited for, and is gone at the end', async () => {
    const server = await start([NODE, '-e', LISTEN]);
    expect(await accepts(endpointOf(server))).toBe(true);
    expect(server.failure()).toBeUndefined();
    await server.end();
    expect(await accepts(endpointOf(server))).toBe(false);
    expect(() => process.kill(server.pid ?? 0, 0)).toThrow(/ESRCH/);
  });

  it('learns its port by {port} in its words', async () => {
    const server = await start([NODE, '-e', LISTEN.replace('process.env.PORT', 'process.argv[1]'), '{port}']);
    expect(await accepts(endpointOf(server))).toBe(true);
  });

  it('is given the port of the URL when that names one', async () => {
    const url = await chooseUrl(FREE);
    const server = await start([NODE, '-e', LISTEN], url);
    expect(server.url).toBe(url);
  });

  it('is ended with all that it started, though that ignores SIGTERM', async () => {
    const child = `process.on('SIGTERM', () => {}); ${LISTEN}`;
    const server = await start([
      NODE,
      '-e',
      `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}]);`,
    ]);
    await server.end();
    expect(await accepts(endpointOf(server))).toBe(false);
  });

  it('is told apart from somebody else who has the port already', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    const refused = startServer([NODE, '-e', LISTEN], `ws://127.0.0.1:${port}/`, {});
    await expect(refused).rejects.toThrow(`something listens on 127.0.0.1:${port} already`);
    await new Promise((resolve) => other.close(resolve));
  });

  const failing: [what: string, command: string[], sentence: RegExp][] = [
    [
      'ends at once',
      [NODE, '-e', "console.error('no database\\nat all'); process.exit(7)"],
      /^the command ended with code 7 before it listened on 127\.0\.0\.1:\d+; its last lines: no database ⏎ at all$/,
    ],
    [
      'says nothing',
      [NODE, '-e', 'process.exit(0)'],
      /ended with code 0 before it listened on .*; it printed nothing$/,
    ],
    ['is killed', [NODE, '-e', "process.kill(process.pid, 'SIGKILL')"], /^the command was ended by SIGKILL before/],
    ['is not there', ['ws101-no-such-program'], /^the command cannot be started: spawn ws101-no-such-program ENOENT/],
  ];
  it.each(failing)('that %s is reported with what it said last', async (_what, command, sentence) => {
    const error = await startServer(command, FREE, {}).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RunFailure);
    expect(error).toMatchObject({ part: 'server', message: expect.stringMatching(sentence) });
  });

  it('that never listens is ended when its time is over', async () => {
    const error = startServer([NODE, '-e', "console.log('thinking'); setInterval(() => {}, 1000)"], FREE, {
      startMs: 700,
    });
    await expect(error).rejects.toThrow(/did not listen on 127\.0\.0\.1:\d+ within 0\.7 s; its last lines: thinking$/);
  });

  it('is ended when the bench is interrupted before it listens', async () => {
    const stop = new AbortController();
    const starting = startServer([NODE, '-e', 'setInterval(() => {}, 1000)'], FREE, { signal: stop.signal });
    setImmediate(() => stop.abort());
    await expect(starting).rejects.toMatchObject({ part: 'interrupted' });
  });

  it('that dies later says so, with its last lines', async () => {
    const dying = `${LISTEN.replace('() => {}', "() => { console.error('out of luck'); process.exit(3); }")}`;
    const server = await start([NODE, '-e', dying]);
    // To see whether it listens was a connection as well.
    await expect.poll(() => server.failure()).toBe('the server ended with code 3; its last lines: out of luck');
  });
});

describe('a command in one text', () => {
  const good: [text: string, words: string[]][] = [
    ['node server.js', ['node', 'server.js']],
    ['  node   a.js --port=1 ', ['node', 'a.js', '--port=1']],
    [`node 'my server.js' "other one.js" ''`, ['node', 'my server.js', 'other one.js', '']],
    [String.raw`node my\ server.js "say \"hi\""`, ['node', 'my server.js', 'say "hi"']],
    ['server --port {port}', ['server', '--port', '{port}']],
    ['cd peers && node ws.js', ['sh', '-c', 'cd peers && node ws.js']],
    ['node "$HOME/ws.js"', ['sh', '-c', 'node "$HOME/ws.js"']],
    ["echo '$5'", ['echo', '$5']],
    ['PORT=1 node ws.js', ['sh', '-c', 'PORT=1 node ws.js']],
  ];
  it.each(good)('%j is split like a shell does', (text, words) => {
    expect(splitCommand(text, 'linux')).toEqual(words);
  });

  it('keeps the paths of Windows, and leaves the rest to its own shell', () => {
    expect(splitCommand(String.raw`"C:\Program Files\node.exe" C:\a.js`, 'win32')).toEqual([
      String.raw`C:\Program Files\node.exe`,
      String.raw`C:\a.js`,
    ]);
    expect(splitCommand('a && b', 'win32')).toEqual(['cmd', '/d', '/s', '/c', 'a && b']);
  });

  it.each(['', '  ', 'node "a.js', "node 'a"])('%j is none', (text) => {
    expect(() => splitCommand(text, 'linux')).toThrow(SyntaxError);
  });
});
