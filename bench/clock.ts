import type { BenchObserver } from '../src/bench/index.ts';
import { formatDuration, formatRate, Progress } from '../src/report/index.ts';
import type { Choices } from './choices.ts';
import { estimateMs, type LineUp } from './measure.ts';

/** Says what is going on and how long the rest will take, as long as it has taken so far. */
export class Clock {
  readonly #progress = new Progress({
    output: process.stderr,
    environment: process.env,
    now: () => performance.now(),
  });
  readonly #started = performance.now();
  readonly #total: number;
  #done = 0;
  #within = 0;

  constructor(totalMs: number) {
    this.#total = totalMs;
  }

  watch(name: string, line: LineUp, choices: Choices): BenchObserver {
    let where = `${name} calibrating`;
    const perRun = estimateMs(line, choices) / Math.max(1, line.measured.length * choices.runs);
    return {
      runStarted: ({ variant, run, order }) => {
        where = `${name} ${variant}, run ${run + 1} of ${choices.runs}`;
        this.#show(where, order * perRun);
      },
      sampled: ({ rate }) => this.#show(`${where}: ${formatRate(rate)}`, 0),
    };
  }

  done(estimate: number): void {
    this.#done += estimate;
    this.#within = 0;
  }

  clear(): void {
    this.#progress.clear();
  }

  #show(text: string, within: number): void {
    this.#within = Math.max(this.#within, within);
    const share = (this.#done + this.#within) / this.#total;
    const left = share > 0.01 ? (performance.now() - this.#started) * (1 / share - 1) : this.#total;
    this.#progress.show(`${text}; about ${formatDuration(left * 1e6)} left`);
  }
}
