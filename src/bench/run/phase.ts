import type { WorkerResult } from '../engine.ts';
import { addMeasurements } from '../load/measurement.ts';
import type { WorkerCall, WorkerCalls, WorkerValues } from '../load/protocol.ts';
import type { Phase, PhaseRecord, ServerCost } from '../model.ts';
import type { CpuMeter } from './cpu-meter.ts';
import type { Deadlines } from './deadlines.ts';
import { hostBetween, readHost } from './host.ts';
import type { LoadWorker } from './load-worker.ts';
import { readMemory } from './memory.ts';
import type { BenchObserver } from './observer.ts';
import { pause } from './pause.ts';
import { RunFailure } from './run-failure.ts';
import { Sampler } from './sampler.ts';

/** What the phases of one run share. */
export interface PhaseContext {
  readonly workers: readonly LoadWorker[];
  /** Undefined when nobody knows what the server costs. */
  readonly meter: CpuMeter | undefined;
  readonly deadlines: Deadlines;
  /** Why the server has ended; undefined while it runs. */
  readonly serverFailure: () => string | undefined;
  readonly observer: BenchObserver;
  readonly signal: AbortSignal;
}

const SAMPLE_MS = 1_000;
/** For what a worker does at once, however busy it is. */
const PROMPT_MS = 10_000;
/** After Ctrl-C nobody waits for messages that are under way. */
const HURRY_MS = 1_500;

/** Makes the load of a phase flow and measures it. Rejects with a RunFailure; interrupted while measuring, it measures that long. */
export async function measurePhase(phase: Phase, context: PhaseContext): Promise<PhaseRecord> {
  const { workers, meter, deadlines, observer, signal, serverFailure } = context;
  observer.phaseStarted?.(phase);
  await unlessInterrupted(callAll(workers, 'start', { phase }, deadlines.startMs(phase)), signal);
  const sampler = new Sampler(phase, observer);
  await sample(phase.warmupMs, context, sampler);
  if (signal.aborted) throw new RunFailure('interrupted', 'interrupted while it warmed up');
  const failure = serverFailure();
  if (failure !== undefined) throw new RunFailure('server', failure);
  const [hostFrom, cpuFrom] = [readHost(), meter?.read() ?? 0];
  const from = await timed(callAll(workers, 'reset', {}, PROMPT_MS));
  sampler.measure();
  await sample(phase.durationMs, context, sampler);
  const to = await timed(callAll(workers, 'cut', {}, PROMPT_MS));
  const server = meter === undefined ? undefined : costSince(cpuFrom, meter);
  const host = hostBetween(hostFrom, readHost());
  const stopped = callAll(workers, 'stop', {}, signal.aborted ? HURRY_MS : deadlines.stopMs);
  const results: readonly WorkerResult[] = await unlessInterrupted(stopped, signal, HURRY_MS);
  return {
    phase,
    elapsedNs: Math.round((to - from) * 1e6),
    measurement: addMeasurements(results.map(({ measurement }) => measurement)),
    generators: results.map(({ load }) => load),
    ...(server === undefined ? {} : { server }),
    host,
    series: sampler.series,
  };
}

/** Tells all workers the same at once and gives their answers. */
export function callAll<Call extends WorkerCall>(
  workers: readonly LoadWorker[],
  call: Call,
  content: WorkerCalls[Call],
  withinMs: number,
): Promise<WorkerValues[Call][]> {
  return Promise.all(workers.map((worker) => worker.call(call, content, withinMs)));
}

/** Rejects when the signal is aborted before, and so many milliseconds more have passed. */
export async function unlessInterrupted<Value>(work: Promise<Value>, signal: AbortSignal, graceMs = 0): Promise<Value> {
  work.catch(() => undefined);
  const done = new AbortController();
  const interrupted = pause(Number.POSITIVE_INFINITY, AbortSignal.any([signal, done.signal])).then(async () => {
    if (!done.signal.aborted) await pause(graceMs, done.signal);
    throw new RunFailure('interrupted', 'interrupted before anything was measured');
  });
  interrupted.catch(() => undefined);
  try {
    return await Promise.race([work, interrupted]);
  } finally {
    done.abort();
  }
}

/** Samples once a second for so long, or until it is interrupted, or the server has ended. */
async function sample(
  ms: number,
  { workers, meter, signal, serverFailure }: PhaseContext,
  sampler: Sampler,
): Promise<void> {
  const end = performance.now() + ms;
  for (let left = ms; left > 0 && !signal.aborted && serverFailure() === undefined; left = end - performance.now()) {
    await pause(Math.min(SAMPLE_MS, left), signal);
    sampler.add(await callAll(workers, 'sample', {}, PROMPT_MS));
    // Processes that end without being waited for are counted as they were seen last.
    meter?.read();
  }
}

/** When it happened: half way between the question and the last answer. */
async function timed(work: Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work;
  return (from + performance.now()) / 2;
}

function costSince(cpuFrom: number, meter: CpuMeter): ServerCost | undefined {
  const cpuNs = meter.read() - cpuFrom;
  return meter.processes === 0 ? undefined : { cpuNs, ...readMemory(meter.pids), processes: meter.processes };
}
