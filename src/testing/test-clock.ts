import { type Clock, steadyNow } from '../node/index.ts';

interface Alarm {
  at: number;
  readonly every: number;
  readonly callback: () => void;
}

/**
 * A clock that stands still until it is told to go on. Put in by `usePorts({ clock })`, it drives every deadline of this
 * package; or given as the `clock` of a reconnecting client, that one alone.
 */
export class TestClock implements Clock {
  readonly #alarms = new Set<Alarm>();
  #now: number;

  /** @param start what it shows at first, in milliseconds. Default: what the clock of this process shows, rounded up */
  constructor(start: number = Math.ceil(steadyNow())) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    return this.#set({ at: this.#now + ms, every: 0, callback });
  }

  every(ms: number, callback: () => void): () => void {
    return this.#set({ at: this.#now + ms, every: ms, callback });
  }

  /** How many callbacks wait for their time. */
  get waiting(): number {
    return this.#alarms.size;
  }

  /** When the next callback is due, from now; `Infinity` when none waits. */
  get untilNext(): number {
    return (this.#next(Infinity)?.at ?? Infinity) - this.#now;
  }

  /** Goes on by so many milliseconds and calls what becomes due, in order, each at its own time. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let alarm = this.#next(end); alarm !== undefined; alarm = this.#next(end)) {
      this.#now = Math.max(this.#now, alarm.at);
      if (alarm.every > 0) alarm.at += alarm.every;
      else this.#alarms.delete(alarm);
      alarm.callback();
    }
    this.#now = end;
  }

  #next(until: number): Alarm | undefined {
    let next: Alarm | undefined;
    for (const alarm of this.#alarms) {
      if (alarm.at <= until && (next === undefined || alarm.at < next.at)) next = alarm;
    }
    return next;
  }

  #set(alarm: Alarm): () => void {
    this.#alarms.add(alarm);
    return () => void this.#alarms.delete(alarm);
  }
}
