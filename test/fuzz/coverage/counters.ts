import type { Coverage } from '../fuzzer.ts';

/** What the sources that come through the hook count in. */
export interface Counters extends Uint32Array {
  /** How many of the elements are counters; set by each source as it is loaded. */
  total: number;
}

const MOST_COUNTERS = 1 << 14;

/** Room for the counters of all sources; must be there before the first of them is loaded. */
export function createCounters(): Counters {
  return Object.assign(new Uint32Array(MOST_COUNTERS), { total: 0 });
}

/** Classes of counts, as bits: once, twice, three times, then by powers of two, so that more rounds of a loop are news. */
function classOf(count: number): number {
  if (count <= 3) return 1 << (count - 1);
  return 1 << Math.min(7, Math.ceil(Math.log2(count)) + 1);
}

const CLASSES = Uint8Array.from({ length: 256 }, (_, count) => (count === 0 ? 0 : classOf(count)));

/** Tells of the counters what is new, once all sources are loaded. */
export function coverageOf(all: Counters): Coverage {
  const { total } = all;
  const seen = new Uint8Array(MOST_COUNTERS);
  // Two counters at a time: nearly all of them are 0 after an input.
  const pairs = new Float64Array(all.buffer, 0, Math.ceil(total / 2));
  const look = (at: number): boolean => {
    const count = all[at] ?? 0;
    if (count === 0) return false;
    const bit = CLASSES[Math.min(count, 255)] ?? 0;
    const before = seen[at] ?? 0;
    seen[at] = before | bit;
    return (before & bit) === 0;
  };
  return {
    total,
    reached: () => seen.reduce((sum, classes) => sum + (classes === 0 ? 0 : 1), 0),
    news() {
      let found = false;
      for (let pair = 0; pair < pairs.length; pair++) {
        if (pairs[pair] === 0) continue;
        if (look(2 * pair)) found = true;
        if (look(2 * pair + 1)) found = true;
      }
      pairs.fill(0);
      return found;
    },
  };
}
