import { spawn } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import type { LoadConfig } from '../../../src/bench/config.ts';
import { LoadWorker } from '../../../src/bench/run/load-worker.ts';
import { unlessInterrupted } from '../../../src/bench/run/phase.ts';
import { RunFailure } from '../../../src/bench/run/run-failure.ts';
import { configFor } from '../gates/records.ts';

const workers: LoadWorker[] = [];
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.end();
});

/** A worker that does this with each message. */
function workerWith(script: string): LoadWorker {
  const child = spawn(process.execPath, ['-e', `process.on('message', ({ id, call, config }) => { ${script} });`], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
    detached: process.platform !== 'win32',
  });
  const worker = new LoadWorker(child);
  workers.push(worker);
  return worker;
}

async function failureOf(work: Promise<unknown>): Promise<RunFailure> {
  const error = await work.catch((reason: unknown) => reason);
  if (!(error instanceof RunFailure)) throw new Error(`no failure but ${String(error)}`);
  return error;
}

describe('a process that makes load', () => {
  it('is told things and answers each, in any order', async () => {
    const worker = workerWith(`
      if (call === 'open') setTimeout(() => process.send({ id, value: 'late' }), 50);
      else process.send({ id, value: call });`);
    const [open, cut] = [worker.call('open', {}, 10_000), worker.call('cut', {}, 10_000)];
    expect(await cut).toBe('cut');
    expect(await open).toBe('late');
  });

  it('gets numbers and texts as they are', async () => {
    const worker = workerWith('process.send({ id, value: config });');
    const config: LoadConfig = configFor('echo', { rate: 0.1, headers: [['A', 'ü']] });
    expect(await worker.call('configure', { config }, 10_000)).toEqual(config);
  });

  it('that cannot go on says why, by kind', async () => {
    const worker = workerWith("process.send({ id, error: { message: 'no more ports', kind: 'no ports' } });");
    expect(await failureOf(worker.call('open', {}, 10_000))).toMatchObject({
      part: 'load',
      message: 'no more ports',
      errors: { 'no ports': 1 },
    });
  });

  it('that does not answer is given up in time', async () => {
    const worker = workerWith('');
    expect(await failureOf(worker.call('stop', {}, 300))).toMatchObject({
      part: 'load',
      message: 'a generator did not stop within 0.3 s',
      errors: { timeout: 1 },
    });
  });

  it('that ends fails everything it was told, with what it said last, and what it is told afterwards', async () => {
    const worker = workerWith("console.error('out of memory'); process.exit(1);");
    const [first, second] = [worker.call('open', {}, 10_000), worker.call('cut', {}, 10_000)];
    expect((await failureOf(first)).message).toMatch(/^a generator is gone: it ended; its last lines: out of memory$/);
    expect((await failureOf(second)).message).toMatch(/^a generator is gone/);
    expect((await failureOf(worker.call('stop', {}, 10_000))).message).toMatch(/^a generator is gone/);
  });
});

describe('work that can be interrupted', () => {
  it('comes to what it comes to when nobody interrupts it', async () => {
    const { signal } = new AbortController();
    expect(await unlessInterrupted(Promise.resolve(5), signal)).toBe(5);
    await expect(unlessInterrupted(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
  });

  it('is given up when somebody does, after a while', async () => {
    const stop = new AbortController();
    const never = new Promise(() => undefined);
    const waiting = unlessInterrupted(never, stop.signal);
    stop.abort();
    expect((await failureOf(waiting)).part).toBe('interrupted');
    expect((await failureOf(unlessInterrupted(never, stop.signal, 20))).part).toBe('interrupted');
  });
});
