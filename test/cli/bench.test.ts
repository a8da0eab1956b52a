import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readNdjson } from '../../src/bench/index.ts';
import { accepts, freePort } from '../../src/bench/run/reach.ts';
import { run } from '../../src/cli/run.ts';
import { WebSocketServer } from '../../src/node/index.ts';
import { PATIENCE } from '../bench/run/own-echo.ts';
import { endAll, runHere, start } from './command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'ws101-bench-'));
const server = new WebSocketServer({ origin: 'any' });
/** How many messages the server has taken, and who waits for how many. */
let taken = 0;
let wake: () => void = () => undefined;
let url = '';

beforeAll(async () => {
  const message = (): void => {
    taken++;
    wake();
  };
  server.route('/echo', {
    message: (connection, data) => {
      message();
      connection.send(data);
    },
  });
  server.route('/mute', { message });
  const { port } = (await server.listen({ host: '127.0.0.1', port: 0 })) as AddressInfo;
  url = `ws://127.0.0.1:${port}`;
});
afterEach(endAll);
afterAll(async () => {
  await server.shutdown({ deadlineMs: 100 });
  rmSync(folder, { recursive: true, force: true });
});

async function messages(count: number): Promise<void> {
  taken = 0;
  await new Promise<void>((resolve) => {
    wake = () => taken >= count && resolve();
  });
}

/** A machine that has other things to do makes a run invalid, which is no fault of the command. */
function codeOf(report: string): number {
  return /^INVALID /m.test(report) ? 4 : 0;
}

const BRIEF = ['-c', '2', '-d', '0.3', '-W', '0.1', '-t', '1', '--no-calibrate'];

describe('ws101 bench', PATIENCE, () => {
  it('prints a report, and on standard error what it is doing', async () => {
    const { code, stdout, stderr } = await runHere('bench', ...BRIEF, `${url}/echo`);
    expect(code).toBe(codeOf(stdout));
    expect(stdout).toMatch(/^echo +(?:WARN|INVALID)\n/);
    expect(stdout).toMatch(/^messages\/s +\S/m);
    expect(stdout).toMatch(/^WARN +runs /m);
    expect(stdout).toContain(`again: ws101 bench -c 2 -d 0.3 -W 0.1 -t 1 --no-calibrate`);
    expect(stderr).toMatch(/^server: starting\n/);
  });

  it('shows rate and p99 in one line on a screen, and takes it away', async () => {
    let [stdout, stderr] = ['', ''];
    await run(['bench', ...BRIEF, `${url}/echo`], {
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: (text) => (stderr += text), isTTY: true, columns: 100 },
    });
    expect(stdout).toContain('messages/s');
    expect(stderr).not.toContain('\n');
    expect(stderr).toMatch(/\rserver: 0 of 0 s, [\d.]+(?: k)?\/s, p99 [\d.]+ (?:µs|ms|s)/);
    expect(stderr).toMatch(/\r +\r$/);
  });

  it('writes lines of JSON, a page and a histogram where it is told, and says nothing with -n', async () => {
    const [json, html, hgrm] = ['a.ndjson', 'a.html', 'a.hgrm'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    const files = ['--json', json, '--html', html, '--hgrm', hgrm];
    const first = await runHere('bench', ...BRIEF, '-nl', '-T', 'mine', ...files, `${url}/echo`);
    expect([first.code, first.stderr]).toEqual([codeOf(first.stdout), '']);
    expect(first.stdout).toMatch(/^echo: mine/);
    expect(first.stdout).toMatch(/^percentile +latency/m);
    expect(readNdjson(readFileSync(json, 'utf8'))).toMatchObject({ title: 'mine', scenario: 'echo' });
    expect(readFileSync(html, 'utf8')).toMatch(/^<!doctype html>/i);
    expect(readFileSync(hgrm, 'utf8')).toContain('1/(1-Percentile)');

    const again = await runHere('bench', ...BRIEF, '-nj', '--baseline', json, '--fail-on', 'regression', `${url}/echo`);
    const report = readNdjson(again.stdout);
    expect([again.code, again.stderr]).toEqual([report.verdict === 'INVALID' ? 4 : 0, '']);
    // One run each gives no interval, so nothing is known to be worse.
    expect(report).toMatchObject({ regressions: [], exitCode: again.code });
  });

  it('ends with exit code 3 when data is wrong', async () => {
    const { code, stdout } = await runHere('bench', ...BRIEF, '-n', '-t', '0.3', `${url}/mute`);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^wrong data: \d+ lost/m);
    expect(stdout).toMatch(/^INVALID +faults /m);
  });

  it('ends with exit code 4 when nothing could be measured', async () => {
    const { code, stdout } = await runHere('bench', ...BRIEF, '-n', `${url}/elsewhere`);
    expect(code).toBe(4);
    expect(stdout).toMatch(/^INVALID +load +status 404/m);
  });

  it('prints what is there at Ctrl-C', async () => {
    const { child, ended } = start('bench', '-c', '2', '-d', '600', '-W', '0', '--no-calibrate', '-n', `${url}/echo`);
    await messages(2_000);
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    expect(stdout).toMatch(/^messages\/s +\S/m);
    expect(stdout).toContain('Interrupted: less was measured than was asked for.');
    expect([0, 4]).toContain(code);
  });

  it('ends at once at the second Ctrl-C, with the server that it started', async () => {
    const endpoint = { host: '127.0.0.1', port: await freePort() };
    // It never answers, so the first one finds the bench waiting; and it does not end when it is asked to.
    const stubborn = `
      process.on('SIGTERM', () => {});
      require('node:net').createServer(() => {}).listen(${endpoint.port}, '127.0.0.1');`;
    const command = ['--', process.execPath, '-e', stubborn];
    const { child, ended } = start(
      'bench',
      '-t',
      '600',
      '--no-calibrate',
      `ws://127.0.0.1:${endpoint.port}`,
      ...command,
    );
    await expect.poll(() => accepts(endpoint), PATIENCE).toBe(true);
    child.kill('SIGINT');
    // A copy of the first within 150 ms would not count.
    const again = setInterval(() => child.kill('SIGINT'), 200);
    const { code } = await ended;
    clearInterval(again);
    expect(code).toBe(130);
    await expect.poll(() => accepts(endpoint)).toBe(false);
  });
});
