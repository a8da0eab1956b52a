// The longest that a timer takes; longer ones would end at once.
const LONGEST_MS = 2 ** 31 - 1;

/** Resolves after so many milliseconds, or at once when the signal is aborted, then and later. Never rejects. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted || ms <= 0) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, Math.min(ms, LONGEST_MS));
    signal.addEventListener('abort', end);
  });
}
