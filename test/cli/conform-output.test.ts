import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocketServer } from '../../src/index.ts';
import { runHere } from './command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'ws101-conform-'));
const path = (name: string): string => join(folder, name);
const server = new WebSocketServer();
server.route('/good', { message: (connection, data) => connection.send(data) });
// Sends back texts in capitals.
server.route('/bad', {
  message: (connection, data) => connection.send(typeof data === 'string' ? data.toUpperCase() : data),
});
let origin = '';

beforeAll(async () => {
  const address = await server.listen({ host: '127.0.0.1', port: 0 });
  origin = `ws://127.0.0.1:${typeof address === 'string' ? 0 : address.port}`;
});
afterAll(async () => {
  await server.shutdown({ deadlineMs: 1 });
  rmSync(folder, { recursive: true });
});

const test = (...args: string[]) => runHere('conform', '--no-progress', '--cases', '1.1.1-3,2.2', ...args);

describe('what ws101 conform leaves behind', () => {
  it('is everything as JSON, the known index, JUnit and a page, where they are asked for', async () => {
    const files = [
      '--json',
      path('a.json'),
      '--index',
      path('index.json'),
      '--junit',
      path('a.xml'),
      '--html',
      path('a.html'),
    ];
    const { code } = await test(...files, '--agent', 'bad', `${origin}/bad`);
    expect(code).toBe(1);
    expect(JSON.parse(readFileSync(path('a.json'), 'utf8'))).toMatchObject({ agent: 'bad', results: { length: 4 } });
    const index = JSON.parse(readFileSync(path('index.json'), 'utf8'));
    expect(index.bad['1.1.2']).toMatchObject({ behavior: 'FAILED', reportfile: path('a.html') });
    expect(readFileSync(path('a.xml'), 'utf8')).toContain('failures="2"');
    expect(readFileSync(path('a.html'), 'utf8')).toMatch(/^<!doctype html>/);
  });

  it('goes to standard output for -, and then nothing else does', async () => {
    const { code, stdout } = await test('--json', '-', `${origin}/good`);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ testee: 'server' });
  });

  it('can be a baseline: then only what is worse counts', async () => {
    await test('--json', path('bad.json'), `${origin}/bad`);
    await test('--json', path('good.json'), `${origin}/good`);
    const same = await test('--baseline', path('bad.json'), `${origin}/bad`);
    expect([same.code, same.stderr]).toEqual([0, 'nothing is worse than in the baseline\n']);
    const worse = await test('--baseline', path('good.json'), `${origin}/bad`);
    expect(worse.code).toBe(1);
    expect(worse.stderr).toContain('1.1.2 is worse than in the baseline: FAILED');
    expect(worse.stderr).toContain('it was OK, close OK');
  });

  it.each([
    [['--json', '-', '--html', '-'], /only one report can go to standard output/],
    [['--baseline', path('none.json')], /--baseline .*none\.json.* cannot be read/],
    [['--json', join(folder, 'no', 'such', 'folder.json')], /cannot be written/],
  ])('is refused with a sentence and exit code 2: %j', async (args, says) => {
    const { code, stderr } = await test(...args, `${origin}/good`);
    expect(code).toBe(2);
    expect(stderr).toMatch(says);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

// A driver as others have written it for the known suite.
const DRIVER = `
const { WebSocket } = require('ws');
const agent = 'ws of a driver';
const open = (path, message) => new Promise((resolve) => {
  const socket = new WebSocket(process.env.URL + path);
  socket.on('message', (data, binary) => message(socket, data, binary));
  socket.on('error', () => {});
  socket.on('close', resolve);
});
(async () => {
  let count = 0;
  await open('/getCaseCount', (_, data) => { count = Number(data); });
  for (let n = 1; n <= count; n++)
    await open('/runCase?case=' + n + '&agent=' + agent, (socket, data, binary) => socket.send(data, { binary }));
  await open('/updateReports?agent=' + agent, () => {});
})();
`;

describe('ws101 conform --serve', () => {
  it('tests a client by its driver, ends with it, and leaves the same reports', async () => {
    writeFileSync(
      path('driver.cjs'),
      DRIVER.replace("require('ws')", `require(${JSON.stringify(join(process.cwd(), 'node_modules/ws'))})`),
    );
    const spawn = `"${process.execPath}" "${path('driver.cjs')}"`;
    const args = ['--serve', '0', '--cases', '1.1.*,2.2', '--json', path('client.json'), '--spawn', spawn];
    const { code, stdout } = await runHere('conform', '--no-progress', ...args);
    expect(stdout).toMatch(/^tests clients on ws:\/\/localhost:\d+: 9 times /);
    expect(stdout).toMatch(/ws of a driver: 9 cases in .*: passes\n$/);
    expect(code).toBe(0);
    expect(JSON.parse(readFileSync(path('client.json'), 'utf8'))).toMatchObject({ testee: 'client' });
  });

  it('ends with 1 when no client asked for a case, and writes nothing', async () => {
    const spawn = `"${process.execPath}" -e 0`;
    const args = ['--serve', '0', '--cases', '2.2', '--json', path('nobody.json'), '--spawn', spawn];
    expect((await runHere('conform', '--no-progress', ...args)).code).toBe(1);
    expect(existsSync(path('nobody.json'))).toBe(false);
  });

  it.each([
    [['--serve', '0', 'ws://localhost/'], /with --serve no URL is taken/],
    [['--serve', '0', '--agent', 'x'], /--agent is for testing a server/],
    [['--serve', '0', '--cases', '99'], /no case fits/],
    [['--serve', '0', '--spawn', 'no-such-program-here'], /--spawn: /],
    [['--serve', '0', '--host', 'no.such.host.invalid'], /no\.such\.host\.invalid/],
  ])('refuses %j with exit code 2', async (args, says) => {
    const { code, stderr } = await runHere('conform', '--no-progress', ...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(says);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});
