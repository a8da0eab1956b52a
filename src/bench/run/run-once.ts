import { ceilingGate } from '../gates/ceiling.ts';
import { gatesOfPhase, mergeGates } from '../gates/collect.ts';
import { ALL_KINDS } from '../gates/gate.ts';
import type { Gate, Phase, PhaseRecord, RunRecord } from '../model.ts';
import { CpuMeter } from './cpu-meter.ts';
import { Deadlines } from './deadlines.ts';
import { LoadWorker } from './load-worker.ts';
import type { BenchObserver } from './observer.ts';
import { callAll, measurePhase, unlessInterrupted } from './phase.ts';
import type { Plan, Variant } from './plan.ts';
import { hasProc } from './process-tree.ts';
import { RunFailure } from './run-failure.ts';
import { chooseUrl, type MeasuredServer, startServer } from './server-process.ts';

/** Which run it is. */
export interface RunTurn {
  readonly variant: Variant;
  readonly run: number;
  readonly order: number;
  readonly ceiling: number | undefined;
}

/** A run with what kept it from being whole. */
export interface RunOutcome {
  readonly record: RunRecord;
  readonly failure: RunFailure | undefined;
}

/** Measures one variant once, in fresh processes, which are all gone when it resolves. Never rejects for what a server does. */
export async function runOnce(
  plan: Plan,
  turn: RunTurn,
  observer: BenchObserver,
  signal: AbortSignal,
): Promise<RunOutcome> {
  const startedAt = new Date().toISOString();
  const phases: PhaseRecord[] = [];
  let failure: RunFailure | undefined;
  try {
    await inFreshProcesses(plan, turn.variant, observer, signal, phases);
  } catch (error) {
    if (!(error instanceof RunFailure)) throw error;
    failure = error;
  }
  const metrics = phases.length === 0 ? [] : plan.scenario.metrics(phases, plan.config);
  const isMeasurable = hasProc();
  const gates: Gate[] = failure === undefined || failure.part === 'interrupted' ? [] : [failureGate(failure)];
  gates.push(
    ...mergeGates(
      phases.map((record) => ({ label: record.phase.label, gates: gatesOfPhase(record, plan.config, isMeasurable) })),
    ),
  );
  const ceiling = plan.unbounded ? ceilingGate(metrics, turn.ceiling, phases, plan.config) : undefined;
  if (ceiling !== undefined) gates.push(ceiling);
  return {
    record: {
      variant: turn.variant.name,
      run: turn.run,
      order: turn.order,
      startedAt,
      phases,
      metrics,
      ...(turn.ceiling === undefined ? {} : { ceiling: turn.ceiling }),
      gates,
    },
    failure,
  };
}

/** Adds each phase to `phases` when it is over, so that those that were measured remain when a later one fails. */
async function inFreshProcesses(
  plan: Plan,
  variant: Variant,
  observer: BenchObserver,
  signal: AbortSignal,
  phases: PhaseRecord[],
): Promise<void> {
  // They come to life while the server does.
  const workers = Array.from({ length: plan.config.workers }, () => new LoadWorker());
  const deadlines = new Deadlines(plan.config);
  let server: MeasuredServer | undefined;
  try {
    const started = await serverOf(plan, variant, signal);
    server = started;
    const { verify = plan.config.verify } = variant;
    const config = {
      ...plan.config,
      verify,
      url: started.url,
      ...(started.pid === undefined ? {} : { serverPid: started.pid }),
    };
    const configured = workers.map((one, worker) =>
      one.call('configure', { config: { ...config, worker } }, deadlines.openMs),
    );
    await unlessInterrupted(Promise.all(configured), signal);
    await unlessInterrupted(callAll(workers, 'open', {}, deadlines.openMs), signal);
    const meter = started.pid === undefined || !hasProc() ? undefined : new CpuMeter(started.pid);
    const context = { workers, meter, deadlines, observer, signal, serverFailure: () => started.failure() };
    for (const phase of plan.phases) {
      phases.push(await measurePhase(resolvePhase(phase, phases[0]), context));
      const failure = started.failure();
      if (failure !== undefined) throw new RunFailure('server', failure);
      if (signal.aborted && phases.length < plan.phases.length) throw new RunFailure('interrupted', 'interrupted');
    }
    await unlessInterrupted(callAll(workers, 'close', {}, deadlines.closeMs), signal);
  } finally {
    await Promise.all([...workers.map((worker) => worker.end()), server?.end()]);
  }
}

/** A share of what the first phase reached as a rate. */
function resolvePhase(phase: Phase, first: PhaseRecord | undefined): Phase {
  if (phase.share === undefined || first === undefined) return phase;
  const reached = (first.measurement.counts.received ?? 0) / (first.elapsedNs / 1e9);
  const rate = Math.max(1, Math.round(reached * phase.share));
  return { ...phase, rate, label: phase.label === '' ? `rate ${rate}` : phase.label };
}

async function serverOf({ options }: Plan, { command, url }: Variant, signal: AbortSignal): Promise<MeasuredServer> {
  if (command !== undefined) return startServer(command, url, { signal });
  return {
    url: await chooseUrl(url),
    pid: options.serverPid,
    failure: () => undefined,
    end: async () => undefined,
  };
}

function failureGate({ part, message, errors }: RunFailure): Gate {
  const kinds = Object.keys(errors).join(', ');
  const reason = `${kinds === '' || message.includes(kinds) ? '' : `${kinds}: `}${message}`;
  return { name: part, verdict: 'INVALID', kinds: ALL_KINDS, reason };
}
