/** @import { Clock, Requests } from './types.ts' */

const PING_EVERY_MS = 15_000;

/**
 * Asks the server for a sign of life now and then, and says how long it took: a browser does not show what pings of the
 * protocol below measure.
 *
 * @param {{ ask: Requests['ask'], clock: Clock, onLatency: (ms: number) => void }} options
 */
export function createPulse({ ask, clock, onLatency }) {
  /** @type {number | undefined} */
  let alarm;
  const beat = () => {
    const sentAt = clock.now();
    ask({ type: 'ping' }, { done: () => onLatency(Math.max(0, clock.now() - sentAt)) });
    alarm = clock.after(PING_EVERY_MS, beat);
  };
  const stop = () => clock.cancel(alarm);
  return {
    start() {
      stop();
      beat();
    },
    stop,
  };
}
