import type { ProtocolLimits } from './limits.ts';

/** How a connection notices that its peer is gone. */
export interface KeepaliveOptions {
  /** A ping goes out when nothing was heard for this long, in milliseconds. */
  readonly intervalMs: number;
  /** The connection is given up when nothing was heard for this long after a ping. */
  readonly timeoutMs: number;
}

/** The keepalive of a connection that sets none. */
export const KEEPALIVE: KeepaliveOptions = Object.freeze({ intervalMs: 20_000, timeoutMs: 20_000 });

/**
 * When to ping, when to give up, and how long the peer took to answer. RFC 6455 §5.5.2, §5.5.3.
 *
 * Alive is who sends anything at all, or takes bytes that were waiting for it. While this end {@link rests}, it reads
 * nothing and so cannot judge.
 */
export class Keepalive {
  readonly #options: KeepaliveOptions | undefined;
  /** When a ping is due, or the peer is given up because this {@link waits}. */
  deadline: number = Infinity;
  /** This end reads nothing since then; -1 while it reads. */
  #restingSince = -1;
  /** A ping went out, and nothing was heard since. */
  waits: boolean = false;
  #sentAt = -1;
  #sequence = 0;
  /** The last measured round trip in milliseconds, or -1 before the first. */
  rttMs: number = -1;

  constructor(options: KeepaliveOptions | undefined, now: number) {
    this.#options = options;
    this.alive(now);
  }

  /** The peer gave a sign of life. */
  alive(now: number): void {
    if (this.#options === undefined) return;
    this.deadline = now + this.#options.intervalMs;
    this.waits = false;
  }

  /** This end stops reading. Pings go on, as one to a peer that is gone makes the transport fail, but nobody is given up. */
  rests(now: number): void {
    if (this.resting) return;
    this.#restingSince = now;
    this.alive(now);
  }

  /** This end reads again; gives for how many milliseconds it has not. */
  readsAgain(now: number): number {
    if (!this.resting) return 0;
    const restedMs = now - this.#restingSince;
    this.#restingSince = -1;
    this.alive(now);
    return restedMs;
  }

  get resting(): boolean {
    return this.#restingSince >= 0;
  }

  /** The payload of a ping that goes out now: four bytes that no other outstanding ping has. */
  ping(now: number): Uint8Array {
    this.#sequence = (this.#sequence + 1) | 0;
    this.#sentAt = now;
    if (this.#options !== undefined) {
      this.waits = !this.resting;
      this.deadline = now + (this.waits ? this.#options.timeoutMs : this.#options.intervalMs);
    }
    const n = this.#sequence;
    return Uint8Array.of(n >>> 24, n >>> 16, n >>> 8, n);
  }

  /** A pong came: measures the round trip when it answers the newest ping. */
  pong(payload: Uint8Array, now: number): void {
    if (this.#sentAt < 0 || payload.length !== 4) return;
    const n = (payload[0]! << 24) | (payload[1]! << 16) | (payload[2]! << 8) | payload[3]!;
    if (n !== this.#sequence) return;
    this.rttMs = now - this.#sentAt;
    this.#sentAt = -1;
  }
}

/** Counts pings in windows of fixed length, so that a flood of them is noticed at no cost. RFC 6455 §10.4. */
export class PingMeter {
  #windowStart = -Infinity;
  #count = 0;

  /** Counts one ping; true when it is one too many. */
  exceeds({ pingWindowMs, pingsPerWindow }: ProtocolLimits, now: number): boolean {
    if (now - this.#windowStart >= pingWindowMs) {
      this.#windowStart = now;
      this.#count = 0;
    }
    return ++this.#count > pingsPerWindow;
  }
}
