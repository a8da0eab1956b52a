import type { Lane, LanePacer } from './lane.ts';

/** The most bytes that are on their way on one connection, unless a single message is longer. */
const IN_FLIGHT_BYTES = 128 * 1024;

/** How many messages may be on their way: at most `depth`, and no more than one connection's share of memory holds. */
export function inFlightDepth(depth: number, frameBytes: number): number {
  return Math.max(1, Math.min(depth, Math.floor(IN_FLIGHT_BYTES / frameBytes)));
}

/** Keeps a number of messages under way on each lane: an answer makes room for the next one. */
export class ClosedLoop implements LanePacer {
  readonly #depth: number;
  #flows = true;

  constructor(depth: number) {
    this.#depth = depth;
  }

  /** Fills a lane. */
  start(lane: Lane, now: number): void {
    const free = this.#depth - lane.inFlight;
    if (this.#flows && free > 0 && lane.isOpen) lane.send(free, now);
  }

  settled(lane: Lane): void {
    this.start(lane, lane.connection?.now ?? 0);
  }

  drained(): void {}

  stop(): void {
    this.#flows = false;
  }
}
