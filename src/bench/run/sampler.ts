import type { Sample } from '../engine.ts';
import type { Phase, PhaseRecord } from '../model.ts';
import type { BenchObserver } from './observer.ts';

/** Makes rates of the running totals that workers tell about once a second. */
export class Sampler {
  readonly #phase: Phase;
  readonly #observer: BenchObserver;
  #series: PhaseRecord['series'][number][] = [];
  #warm = false;
  #startedMs = performance.now();
  #atMs = this.#startedMs;
  #received = 0;

  constructor(phase: Phase, observer: BenchObserver) {
    this.#phase = phase;
    this.#observer = observer;
  }

  /** One entry for each sample since {@link Sampler.measure}. */
  get series(): PhaseRecord['series'] {
    return this.#series;
  }

  /** From here on it counts; the totals begin at 0 again. */
  measure(): void {
    this.#warm = true;
    this.#series = [];
    this.#startedMs = this.#atMs = performance.now();
    this.#received = 0;
  }

  /** Takes the totals of all workers. The p99 is the worst of theirs. */
  add(samples: readonly Sample[]): void {
    const nowMs = performance.now();
    const received = samples.reduce((sum, sample) => sum + sample.received, 0);
    const rate = (received - this.#received) / ((nowMs - this.#atMs) / 1000);
    const p99Ns = Math.max(0, ...samples.map((sample) => sample.p99Ns));
    this.#series.push({ rate, p99Ns });
    [this.#atMs, this.#received] = [nowMs, received];
    const [phase, warm, elapsedMs] = [this.#phase, this.#warm, nowMs - this.#startedMs];
    this.#observer.sampled?.({ phase, warm, elapsedMs, rate, p99Ns });
  }
}
