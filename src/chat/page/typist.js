/** @import { Clock } from './types.ts' */

/** Readers forget a notice after 6 s; half of that keeps it alive. */
const REPEAT_MS = 3_000;

/**
 * Tells a room that somebody is writing here, once in three seconds at most, and when it ends.
 *
 * @param {Pick<Clock, 'now'>} clock
 * @param {(room: string, on: boolean) => void} send
 */
export function createTypist(clock, send) {
  let room = '';
  let toldAt = -Infinity;

  const stop = () => {
    if (room !== '') send(room, false);
    room = '';
  };

  return {
    stop,
    /** @type {(where: string, isEmpty: boolean) => void} the text in a room was changed */
    typed(where, isEmpty) {
      if (where !== room || isEmpty) stop();
      if (isEmpty || clock.now() - toldAt < REPEAT_MS) return;
      room = where;
      toldAt = clock.now();
      send(where, true);
    },
    /** What was written was sent, which tells readers enough. */
    sent() {
      room = '';
    },
  };
}
