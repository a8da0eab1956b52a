import type { Eventual } from '../rooms/index.ts';
import type { ChatClock } from './announcer.ts';

/** How often it is looked who is to be refreshed, in milliseconds. */
const LOOK_EVERY_MS = 10_000;

/** What is refreshed in time. */
export interface Refreshable {
  /** When, in milliseconds since 1970; `Infinity` for never. */
  readonly refreshAt: number;
  refresh(): Eventual<void>;
}

/** Has names and sessions that are in use refreshed before they are forgotten. One alarm for all, and none while there are none. */
export class Upkeep {
  readonly #clock: ChatClock;
  readonly #kept = new Set<Refreshable>();
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(clock: ChatClock) {
    this.#clock = clock;
  }

  /** Looks after `one` from now on; or no longer, if it is never to be refreshed. */
  keep(one: Refreshable): void {
    if (this.#stopped || one.refreshAt === Infinity) this.forget(one);
    else {
      this.#kept.add(one);
      this.#cancel ??= this.#clock.schedule(LOOK_EVERY_MS, () => this.#look());
    }
  }

  /** Does not look after it any more. */
  forget(one: Refreshable): void {
    if (this.#kept.delete(one) && this.#kept.size === 0) this.#rest();
  }

  /** Looks after nobody. */
  stop(): void {
    this.#stopped = true;
    this.#kept.clear();
    this.#rest();
  }

  #look(): void {
    this.#cancel = this.#clock.schedule(LOOK_EVERY_MS, () => this.#look());
    const now = this.#clock.now();
    for (const one of [...this.#kept]) if (one.refreshAt <= now) void one.refresh();
  }

  #rest(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
