import type { Coverage } from '../fuzzer.ts';

/** What istanbul's instrumenter keeps of one file. */
interface FileCounters {
  s: Record<string, number>;
  f: Record<string, number>;
  b: Record<string, number[] | Uint32Array>;
}

/** Classes of counts, as bits: once, twice, three times, then by powers of two, so that more rounds of a loop are news. */
function classOf(count: number): number {
  if (count <= 3) return 1 << (count - 1);
  return 1 << Math.min(7, Math.ceil(Math.log2(count)) + 1);
}

const CLASSES = Uint8Array.from({ length: 256 }, (_, count) => (count === 0 ? 0 : classOf(count)));

/**
 * The counters in the sources that were loaded through the hook, moved into one array, so that looking at all of them
 * after each input is cheap.
 */
export function countersOf(loaded: unknown): Coverage & { readonly work: () => number } {
  const files = Object.values((loaded ?? {}) as Record<string, FileCounters>);
  const sizes = files.map(
    ({ s, f, b }) => length(s) + length(f) + Object.values(b).reduce((sum, arms) => sum + arms.length, 0),
  );
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const counters = new Uint32Array(total);
  const seen = new Uint8Array(total);
  let at = 0;
  const move = (size: number): Uint32Array => {
    at += size;
    return counters.subarray(at - size, at);
  };
  for (const file of files) {
    file.s = move(length(file.s)) as unknown as Record<string, number>;
    file.f = move(length(file.f)) as unknown as Record<string, number>;
    for (const [id, arms] of Object.entries(file.b)) file.b[id] = move(arms.length);
  }
  let work = 0;
  return {
    total,
    work: () => work,
    reached: () => seen.reduce((sum, classes) => sum + (classes === 0 ? 0 : 1), 0),
    news() {
      let found = false;
      work = 0;
      for (let i = 0; i < total; i++) {
        const count = counters[i] ?? 0;
        if (count === 0) continue;
        work += count;
        const bit = CLASSES[Math.min(count, 255)] ?? 0;
        const before = seen[i] ?? 0;
        if ((before & bit) !== 0) continue;
        seen[i] = before | bit;
        found = true;
      }
      counters.fill(0);
      return found;
    },
  };
}

function length(record: Record<string, unknown>): number {
  return Object.keys(record).length;
}
