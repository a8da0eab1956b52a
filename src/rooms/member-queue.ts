import type { DeliveryStatus } from './delivery.ts';

/**
 * What becomes of a member that does not read as fast as its room speaks.
 *
 * - `close`: it is given up when its connection takes no more, and may come back for what it missed. Nobody misses anything in silence.
 * - `drop-newest`: what its connection does not take is left out.
 * - `drop-oldest`: what waits for it is bounded; the oldest goes for the newest.
 * - `conflate`: of what waits for it only the newest of each key stays; bounded as `drop-oldest`.
 */
export type SlowPolicy = 'close' | 'drop-newest' | 'drop-oldest' | 'conflate';

/** How much waits for one member of one room under `drop-oldest` and `conflate`. */
export const QUEUE_LIMITS: Readonly<Record<'entries' | 'bytes', number>> = Object.freeze({
  entries: 1000,
  bytes: 256 * 1024,
});

/** One thing that waits. */
export interface Waiting<Prepared> {
  readonly prepared: Prepared;
  readonly seq: number;
  /** What it is conflated by. */
  readonly key: string;
  readonly bytes: number;
}

/** What waits for one member that is behind, in order, under `drop-oldest` or `conflate`. Bounded by {@link QUEUE_LIMITS}. */
export class MemberQueue<Prepared> {
  readonly #conflates: boolean;
  readonly #limits: typeof QUEUE_LIMITS;
  /** In order of arrival, by a name that is the key of conflation, or unique. */
  readonly #waiting = new Map<string | number, Waiting<Prepared>>();
  #bytes = 0;

  constructor(policy: 'drop-oldest' | 'conflate', limits: typeof QUEUE_LIMITS = QUEUE_LIMITS) {
    this.#conflates = policy === 'conflate';
    this.#limits = limits;
  }

  get size(): number {
    return this.#waiting.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Puts something at the end, and gives what went for it. One that is larger than the whole queue still waits alone. */
  push(item: Waiting<Prepared>): readonly Waiting<Prepared>[] {
    const gone: Waiting<Prepared>[] = [];
    const name = this.#conflates ? item.key : item.seq;
    const older = this.#waiting.get(name);
    if (older) this.#remove(name, older, gone);
    this.#waiting.set(name, item);
    this.#bytes += item.bytes;
    for (const [oldest, waiting] of this.#waiting) {
      const fits = this.#waiting.size <= this.#limits.entries && this.#bytes <= this.#limits.bytes;
      if (fits || this.#waiting.size === 1) break;
      this.#remove(oldest, waiting, gone);
    }
    return gone;
  }

  /** Hands on what waits until the member is behind again; false if something still waits. What is refused stays. */
  flush(send: (item: Waiting<Prepared>) => DeliveryStatus): boolean {
    for (const [name, item] of this.#waiting) {
      const status = send(item);
      if (status === 'dropped') return false;
      this.#remove(name, item);
      if (status === 'pressured') break;
    }
    return this.#waiting.size === 0;
  }

  #remove(name: string | number, item: Waiting<Prepared>, gone?: Waiting<Prepared>[]): void {
    this.#waiting.delete(name);
    this.#bytes -= item.bytes;
    gone?.push(item);
  }
}
