import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CpuMeter } from '../../../src/bench/run/cpu-meter.ts';
import { hostBetween, readHost } from '../../../src/bench/run/host.ts';
import { readMemory } from '../../../src/bench/run/memory.ts';
import { endGroup, startGroup } from '../../../src/bench/run/process-group.ts';
import { hasProc, processTree } from '../../../src/bench/run/process-tree.ts';

const MS = 1_000_000;

describe('CPU time of a process tree that is written down', () => {
  let root = '';

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'ws101-proc-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  interface Written {
    readonly parent?: number;
    readonly session?: number;
    readonly ticks?: number;
    readonly endedTicks?: number;
    readonly threads?: readonly number[];
    readonly startedAt?: number;
  }

  function write(
    pid: number,
    { parent = 1, session = 9, ticks = 0, endedTicks = 0, threads = [], startedAt = 1 }: Written,
  ): void {
    gone(pid);
    const folder = join(root, String(pid));
    for (const [i, ns] of threads.entries()) {
      mkdirSync(join(folder, 'task', String(pid + i)), { recursive: true });
      writeFileSync(join(folder, 'task', String(pid + i), 'schedstat'), `${ns} 1 1\n`);
    }
    mkdirSync(folder, { recursive: true });
    const stat = `${pid} (x) S ${parent} 1 ${session} 0 0 0 0 0 0 0 ${ticks} 0 ${endedTicks} 0 0 0 1 0 ${startedAt} 0 0`;
    writeFileSync(join(folder, 'stat'), stat);
  }

  function gone(pid: number): void {
    rmSync(join(root, String(pid)), { recursive: true, force: true });
  }

  it('is that of the process, its descendants and its session, and of nobody else', () => {
    write(100, { threads: [5 * MS, 6 * MS] });
    write(101, { parent: 100, threads: [7 * MS] });
    write(102, { parent: 101, threads: [8 * MS] });
    write(103, { parent: 1, session: 100, threads: [9 * MS] });
    write(104, { parent: 1, threads: [1000 * MS] });
    const meter = new CpuMeter(100, root);
    expect(meter.read()).toBe(35 * MS);
    expect([...meter.pids].sort()).toEqual([100, 101, 102, 103]);
    expect(meter.processes).toBe(4);
  });

  it('keeps what threads used that have ended', () => {
    write(100, { threads: [50 * MS, 60 * MS], ticks: 11 });
    const meter = new CpuMeter(100, root);
    expect(meter.read()).toBe(110 * MS);
    write(100, { threads: [55 * MS], ticks: 12 });
    expect(meter.read()).toBe(120 * MS);
  });

  it('keeps what children used that have ended and were waited for, and counts it once', () => {
    write(100, { threads: [10 * MS] });
    write(101, { parent: 100, threads: [43 * MS] });
    const meter = new CpuMeter(100, root);
    expect(meter.read()).toBe(53 * MS);
    gone(101);
    write(100, { threads: [10 * MS], endedTicks: 5 });
    expect(meter.read()).toBe(60 * MS);
    expect(meter.read()).toBe(60 * MS);
  });

  it('keeps what children used that nobody waited for, as it was seen last', () => {
    write(100, { threads: [10 * MS] });
    write(101, { parent: 100, threads: [43 * MS] });
    const meter = new CpuMeter(100, root);
    meter.read();
    gone(101);
    expect(meter.read()).toBe(53 * MS);
    write(100, { threads: [11 * MS] });
    expect(meter.read()).toBe(54 * MS);
  });

  it('takes a new process with the number of an old one for what it is', () => {
    write(100, { threads: [10 * MS] });
    write(101, { parent: 100, threads: [40 * MS], startedAt: 5 });
    const meter = new CpuMeter(100, root);
    meter.read();
    write(101, { parent: 100, threads: [2 * MS], startedAt: 6 });
    expect(meter.read()).toBe(52 * MS);
  });

  it('stays when everything has ended', () => {
    write(100, { threads: [10 * MS] });
    const meter = new CpuMeter(100, root);
    meter.read();
    gone(100);
    expect(meter.read()).toBe(10 * MS);
    expect(meter.processes).toBe(0);
  });

  it('is known to 10 ms where the kernel keeps no nanoseconds', () => {
    write(100, { ticks: 7 });
    expect(new CpuMeter(100, root).read()).toBe(70 * MS);
  });

  it('and memory: exactly, or as far as it may be read', () => {
    mkdirSync(join(root, '100'));
    mkdirSync(join(root, '101'));
    writeFileSync(join(root, '100', 'status'), 'VmHWM: 900 kB\nVmRSS: 700 kB\n');
    writeFileSync(join(root, '100', 'smaps_rollup'), '0-f r--p\nRss: 710 kB\n');
    writeFileSync(join(root, '101', 'status'), 'VmHWM: 90 kB\nVmRSS: 70 kB\n');
    expect(readMemory([100, 101, 102], root)).toEqual({ rssBytes: 780 * 1024, peakRssBytes: 990 * 1024 });
  });

  it('where there is no /proc, nothing is known and nothing fails', () => {
    const nowhere = join(root, 'nowhere');
    expect(hasProc(nowhere)).toBe(false);
    expect(processTree(1, nowhere).size).toBe(0);
    expect(new CpuMeter(1, nowhere).read()).toBe(0);
    expect(readMemory([1], nowhere)).toEqual({ rssBytes: 0, peakRssBytes: 0 });
    expect(Object.keys(hostBetween(readHost(nowhere), readHost(nowhere)))).toEqual(['cores']);
  });
});

