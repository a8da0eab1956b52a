import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toNdjson } from '../../../src/bench/report/ndjson.ts';
import { readNdjson } from '../../../src/bench/report/read-ndjson.ts';
import { runBench } from '../../../src/bench/run/bench.ts';
import { conclude } from '../../../src/bench/run/conclusion.ts';
import type { BenchObserver } from '../../../src/bench/run/observer.ts';
import { makePlan } from '../../../src/bench/run/plan.ts';
import { hasProc, processTree } from '../../../src/bench/run/process-tree.ts';
import { WebSocketServer } from '../../../src/node/index.ts';
import { BRIEF, FREE_URL, OWN_ECHO, PATIENCE, WS_ECHO } from './own-echo.ts';

const server = new WebSocketServer({ origin: 'any' });
let url = '';

beforeAll(async () => {
  server.route(() => true, { message: (connection, data) => void connection.send(data) });
  const { port } = (await server.listen({ host: '127.0.0.1', port: 0 })) as AddressInfo;
  url = `ws://127.0.0.1:${port}/`;
});
afterAll(() => server.shutdown({ deadlineMs: 100 }));

describe('a bench', PATIENCE, () => {
  it('starts the server, calibrates, measures, and leaves no process behind', async () => {
    const told: string[] = [];
    const observer: BenchObserver = {
      calibrating: () => told.push('calibrating'),
      calibrated: (ceiling) => told.push(ceiling > 0 ? 'calibrated' : 'not calibrated'),
      runStarted: ({ order, total }) => told.push(`run ${order} of ${total}`),
      phaseStarted: () => told.push('phase'),
      sampled: ({ warm }) => told.push(warm ? 'measured' : 'warm-up'),
      runEnded: () => told.push('end'),
    };
    const report = await runBench(
      { ...BRIEF, url: FREE_URL, command: OWN_ECHO, calibrate: true, workers: 2 },
      observer,
    );
    expect([...new Set(told)]).toEqual([
      'calibrating',
      'calibrated',
      'run 0 of 1',
      'phase',
      'warm-up',
      'measured',
      'end',
    ]);
    const [run] = report.runs;
    const [phase] = run?.phases ?? [];
    expect(phase?.measurement).toMatchObject({ faults: {}, errors: {} });
    expect(phase?.generators).toHaveLength(2);
    expect(phase?.elapsedNs).toBeGreaterThan(290e6);
    expect(phase?.series.length).toBeGreaterThan(0);
    expect(run?.ceiling).toBeGreaterThan(0);
    expect(run?.gates.map(({ name }) => name)).toContain('ceiling');
    for (const { metric, median } of report.summaries)
      if (/messages|p50/.test(metric.name) && (metric.kind !== 'cost' || hasProc())) expect(median).toBeGreaterThan(0);
    if (hasProc()) {
      expect(phase?.server?.processes).toBeGreaterThan(0);
      expect(phase?.server?.cpuNs).toBeGreaterThan(0);
      expect([...processTree(process.pid).values()].filter(({ parent }) => parent === process.pid)).toEqual([]);
    }
    expect(report.gates.find(({ name }) => name === 'runs')?.verdict).toBe('WARN');
    expect(report.environment.command).toContain('--duration 0.3');
    expect([0, 4]).toContain(report.exitCode);
    expect(readNdjson(toNdjson(report)).summaries).toEqual(report.summaries);
  });

  it('compares servers by runs that take turns', async () => {
    const report = await runBench({
      ...BRIEF,
      url: FREE_URL,
      runs: 2,
      variants: [
        { name: 'ours', command: OWN_ECHO },
        { name: 'ws', command: WS_ECHO },
      ],
    });
    const order = report.runs.map(({ variant }) => variant);
    expect([...order].sort()).toEqual(['ours', 'ours', 'ws', 'ws']);
    expect(order.slice(0, 2).reverse()).toEqual(order.slice(2));
    expect(report.runs.map((run) => run.order)).toEqual([0, 1, 2, 3]);
    const ratio = report.comparisons.find(({ metric }) => metric.name === 'messages/s');
    expect(ratio).toMatchObject({ variant: 'ws', base: 'ours', says: 'not known', low: Number.NaN });
    expect(ratio?.ratio).toBeGreaterThan(0);
  });

  it('measures a server that runs already, and one whose process it is told', async () => {
    const unknown = await runBench({ ...BRIEF, url });
    expect(unknown.runs[0]?.phases[0]?.server).toBeUndefined();
    expect(unknown.gates.find(({ name }) => name === 'cost')?.verdict).toBe('WARN');
    expect(unknown.summaries.find(({ metric }) => metric.kind === 'cost')?.median).toBeNaN();
    if (!hasProc()) return;
    const known = await runBench({ ...BRIEF, url, serverPid: process.pid });
    expect(known.runs[0]?.phases[0]?.server?.cpuNs).toBeGreaterThan(0);
  });

  it('says whether an objective is met, with the exit code', async () => {
    const [missed, met] = [
      await runBench({ ...BRIEF, url, objective: 'p50<1ns' }),
      await runBench({ ...BRIEF, url, objective: 'messages/s>1' }),
    ];
    expect([missed.objective, missed.verdict === 'INVALID' || missed.exitCode]).toEqual([
      { text: 'p50<1ns', met: false },
      missed.verdict === 'INVALID' || 5,
    ]);
    expect(met.objective).toEqual({ text: 'messages/s>1', met: true });
  });

  it('tells what was measured when it is interrupted', async () => {
    const stop = new AbortController();
    const report = await runBench(
      { ...BRIEF, url, durationMs: 60_000, runs: 3, signal: stop.signal },
      { sampled: ({ warm }) => warm && stop.abort() },
    );
    expect(report.interrupted).toBe(true);
    expect(report.runs).toHaveLength(1);
    expect(report.runs[0]?.phases[0]?.measurement.counts.received).toBeGreaterThan(0);
    expect(report.runs[0]?.phases[0]?.elapsedNs).toBeLessThan(30e9);
  });

  it('that is interrupted before anything was measured has no run, and is no success', async () => {
    const report = await runBench({ ...BRIEF, url, signal: AbortSignal.abort() });
    expect(report).toMatchObject({ interrupted: true, runs: [], exitCode: 4 });
  });
});

describe('a baseline', PATIENCE, () => {
  const folder = mkdtempSync(join(tmpdir(), 'ws101-baseline-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('that cannot be used is named', async () => {
    await expect(runBench({ ...BRIEF, url, baseline: join(folder, 'none') })).rejects.toThrow(
      /the baseline ".*none" cannot be used: ENOENT/,
    );
    const other = conclude(makePlan({ url, scenario: 'large' }), [], undefined, false);
    writeFileSync(join(folder, 'large'), toNdjson(other));
    await expect(runBench({ ...BRIEF, url, baseline: join(folder, 'large') })).rejects.toThrow(
      /large" cannot be used: it is one of large, which cannot be compared with one of echo/,
    );
    writeFileSync(join(folder, 'text'), 'no report');
    await expect(runBench({ ...BRIEF, url, baseline: join(folder, 'text') })).rejects.toThrow(
      /text" cannot be used: line 1 is no JSON/,
    );
  });
});
