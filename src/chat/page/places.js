/** @import { Places } from './types.ts' */
/** @import { Place } from './wire-types.ts' */

/** What the mailbox is called among the logs. No room has such a name. */
export const MAILBOX = '@';

/** @returns {Places} */
export function createPlaces() {
  /** @type {Map<string, Place>} */
  const places = new Map();
  return {
    get rooms() {
      return [...places.keys()].filter((log) => log !== MAILBOX);
    },
    of: (log) => places.get(log),
    set(log, { epoch, seq, timestamp }) {
      places.set(log, { epoch, seq, ...(timestamp ? { timestamp } : {}) });
    },
    forget(log) {
      places.delete(log);
    },
    clear: () => places.clear(),
    pass(log, entry) {
      const place = places.get(log);
      if (place && place.epoch === entry.epoch && place.seq >= entry.seq) return false;
      this.set(log, entry);
      return true;
    },
  };
}
