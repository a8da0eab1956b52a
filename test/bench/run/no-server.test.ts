import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { runBench } from '../../../src/bench/run/bench.ts';
import { freePort } from '../../../src/bench/run/reach.ts';
import { endServers, invalidGates, serve } from './bad-server.ts';
import { BRIEF, FREE_URL, PATIENCE } from './own-echo.ts';

afterEach(endServers);

describe('a server with which nothing can be measured ends the bench with a reason and exit code 4', PATIENCE, () => {
  const cases: [what: string, behave: (socket: Socket) => void, reason: RegExp][] = [
    ['takes connections and never answers', () => undefined, /^load: silent: /],
    [
      'answers 404',
      (socket) => socket.once('data', () => socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n')),
      /^load: status 404: /,
    ],
  ];
  it.each(cases)('that %s', async (_what, behave, reason) => {
    const report = await runBench({ ...BRIEF, url: await serve(behave), timeoutMs: 400, runs: 3 });
    expect(report).toMatchObject({ exitCode: 4, verdict: 'INVALID', summaries: [] });
    // The next runs would have failed alike.
    expect(report.runs).toHaveLength(1);
    expect(invalidGates(report)).toEqual([expect.stringMatching(reason)]);
  });

  it('that is not there', async () => {
    const report = await runBench({ ...BRIEF, url: `ws://127.0.0.1:${await freePort()}/`, calibrate: true });
    expect(report.exitCode).toBe(4);
    expect(invalidGates(report)).toEqual([expect.stringMatching(/^load: .*refused.*check that the server runs/i)]);
  });

  it('whose command fails', async () => {
    const command = [process.execPath, '-e', "console.error('bad luck'); process.exit(1)"];
    const report = await runBench({ ...BRIEF, url: FREE_URL, command, runs: 5 });
    expect(report).toMatchObject({ exitCode: 4, verdict: 'INVALID' });
    expect(report.runs).toHaveLength(1);
    expect(invalidGates(report)).toEqual([expect.stringMatching(/^server: the command ended with code 1 .*bad luck/)]);
  });
});
