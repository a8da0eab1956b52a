import type { BenchObserver } from '../bench/index.ts';
import { formatDuration, formatRate, type Progress } from '../report/index.ts';

/** Tells what a bench is doing: which run, how far, at what rate, with what p99. */
export function benchProgress(progress: Progress): BenchObserver {
  let run = '';
  return {
    calibrating(ms) {
      progress.show(`calibrating against the null server for ${ms / 1000} s`);
    },
    calibrated(ceiling, failure) {
      if (Number.isNaN(ceiling))
        progress.note(`the generator could not be calibrated${failure === undefined ? '' : `: ${failure}`}`);
    },
    runStarted({ variant, order, total }) {
      run = total === 1 ? variant : `run ${order + 1} of ${total}, ${variant}`;
      progress.show(`${run}: starting`);
    },
    sampled({ phase, warm, elapsedMs, rate, p99Ns }) {
      const [done, all] = [elapsedMs, warm ? phase.durationMs : phase.warmupMs].map((ms) => Math.round(ms / 1000));
      const what = warm ? `${done} of ${all} s` : `warming up, ${done} of ${all} s`;
      const p99 = p99Ns > 0 ? `, p99 ${formatDuration(p99Ns)}` : '';
      const label = phase.label === '' ? '' : ` (${phase.label})`;
      progress.show(`${run}${label}: ${what}, ${formatRate(rate)}${p99}`);
    },
  };
}
