import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { WorkerResult } from '../../../src/bench/engine.ts';
import type { WorkerAnswer } from '../../../src/bench/load/protocol.ts';
import { nullTarget } from '../../../src/bench/null-server/null-target.ts';
import { afterThis, configOf } from './raw-server.ts';

const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** A process of the bench; it is gone after the test. */
function start(module: string): ChildProcess {
  const path = fileURLToPath(new URL(`../../../src/bench/${module}.ts`, import.meta.url));
  const child = fork(path, [], { execArgv: ['--import', TSX], serialization: 'advanced', stdio: 'pipe' });
  afterThis(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });
  return child;
}

async function ask(
  worker: ChildProcess,
  request: { id: number; call: string; [field: string]: unknown },
): Promise<unknown> {
  const answered = once(worker, 'message');
  worker.send(request);
  const [answer] = (await answered) as [WorkerAnswer];
  expect(answer.id).toBe(request.id);
  if ('error' in answer) throw Object.assign(new Error(answer.error.message), { kind: answer.error.kind });
  return answer.value;
}

describe('a worker', () => {
  it('makes load as it is told, and ends with whoever tells it', async () => {
    const server = start('null-server/main');
    const [{ port }] = (await once(server, 'message')) as [{ port: number }];
    const worker = start('load/worker');
    const url = `ws://127.0.0.1:${port}${nullTarget('/echo', 2, 32)}`;
    const config = configOf(port, { url, depth: 8, connections: 3, verify: 'count' });
    const phase = { label: '', warmupMs: 0, durationMs: 0, rate: 0, connections: 3 };
    await expect(ask(worker, { id: 1, call: 'open' })).rejects.toThrow('before configure');
    expect(await ask(worker, { id: 2, call: 'configure', config })).toBeNull();
    expect(await ask(worker, { id: 3, call: 'open' })).toBeNull();
    expect(await ask(worker, { id: 4, call: 'start', phase })).toBeNull();
    expect(await ask(worker, { id: 5, call: 'reset' })).toBeNull();
    let id = 6;
    await expect
      .poll(async () => ask(worker, { id: ++id, call: 'sample' }))
      .toMatchObject({ received: expect.any(Number), p99Ns: expect.any(Number) });
    await expect
      .poll(async () => ((await ask(worker, { id: ++id, call: 'sample' })) as { received: number }).received)
      .toBeGreaterThan(100);
    expect(await ask(worker, { id: ++id, call: 'cut' })).toBeNull();
    const { measurement, load } = (await ask(worker, { id: ++id, call: 'stop' })) as WorkerResult;
    expect(measurement).toMatchObject({ faults: {}, errors: {}, counts: { opened: 3 } });
    expect(load.received).toBe(measurement.counts.received);
    expect(load.cpuNs).toBeGreaterThan(0);
    expect(load.utilization).toBeGreaterThan(0);
    expect(load.utilization).toBeLessThanOrEqual(1);
    expect(await ask(worker, { id: ++id, call: 'close' })).toBeNull();
    const ended = [once(worker, 'exit'), once(server, 'exit')];
    worker.disconnect();
    server.disconnect();
    expect(await Promise.all(ended)).toEqual([
      [0, null],
      [0, null],
    ]);
  });

  it('says by kind why it cannot open anything', async () => {
    const worker = start('load/worker');
    const config = configOf(1, { url: 'ws://127.0.0.1:1/' });
    await ask(worker, { id: 1, call: 'configure', config });
    await expect(ask(worker, { id: 2, call: 'open' })).rejects.toMatchObject({ kind: 'refused' });
  });

  it('refuses a configuration that cannot work', async () => {
    const worker = start('load/worker');
    const config = configOf(1, { url: 'gopher://x' });
    await expect(ask(worker, { id: 1, call: 'configure', config })).rejects.toThrow('must start with ws:');
  });
});

describe('the null server', () => {
  it('says its port and ends with its standard input, when it was started by hand', async () => {
    const { spawn } = await import('node:child_process');
    const path = fileURLToPath(new URL('../../../src/bench/null-server/main.ts', import.meta.url));
    const server = spawn(process.execPath, ['--import', TSX, path], { stdio: 'pipe' });
    const [line] = (await once(server.stdout, 'data')) as [Buffer];
    expect(Number(line.toString())).toBeGreaterThan(0);
    const ended = once(server, 'exit');
    server.stdin.end();
    expect(await ended).toEqual([0, null]);
  });
});
