import { nowNs } from './clock.ts';
import type { Lane, LanePacer } from './lane.ts';
import type { Meter } from './meter.ts';
import type { Schedule } from './schedule.ts';

/** How often it is looked what is due, in milliseconds; it is done after each read as well. */
const TICK_MS = 1;

/** What one connection, and all of them together, may keep waiting in their sockets, in bytes. */
const QUEUED_BYTES = 16 * 1024 * 1024;
const ALL_QUEUED_BYTES = 256 * 1024 * 1024;

/**
 * Sends messages at the times of a schedule, lane by lane in turn, whether or not earlier ones were answered.
 *
 * A message that finds its connection's queue full is counted as `overload` and sent as soon as there is room. Its
 * latency counts from when it should have been sent, as that of all others.
 */
export class OpenLoop implements LanePacer {
  readonly #lanes: readonly Lane[];
  readonly #schedule: Schedule;
  readonly #meter: Meter;
  readonly #maxQueuedBytes: number;
  /** Lanes that have got something to send in this tick. */
  readonly #touched: Lane[] = [];
  /** How many messages of a lane were counted as overload, of those that wait. */
  readonly #waiting = new Map<Lane, number>();
  #startedAt = 0;
  #nextAt = 0;
  #turn = 0;
  #timer: NodeJS.Timeout | undefined = undefined;

  constructor(lanes: readonly Lane[], schedule: Schedule, meter: Meter) {
    this.#lanes = lanes;
    this.#schedule = schedule;
    this.#meter = meter;
    this.#maxQueuedBytes = Math.min(QUEUED_BYTES, ALL_QUEUED_BYTES / Math.max(1, lanes.length));
  }

  start(): void {
    this.#startedAt = nowNs();
    this.#nextAt = this.#startedAt + this.#schedule();
    this.#timer = setInterval(() => this.#tick(nowNs()), TICK_MS);
  }

  settled(lane: Lane): void {
    if (this.#timer !== undefined) this.#tick(lane.connection?.now ?? 0);
  }

  drained(lane: Lane): void {
    if (this.#timer !== undefined) this.#release(lane, nowNs());
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(now: number): void {
    const touched = this.#touched;
    while (this.#nextAt <= now) {
      const lane = this.#nextLane();
      if (lane === undefined) this.#meter.error('no connection');
      else {
        if (!lane.isTouched) touched.push(lane);
        lane.isTouched = true;
        lane.schedule(this.#nextAt);
      }
      this.#nextAt = this.#startedAt + this.#schedule();
    }
    for (const lane of touched) this.#release(lane, now);
    touched.length = 0;
  }

  #release(lane: Lane, now: number): void {
    lane.isTouched = false;
    if (!lane.isOpen) return;
    const waits = lane.release(now, this.#maxQueuedBytes);
    const counted = this.#waiting.get(lane) ?? 0;
    if (waits > counted) this.#meter.error('overload', waits - counted);
    if (waits > 0 || counted > 0) this.#waiting.set(lane, waits);
  }

  /** The next lane that is open, in turn; undefined when there is none. */
  #nextLane(): Lane | undefined {
    const lanes = this.#lanes;
    for (let tried = 0; tried < lanes.length; tried++) {
      const lane = lanes[this.#turn++ % lanes.length];
      if (lane?.isOpen) return lane;
    }
    return undefined;
  }
}
