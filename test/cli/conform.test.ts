import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../src/bench/run/reach.ts';
import { text } from '../../src/conformance/frame.ts';
import { WebSocketServer } from '../../src/index.ts';
import { endTestees, startTestee, unmasked } from '../conformance/scripted-testee.ts';
import { runHere } from './command-line.ts';

const servers: WebSocketServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.shutdown({ deadlineMs: 1 });
  await endTestees();
});

async function startOwn(): Promise<string> {
  const server = new WebSocketServer();
  servers.push(server);
  server.route(() => true, { message: (connection, data) => connection.send(data) });
  const { port } = (await server.listen({ host: '127.0.0.1', port: 0 })) as AddressInfo;
  return `ws://127.0.0.1:${port}/`;
}

describe('ws101 conform', () => {
  it('ends with 0 and a table of the groups when all that is required passes', async () => {
    const { code, stdout } = await runHere('conform', '--no-progress', '--cases', '1.*,2,12.1.1', await startOwn());
    expect(code).toBe(0);
    expect(stdout).toMatch(/ 1 {2}messages +16 +16 +clean/);
    expect(stdout).toMatch(/12 {2}compressed messages of every kind +1 +1 +clean/);
    expect(stdout).toMatch(/127\.0\.0\.1:\d+: 28 cases in .*: passes\n$/);
  });

  it('ends with 1 and shows what was expected, what came, and how to see it again', async () => {
    const url = await startTestee({ frame: (_, socket) => void socket.write(unmasked(text('jello'))) });
    const { code, stdout } = await runHere('conform', '--cases', '2.2', '--protocol', 'a', '--agent', 'jelly', url);
    expect(code).toBe(1);
    for (const line of [
      /^2\.2 {2}FAILED {2}a ping with text is answered with that text$/m,
      /^ {2}section {3}RFC 6455 §5\.5\.2, RFC 6455 §5\.5\.3$/m,
      /^ {2}expected {2}a pong of 14 bytes/m,
      /^ {2}got {7}a text message of 5 bytes, "jello"$/m,
      /^ {2}again {5}ws101 conform --cases 2\.2 --protocol a ws:\/\/127\.0\.0\.1:\d+\/$/m,
      /→ ping, 14 bytes, masked$/m,
      /← text, 5 bytes, not masked$/m,
      /FIN 1 · RSV 000 · opcode 1 text · text "jello"/,
      /^jelly: 1 case in .*: fails in 1 of them$/m,
    ])
      expect(stdout).toMatch(line);
  });

  it('says in one sentence that nobody listens at the URL, and what to do', async () => {
    const port = await freePort();
    const { code, stdout, stderr } = await runHere('conform', `ws://127.0.0.1:${port}/`);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toBe(
      `ws101 conform: nobody listens at 127.0.0.1:${port}; check the port, or start the server (see ws101 conform --help)\n`,
    );
  });

  it('counts NON-STRICT as failed only with --strict', async () => {
    const url = await startTestee({
      frame: ({ opcode, payload }) => opcode !== 9 || Buffer.from(payload).toString() === 'ping number 9',
    });
    const args = ['conform', '--cases', '2.10', url];
    expect((await runHere(...args)).code).toBe(0);
    expect((await runHere(...args, '--strict')).code).toBe(1);
  });

  it('lists the cases that would be run', async () => {
    const { code, stdout } = await runHere('conform', '--list', '--cases', '7.7.1-2', 'ws://localhost/');
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toEqual([
      expect.stringMatching(
        /^7\.7\.1 {2}a close frame with the code 1000 is answered \(RFC 6455 §7\.4\.1, RFC 6455 §7\.4\.2\)$/,
      ),
      expect.stringMatching(/^ {2}7\.7\.2 {2}a close frame with the code 1001/),
    ]);
  });

  it('starts the server, gives it a port, and ends it', { timeout: 60_000 }, async () => {
    const program =
      "require('node:net').createServer((socket) => socket.end()).listen(Number(process.env.PORT), '127.0.0.1')";
    const { code, stdout } = await runHere(
      'conform',
      '--no-progress',
      '--cases',
      '2.1',
      '--spawn',
      `"${process.execPath}" -e "${program}"`,
      'ws://127.0.0.1:{port}/',
    );
    expect(code).toBe(1);
    expect(stdout).toContain('TCP was ended without an answer');
  });

  const mistakes: [why: string, args: string[], says: RegExp][] = [
    ['no URL', [], /a URL such as ws:/],
    ['two URLs', ['ws://a/', 'ws://b/'], /one URL/],
    ['an option that there is not', ['--case', '1', 'ws://a/'], /--case/],
    ['a number of connections that is none', ['--parallel', 'many', 'ws://a/'], /--parallel/],
    ['no connection at all', ['--parallel', '0', 'ws://a/'], /--parallel/],
    ['a time that is none', ['--timeout', 'soon', 'ws://a/'], /--timeout/],
    ['no time at all', ['--timeout', '0', 'ws://a/'], /--timeout/],
    ['a port that is none', ['--serve', '70000'], /--serve/],
    ['a URL that is none', ['ws://'], /ws:|URL/],
    ['a section that no case is about', ['--cases', 'RFC 6455 §99', 'ws://a/'], /no case fits/],
    ['everything excluded', ['--cases', '2.1', '--exclude', '2', 'ws://a/'], /no case is left/],
    ['floods alone without --limits', ['--cases', 'L', 'ws://a/'], /--limits/],
    ['a URL of another kind', ['ftp://a/'], /ws: or wss:/],
    ['a pattern that no case fits', ['--cases', '8.1', 'ws://a/'], /no case fits "8\.1"/],
    ['a field without a name', ['--header', 'x', 'ws://a/'], /--header must be/],
    ['connections without end', ['--parallel', 'Infinity', 'ws://a/'], /--parallel/],
    ['a command with a quote left open', ['--spawn', "node 'x", 'ws://a/'], /--spawn: .*quote/],
    [
      'a command that cannot be started',
      ['--spawn', 'no-such-program-here', 'ws://127.0.0.1:{port}/'],
      /--spawn: .*cannot be started/,
    ],
  ];
  it.each(mistakes)('ends with 2 for %s', async (_, args, says) => {
    const { code, stderr } = await runHere('conform', '--no-progress', ...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(says);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});
