import { steadyNow } from './clock.ts';
import { isPromise } from './deferred.ts';

/** Up to which times {@link TimeHistogram} counts apart, in milliseconds; longer ones share the last place. */
export const HANDLER_TIME_BOUNDS_MS: readonly number[] = [
  0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500,
];

/** How often something took how long. */
export class TimeHistogram {
  /** One count for each bound, and one for what took longer than the last. */
  readonly counts: number[] = Array.from({ length: HANDLER_TIME_BOUNDS_MS.length + 1 }, () => 0);
  sumMs: number = 0;

  /** Counts the time since `startedAt`, by the steady clock: up to now, or until `result` settles if it is a promise. */
  record(startedAt: number, result: unknown): void {
    if (!isPromise(result)) {
      this.#add(steadyNow() - startedAt);
      return;
    }
    const settled = (): void => this.#add(steadyNow() - startedAt);
    result.then(settled, settled);
  }

  #add(ms: number): void {
    const found = HANDLER_TIME_BOUNDS_MS.findIndex((bound) => ms <= bound);
    const place = found < 0 ? HANDLER_TIME_BOUNDS_MS.length : found;
    this.counts[place] = (this.counts[place] ?? 0) + 1;
    this.sumMs += ms;
  }
}
