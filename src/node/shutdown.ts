import { CloseCode } from '../codec/index.ts';
import { checkLimit, refuseUnknown } from '../protocol/index.ts';
import { clock, steadyNow } from './clock.ts';
import type { Connection } from './connection.ts';
import { LONGEST_TIMER_MS } from './deadlines.ts';

/** How a server goes. */
export interface ShutdownOptions {
  /** When to stop waiting for peers, in milliseconds from the call. Default: 4 s after the last close. */
  readonly deadlineMs?: number;
  /**
   * Over how many milliseconds the closes are spread evenly, so that clients do not all come back at once. Those whose
   * turn has not come go on as before. Default 0: all are closed at once.
   */
  readonly spreadMs?: number;
}

const SHUTDOWN_MS = 4_000;

/** @throws TypeError for an unknown option, RangeError for a time that cannot be */
export function resolveShutdown(options: ShutdownOptions): Required<ShutdownOptions> {
  refuseUnknown('shutdown', options, ['deadlineMs', 'spreadMs']);
  const { spreadMs = 0 } = options;
  if (!Number.isSafeInteger(spreadMs) || spreadMs < 0 || spreadMs > LONGEST_TIMER_MS) {
    throw new RangeError(`spreadMs must be a whole number from 0 to ${LONGEST_TIMER_MS}, not ${String(spreadMs)}`);
  }
  const deadlineMs = checkLimit('deadlineMs', options.deadlineMs ?? spreadMs + SHUTDOWN_MS);
  if (spreadMs > 0 && spreadMs >= deadlineMs) throw new RangeError('spreadMs must be shorter than deadlineMs');
  return { deadlineMs: Math.min(deadlineMs, LONGEST_TIMER_MS), spreadMs };
}

/**
 * Closes connections with 1001, the first at once and the last when `spreadMs` are over, with equal times between them.
 *
 * @returns what stops it
 */
export function closeAll(connections: Iterable<Connection>, spreadMs: number): () => void {
  const waiting = [...connections];
  const count = waiting.length;
  const startedAt = steadyNow();
  let stop = (): void => {};
  const closeDue = (): void => {
    const elapsed = steadyNow() - startedAt;
    // Of n connections the one at place i is due at i / (n - 1) of the time.
    const due = spreadMs === 0 ? count : Math.floor((elapsed * (count - 1)) / spreadMs + 1e-6) + 1;
    for (const connection of waiting.splice(0, due - (count - waiting.length))) {
      connection.close(CloseCode.GOING_AWAY, 'server is shutting down');
    }
    if (waiting.length === 0) return;
    const nextMs = ((count - waiting.length) * spreadMs) / (count - 1) - (steadyNow() - startedAt);
    stop = clock().after(Math.max(1, Math.ceil(nextMs)), closeDue);
  };
  closeDue();
  return () => stop();
}
