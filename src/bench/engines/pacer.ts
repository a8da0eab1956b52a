import { nowNs } from '../load/clock.ts';
import { evenSchedule, poissonSchedule, type Schedule } from '../load/schedule.ts';

/** A timer cannot be finer, so that what is due within a millisecond goes out together; each with its own intended time. */
const TICK_MS = 1;
/** So many calls, then others have their turn, however late the pacer is. */
const CALLS_A_TURN = 2_000;

/** How often {@link Pacer} calls. */
export interface Pace {
  /** A second, of this worker. */
  readonly rate: number;
  readonly pacing: 'even' | 'poisson';
  readonly seed: number;
  readonly worker: number;
  readonly workers: number;
}

/** Calls at a steady rate, whatever becomes of the calls: an open loop. What is late is made up for, never skipped. */
export class Pacer {
  readonly #schedule: Schedule;
  readonly #due: (intendedNs: number) => void;
  #timer: NodeJS.Timeout | undefined = undefined;
  #startedAt = 0;
  #next = 0;

  /** @param due is called with the moment at which the call was due, in nanoseconds of `nowNs` */
  constructor({ rate, pacing, seed, worker, workers }: Pace, due: (intendedNs: number) => void) {
    // Workers do not call all at the same moments.
    this.#schedule =
      pacing === 'even' ? evenSchedule(rate, (worker + 1) / workers) : poissonSchedule(rate, seed + worker);
    this.#due = due;
  }

  start(): void {
    this.#startedAt = nowNs();
    this.#next = this.#startedAt + this.#schedule();
    this.#arm();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #arm(): void {
    this.#timer = setTimeout(() => this.#tick(), TICK_MS);
  }

  #tick(): void {
    const now = nowNs();
    this.#arm();
    for (let calls = 0; this.#next <= now && calls < CALLS_A_TURN && this.#timer !== undefined; calls++) {
      const intended = this.#next;
      this.#next = this.#startedAt + this.#schedule();
      this.#due(intended);
    }
  }
}
