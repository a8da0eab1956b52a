import type { BenchReport, RunRecord } from '../model.ts';
import type { BenchOptions } from '../options.ts';
import { readBaseline } from './baseline.ts';
import { calibrate } from './calibrate.ts';
import { conclude } from './conclusion.ts';
import type { BenchObserver } from './observer.ts';
import { interleave } from './order.ts';
import { makePlan, type Plan } from './plan.ts';
import { accepts, endpointOf } from './reach.ts';
import { runOnce } from './run-once.ts';

/**
 * Measures one or several WebSocket servers and says whether to believe it.
 *
 * Each run of each variant has fresh processes: the server, if a command starts it, and the generators. Runs of several variants
 * take turns. Whatever a server does, it resolves with a report, within the time of the phases and the timeouts; when `signal` is
 * aborted, within two seconds, with what was measured until then.
 *
 * @throws TypeError, RangeError at the call, that name the option and say what it takes
 * @throws BaselineError, later, when the file of an earlier report cannot be used
 */
export function runBench(options: BenchOptions, observer: BenchObserver = {}): Promise<BenchReport> {
  return measure(makePlan(options), observer);
}

async function measure(plan: Plan, observer: BenchObserver): Promise<BenchReport> {
  const { options, variants } = plan;
  const { baseline } = options;
  const earlier = baseline === undefined ? undefined : await readBaseline(baseline, plan.scenario.name);
  const signal = options.signal ?? new AbortController().signal;
  const ceiling =
    plan.calibrate && (await isWorthCalibrating(plan)) ? await calibrate(plan, observer, signal) : undefined;
  const turns = interleave(variants.length, plan.runs, plan.config.seed);
  const runs: RunRecord[] = [];
  for (const [order, { variant: index, run }] of turns.entries()) {
    const variant = variants[index];
    if (variant === undefined || signal.aborted) break;
    observer.runStarted?.({ variant: variant.name, run, order, total: turns.length });
    const { record, failure } = await runOnce(plan, { variant, run, order, ceiling }, observer, signal);
    const isEmpty = record.phases.length === 0;
    if (isEmpty && failure?.part === 'interrupted') break;
    runs.push(record);
    observer.runEnded?.(record);
    // What cannot even begin will not begin the next time, and nothing can be compared with it.
    if (isEmpty) break;
  }
  return conclude(plan, runs, earlier, signal.aborted);
}

/** Not when there is nobody to measure afterwards. */
async function isWorthCalibrating({ variants }: Plan): Promise<boolean> {
  for (const { command, url } of variants)
    if (command === undefined && !(await accepts(endpointOf(new URL(url.replace('{port}', '0')))))) return false;
  return true;
}
