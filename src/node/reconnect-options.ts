import { checkLimit, refuseUnknown } from '../protocol/index.ts';
import { type Clock, clock } from './clock.ts';
import type { CloseEvent } from './events.ts';

/** When a `ReconnectingWebSocket` comes back. */
export interface ReconnectOptions {
  /** The shortest pause before an attempt, in milliseconds. Default 500. */
  readonly minMs?: number;
  /** The longest pause, in milliseconds, and the longest that a server's `Retry-After` counts for. Default 30 s. */
  readonly maxMs?: number;
  /** A connection that lasted so long, in milliseconds, begins the pauses anew; a shorter one goes on. Default 30 s. */
  readonly stableMs?: number;
  /** How many attempts in a row may come to nothing. Default `Infinity`. */
  readonly maxAttempts?: number;
  /**
   * Which ends are for good: codes of clean closes, or a question. Default 1000, 1002, 1003, 1007, 1008, 1010: the peer is
   * done with this client, or would refuse it again. An unclean end has the code 1006.
   */
  readonly stopOn?: readonly number[] | ((event: CloseEvent) => boolean);
  /**
   * Which answers to the handshake are for good. Default: every status of the 400s but 408, 421, 425 and 429.
   */
  readonly stopOnStatus?: (status: number) => boolean;
  /** Default: the clock of this process. */
  readonly clock?: Clock;
  /** Gives a number from 0 up to, not including, 1. Default: `Math.random`. */
  readonly random?: () => number;
}

/** {@link ReconnectOptions}, complete and checked. */
export interface ReconnectSettings {
  readonly minMs: number;
  readonly maxMs: number;
  readonly stableMs: number;
  readonly maxAttempts: number;
  readonly stopOn: (event: CloseEvent) => boolean;
  readonly stopOnStatus: (status: number) => boolean;
  readonly clock: Clock;
  readonly random: () => number;
}

const NAMES = ['minMs', 'maxMs', 'stableMs', 'maxAttempts', 'stopOn', 'stopOnStatus', 'clock', 'random'];
const STOP_CODES: readonly number[] = [1000, 1002, 1003, 1007, 1008, 1010];
const PASSING_STATUSES: readonly number[] = [408, 421, 425, 429];

/** @throws TypeError or RangeError that names the option */
export function resolveReconnect(given: ReconnectOptions): ReconnectSettings {
  refuseUnknown('reconnect', given, NAMES);
  const { minMs = 500, maxMs = 30_000, stableMs = 30_000, maxAttempts = Infinity, stopOn = STOP_CODES } = given;
  const stopOnStatus = given.stopOnStatus ?? isFinal;
  const random = given.random ?? Math.random;
  if (typeof stopOn !== 'function' && !Array.isArray(stopOn)) {
    throw new TypeError('reconnect.stopOn must be a list of close codes, or a function of the close event');
  }
  if (typeof stopOnStatus !== 'function')
    throw new TypeError('reconnect.stopOnStatus must be a function of the status');
  if (typeof random !== 'function') throw new TypeError('reconnect.random must be a function');
  if (maxMs < minMs || maxMs === Infinity) throw new RangeError('reconnect.maxMs must be at least minMs, and finite');
  return {
    minMs: checkLimit('reconnect.minMs', minMs),
    maxMs: checkLimit('reconnect.maxMs', maxMs),
    stableMs: checkLimit('reconnect.stableMs', stableMs),
    maxAttempts: checkLimit('reconnect.maxAttempts', maxAttempts),
    stopOn: typeof stopOn === 'function' ? stopOn : ({ code }) => (stopOn as readonly number[]).includes(code),
    stopOnStatus,
    clock: given.clock ?? clock(),
    random,
  };
}

/**
 * How long to wait before the next attempt: anywhere between `minMs` and a ceiling that doubles with each loss in a row, so
 * that the clients of a server that restarts do not return as one wave (RFC 6455 §7.2.3).
 *
 * @param losses in a row, 1 for the first
 * @param askedMs how long the server asks to be left alone: the pause begins with as much of it as `maxMs` allows
 */
export function pauseBefore(losses: number, { minMs, maxMs, random }: ReconnectSettings, askedMs: number = 0): number {
  const ceiling = Math.min(maxMs, minMs * 2 ** (losses + 1));
  const least = Math.max(minMs, Math.min(maxMs, askedMs));
  return Math.round(least + random() * (ceiling - minMs));
}

function isFinal(status: number): boolean {
  return status >= 400 && status < 500 && !PASSING_STATUSES.includes(status);
}
