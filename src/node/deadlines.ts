import { clock, steadyNow } from './clock.ts';

/** Something that wants to be called when a time has come. */
export interface Timed {
  /** When {@link tick} is wanted next, in milliseconds of the steady clock; `Infinity` for never. */
  nextDeadline(): number;
  tick(now: number): void;
}

/** How late a deadline may be noticed, in milliseconds. */
export const DEADLINE_STEP_MS = 100;

const STALL_MS = 10 * DEADLINE_STEP_MS;

/** The longest time that a timer of Node's takes; with a longer one it would fire at once. */
export const LONGEST_TIMER_MS: number = 2 ** 31 - 1;

/**
 * One timer for the deadlines of all connections: a wheel of slots, {@link DEADLINE_STEP_MS} each.
 *
 * A deadline that moved to a later time costs nothing: the entry stays where it is and moves on when its slot comes.
 */
export class Deadlines {
  readonly #slots = new Map<number, Set<Timed>>();
  readonly #slotOf = new Map<Timed, number>();
  #stopTimer: (() => void) | undefined;
  #done = 0;
  #advancedAt = 0;

  /** Makes sure that `timed` is called at its next deadline, or within one step after it. */
  watch(timed: Timed): void {
    const deadline = timed.nextDeadline();
    if (deadline === Infinity) return;
    this.#start();
    const slot = Math.max(this.#done + 1, Math.ceil(deadline / DEADLINE_STEP_MS));
    const previous = this.#slotOf.get(timed);
    if (previous !== undefined) {
      if (previous <= slot) return;
      this.#slots.get(previous)?.delete(timed);
    }
    this.#slotOf.set(timed, slot);
    const entries = this.#slots.get(slot);
    if (entries === undefined) this.#slots.set(slot, new Set([timed]));
    else entries.add(timed);
  }

  /** Forgets `timed`. */
  forget(timed: Timed): void {
    const slot = this.#slotOf.get(timed);
    if (slot === undefined) return;
    this.#slotOf.delete(timed);
    const entries = this.#slots.get(slot);
    entries?.delete(timed);
    if (entries?.size === 0) this.#slots.delete(slot);
    if (this.#slotOf.size === 0) this.#stop();
  }

  /** How many are watched. */
  get size(): number {
    return this.#slotOf.size;
  }

  /** Goes on by another clock. */
  restart(): void {
    if (this.#stopTimer === undefined) return;
    this.#stopTimer();
    this.#stopTimer = undefined;
    this.#start();
  }

  #start(): void {
    if (this.#stopTimer !== undefined) return;
    this.#advancedAt = steadyNow();
    this.#done = Math.floor(this.#advancedAt / DEADLINE_STEP_MS);
    // Sockets keep the process alive, their deadlines need not.
    this.#stopTimer = clock().every(DEADLINE_STEP_MS, () => this.#advance());
  }

  #stop(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    this.#slots.clear();
  }

  #advance(): void {
    const now = steadyNow();
    // After a stall of the loop, what peers sent meanwhile is read before any of them is judged.
    const stalled = now - this.#advancedAt > STALL_MS;
    this.#advancedAt = now;
    if (stalled) return;
    const last = Math.floor(now / DEADLINE_STEP_MS);
    while (this.#done < last) {
      const entries = this.#slots.get(++this.#done);
      if (entries === undefined) continue;
      this.#slots.delete(this.#done);
      for (const timed of entries) {
        this.#slotOf.delete(timed);
        if (timed.nextDeadline() <= now) timed.tick(now);
        this.watch(timed);
      }
    }
    if (this.#slotOf.size === 0) this.#stop();
  }
}

/** The deadlines of this process. */
export const deadlines: Deadlines = new Deadlines();
