import { clock, steadyNow } from './clock.ts';
import { Roster } from './roster.ts';

/** Something that wants to be called when a time has come. */
export interface Timed {
  /** When {@link tick} is wanted next, in milliseconds of the steady clock; `Infinity` for never. */
  nextDeadline(): number;
  tick(now: number): void;
  /** 0 at first; from then on kept by the {@link Deadlines} that watch it. */
  deadlineSlot: number;
}

/** How late a deadline may be noticed, in milliseconds. */
export const DEADLINE_STEP_MS = 100;

// Nobody is in two slots at a time.
const PLACE = Symbol('ws101.deadlines');

const STALL_MS = 10 * DEADLINE_STEP_MS;

// Node accepts one socket a turn of the loop. Each handshake that is cut off can come back as another socket, so cutting off
// several a turn would leave the newcomers of everybody waiting in the kernel's queue (2,000 at once, eight a turn: 300 ms).
// A refusal takes some 0.2 ms, a ping a tenth of that.
const VISIT_MS = 0.15;
const TURNS_BETWEEN_VISITS = 4;

/** The longest time that a timer of Node's takes; with a longer one it would fire at once. */
export const LONGEST_TIMER_MS: number = 2 ** 31 - 1;

/**
 * One timer for the deadlines of all connections: a wheel of slots, {@link DEADLINE_STEP_MS} each.
 *
 * A deadline that moved to a later time costs nothing: the entry stays where it is and moves on when its slot comes.
 */
export class Deadlines {
  readonly #slots = new Map<number, Roster<Timed>>();
  #size = 0;
  #due = new Roster<Timed>(PLACE);
  #visiting = false;
  #stopTimer: (() => void) | undefined;
  #done = 0;
  #advancedAt = 0;

  /** Makes sure that `timed` is called at its next deadline, or within one step after it unless very many come at once. */
  watch(timed: Timed): void {
    const deadline = timed.nextDeadline();
    if (deadline === Infinity) return;
    const previous = timed.deadlineSlot;
    const wanted = Math.ceil(deadline / DEADLINE_STEP_MS);
    if (previous > 0 && previous <= wanted) return;
    this.#start();
    const slot = Math.max(this.#done + 1, wanted);
    if (previous === 0) this.#size++;
    else if (previous <= slot) return;
    else this.#slots.get(previous)?.delete(timed);
    timed.deadlineSlot = slot;
    const entries = this.#slots.get(slot);
    if (entries === undefined) this.#slots.set(slot, new Roster<Timed>(PLACE).add(timed));
    else entries.add(timed);
  }

  /** Forgets `timed`. */
  forget(timed: Timed): void {
    const slot = timed.deadlineSlot;
    if (slot === 0) return;
    this.#unwatch(timed);
    const entries = this.#slots.get(slot);
    entries?.delete(timed);
    if (entries?.size === 0) this.#slots.delete(slot);
    if (this.#size === 0) this.#stop();
  }

  /** How many are watched. */
  get size(): number {
    return this.#size;
  }

  #unwatch(timed: Timed): void {
    timed.deadlineSlot = 0;
    this.#size--;
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
    this.#due = new Roster<Timed>(PLACE);
  }

  #advance(): void {
    const now = steadyNow();
    // After a stall of the loop, what peers sent meanwhile is read before any of them is judged.
    const stalled = now - this.#advancedAt > STALL_MS;
    this.#advancedAt = now;
    if (!stalled && !this.#visiting) this.#visit(now);
  }

  /** Calls those whose time has come: at least one, and no more once {@link VISIT_MS} have passed. */
  #visit(now: number): void {
    const last = Math.floor(now / DEADLINE_STEP_MS);
    for (;;) {
      for (const timed of this.#due) {
        this.#due.delete(timed);
        if (timed.deadlineSlot > 0) this.#unwatch(timed);
        const call = timed.nextDeadline() <= now;
        if (call) timed.tick(now);
        this.watch(timed);
        if (call && steadyNow() - now >= VISIT_MS) {
          this.#visitLater(TURNS_BETWEEN_VISITS);
          return;
        }
      }
      if (this.#done >= last) break;
      this.#due = this.#slots.get(++this.#done) ?? this.#due;
      this.#slots.delete(this.#done);
    }
    if (this.#size === 0) this.#stop();
  }

  #visitLater(turns: number): void {
    this.#visiting = true;
    setImmediate(() => {
      if (turns > 1) {
        this.#visitLater(turns - 1);
        return;
      }
      this.#visiting = false;
      if (this.#stopTimer !== undefined) this.#visit(steadyNow());
    });
  }
}

/** The deadlines of this process. */
export const deadlines: Deadlines = new Deadlines();
