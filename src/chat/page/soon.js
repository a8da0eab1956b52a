/** @import { Clock } from './types.ts' */

const SOON_MS = 20;

/**
 * Does something once for a burst of wishes. It waits on the clock, not on a frame: a window in the background draws none.
 *
 * @param {Clock} clock
 * @param {() => void} run
 * @returns {() => void}
 */
export function createSoon(clock, run) {
  /** @type {number | undefined} */
  let alarm;
  return () => {
    if (alarm !== undefined) return;
    alarm = clock.after(SOON_MS, () => {
      alarm = undefined;
      run();
    });
  };
}
