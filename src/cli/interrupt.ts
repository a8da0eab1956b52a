import { constants } from 'node:os';

/** Whoever starts this process may pass on a signal that the terminal has sent it as well; nobody presses Ctrl-C twice as fast. */
const COPY_MS = 150;

/** Work that can be ended early. */
export interface Interruption {
  /** Aborted by the first SIGINT or SIGTERM; the next one ends the process at once. */
  readonly signal: AbortSignal;
  /** Does what SIGINT does, where Ctrl-C is a key like any other. */
  interrupt(): void;
  /** Leaves signals alone again. */
  stop(): void;
}

/** Listens to SIGINT and SIGTERM. */
export function interruption(): Interruption {
  const controller = new AbortController();
  let firstAt: number | undefined;
  const interrupt = (signal: 'SIGINT' | 'SIGTERM'): void => {
    const now = performance.now();
    if (firstAt !== undefined && now - firstAt >= COPY_MS) process.exit(128 + constants.signals[signal]);
    firstAt ??= now;
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return {
    signal: controller.signal,
    interrupt: () => interrupt('SIGINT'),
    stop() {
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
    },
  };
}
