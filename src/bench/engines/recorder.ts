import type { Sample } from '../engine.ts';
import { measurementOf } from '../load/measurement.ts';
import type { CountName, FaultName, Measurement, TimingName } from '../model.ts';
import { Histogram } from '../stats/histogram.ts';

/**
 * What an engine measures in one phase.
 *
 * `reset` forgets counts, outcomes and timings; errors and faults stay, for a message that was lost while the load warmed up is lost.
 * `cut` ends what is counted; errors, faults, outcomes and timings go on.
 */
export class Recorder {
  readonly #sampled: TimingName;
  readonly #recent: Histogram = new Histogram();
  #counts: Partial<Record<CountName, number>> = {};
  #faults: Partial<Record<FaultName, number>> = {};
  #errors = new Map<string, number>();
  #outcomes = new Map<string, number>();
  #timings: Partial<Record<TimingName, Histogram>> = {};
  #frozen = false;

  /** @param sampled the timing whose 99th percentile the line of progress shows */
  constructor(sampled: TimingName = 'latency') {
    this.#sampled = sampled;
  }

  count(name: CountName, many: number = 1): void {
    if (!this.#frozen) this.#counts[name] = (this.#counts[name] ?? 0) + many;
  }

  /** Counts what is only known when the phase is over, `cut` or not. */
  conclude(name: CountName, many: number = 1): void {
    this.#counts[name] = (this.#counts[name] ?? 0) + many;
  }

  fault(name: FaultName, many: number = 1): void {
    this.#faults[name] = (this.#faults[name] ?? 0) + many;
  }

  /** @param kind one of the kinds that all engines share: `refused`, `closed 1011`, … */
  error(kind: string, many: number = 1): void {
    this.#errors.set(kind, (this.#errors.get(kind) ?? 0) + many);
  }

  outcome(kind: string, many: number = 1): void {
    this.#outcomes.set(kind, (this.#outcomes.get(kind) ?? 0) + many);
  }

  /** @param ns nanoseconds */
  time(name: TimingName, ns: number, many: number = 1): void {
    let histogram = this.#timings[name];
    if (histogram === undefined) {
      histogram = new Histogram();
      this.#timings[name] = histogram;
    }
    histogram.record(ns, many);
    if (name === this.#sampled) this.#recent.record(ns, many);
  }

  reset(): void {
    this.#counts = {};
    this.#outcomes = new Map();
    this.#timings = {};
    this.#recent.reset();
    this.#frozen = false;
  }

  cut(): void {
    this.#frozen = true;
  }

  sample(): Sample {
    const p99Ns = this.#recent.quantile(0.99);
    this.#recent.reset();
    return { received: this.#counts.received ?? 0, p99Ns };
  }

  /** Everything since the last `reset`, and errors and faults since the last `take`. The next phase begins empty. */
  take(): Measurement {
    const measurement = measurementOf({
      counts: this.#counts,
      faults: this.#faults,
      errors: this.#errors,
      outcomes: this.#outcomes,
      timings: this.#timings,
    });
    this.reset();
    this.#faults = {};
    this.#errors = new Map();
    return measurement;
  }
}
