/** Where this process gets its time from. */
export interface Clock {
  /** A steady time in milliseconds, from any start. */
  now(): number;
  /** Calls `callback` once, in so many milliseconds; gives what prevents that. */
  after(ms: number, callback: () => void): () => void;
  /** Calls `callback` again and again; gives what ends it. It keeps no process alive. */
  every(ms: number, callback: () => void): () => void;
}

/** Node's own time. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
  every(ms, callback) {
    const timer = setInterval(callback, ms).unref();
    return () => clearInterval(timer);
  },
};

let current: Clock = systemClock;

/** The clock that holds now. */
export function clock(): Clock {
  return current;
}

/** Puts another clock in its place; to be called by `usePorts` alone. */
export function setClock(next: Clock): void {
  current = next;
}

/** The steady time of this process, in milliseconds. */
export function steadyNow(): number {
  return current.now();
}
