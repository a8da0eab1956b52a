import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { steadyNow } from './clock.ts';

// At a limit of the system every connection that is turned away may be an error of its own, thousands in a second.
const REPORT_AGAIN_MS = 10_000;

const CHECK_WITHIN_MS = 100;

/** Passes on errors of the listening socket, but not the same again within ten seconds. */
export function rareReports(report: (error: unknown) => void): (error: NodeJS.ErrnoException) => void {
  const reportedAt = new Map<string | undefined, number>();
  return (error) => {
    const now = steadyNow();
    if (now - (reportedAt.get(error.code) ?? -Infinity) < REPORT_AGAIN_MS) return;
    reportedAt.set(error.code, now);
    report(error);
  };
}

/**
 * Notices that no descriptor is left for the next connection. The system's errors do not reach JavaScript then: Node
 * takes such connections with a descriptor that it keeps in reserve, and resets them without a word.
 */
export class DescriptorWatch {
  readonly #report: (error: NodeJS.ErrnoException) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(report: (error: NodeJS.ErrnoException) => void) {
    this.#report = report;
  }

  /** A connection took a descriptor: looks soon whether it was the last, at most ten times a second. */
  taken(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#check();
    }, CHECK_WITHIN_MS).unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #check(): void {
    try {
      closeSync(openSync(devNull, 'r'));
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code !== 'EMFILE' && code !== 'ENFILE') return;
      const message = `${code}: no descriptor is left, new connections are turned away until one is; raise the limit (ulimit -n)`;
      this.#report(Object.assign(new Error(message, { cause }), { code }));
    }
  }
}
