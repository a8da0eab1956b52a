import type { ChatClock } from './announcer.ts';

/** How long before its end the holder of a token is told, in milliseconds. */
export const EXPIRY_NOTICE_MS = 60_000;

// Timers of Node go no further than 2^31 ms.
const LONGEST_WAIT_MS = 24 * 3_600_000;

/** Tells in time that a token ends, and when it has ended. */
export class TokenExpiry {
  readonly #clock: ChatClock;
  readonly #told: { announce(inMs: number): void; expire(): void };
  #cancel: (() => void) | undefined;

  constructor(clock: ChatClock, told: { announce(inMs: number): void; expire(): void }) {
    this.#clock = clock;
    this.#told = told;
  }

  /** Goes by this end from now on, in milliseconds since 1970. */
  set(expiresAt: number): void {
    this.stop();
    this.#wait(expiresAt, false);
  }

  /** Tells nothing any more. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #wait(expiresAt: number, announced: boolean): void {
    const leftMs = expiresAt - this.#clock.now();
    const untilMs = announced ? leftMs : leftMs - EXPIRY_NOTICE_MS;
    this.#cancel = this.#clock.schedule(Math.min(Math.max(0, untilMs), LONGEST_WAIT_MS), () => {
      const remainsMs = expiresAt - this.#clock.now();
      if (remainsMs <= 0) {
        this.stop();
        this.#told.expire();
      } else if (!announced && remainsMs <= EXPIRY_NOTICE_MS) {
        this.#told.announce(remainsMs);
        this.#wait(expiresAt, true);
      } else this.#wait(expiresAt, announced);
    });
  }
}