describe('the host between two readings', () => {
  const reading = (total: number, idle: number, steal: number, pressureUs: number, atMs: number) => ({
    ticks: { total, idle, steal },
    pressureUs,
    atMs,
  });

  it('is told in shares', () => {
    const state = hostBetween(reading(1000, 500, 10, 4_000_000, 100), reading(1400, 600, 14, 4_500_000, 2100));
    expect(state).toMatchObject({ idle: 0.25, steal: 0.01, pressure: 0.25 });
  });

  it('never goes below 0, though counters have gone back', () => {
    expect(hostBetween(reading(1000, 500, 10, 9, 100), reading(1400, 490, 9, 0, 2100))).toMatchObject({
      idle: 0,
      steal: 0,
      pressure: 0,
    });
  });
});

// Windows and macOS have no /proc; there the gate says so.
describe.runIf(hasProc())('CPU time of processes that run', () => {
  const started: ChildProcess[] = [];
  afterEach(async () => {
    for (const child of started.splice(0)) await endGroup(child);
  });

  /** Burns so many milliseconds of CPU time, then says so and stays. */
  const BURN = `
    const burn = (ms) => { const until = process.cpuUsage().user + ms * 1000; while (process.cpuUsage().user < until); };`;

  async function start(script: string): Promise<ChildProcess> {
    const child = startGroup([process.execPath, '-e', BURN + script], process.env);
    started.push(child);
    if (child.stdout === null) throw new Error('no output');
    await once(createInterface({ input: child.stdout }), 'line');
    return child;
  }

  it('counts a process and a child that it waited for', async () => {
    const child = await start(`
      const { spawnSync } = require('node:child_process');
      if (process.argv[1] !== 'child') {
        spawnSync(process.execPath, ['-e', process.execArgv.at(-1), 'child']);
        burn(150);
        console.log('done');
        setInterval(() => {}, 1000);
      } else burn(250);`);
    const meter = new CpuMeter(child.pid ?? 0);
    const spent = meter.read();
    expect(spent).toBeGreaterThan(390 * MS);
    expect(spent).toBeLessThan(2_000 * MS);
    expect(meter.processes).toBe(1);
    const { rssBytes, peakRssBytes } = readMemory(meter.pids);
    expect(rssBytes).toBeGreaterThan(10 * 2 ** 20);
    expect(peakRssBytes).toBeGreaterThanOrEqual(rssBytes);
  });

  it('counts a child that runs, and one whose parent has ended', async () => {
    const child = await start(`
      const { spawn } = require('node:child_process');
      const nested = "const { spawn } = require('node:child_process');" +
        "spawn(process.execPath, ['-e', " + JSON.stringify("setInterval(() => {}, 1000)") + "], { stdio: 'ignore' }).unref();";
      spawn(process.execPath, ['-e', nested]).on('exit', () => console.log('done'));
      setInterval(() => {}, 1000);`);
    const meter = new CpuMeter(child.pid ?? 0);
    meter.read();
    expect(meter.processes).toBe(2);
    await endGroup(child);
    meter.read();
    expect(meter.processes).toBe(0);
  });

  it('does not count a stranger', async () => {
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const child = await start(`console.log('done'); setInterval(() => {}, 1000);`);
    expect([...processTree(child.pid ?? 0).keys()]).toEqual([child.pid]);
    stranger.kill('SIGKILL');
    await once(stranger, 'exit');
  });
});
