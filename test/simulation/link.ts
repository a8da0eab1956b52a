import type { Dice } from '../support/dice.ts';
import type { Agenda } from './agenda.ts';

/** What the network can do to a connection. */
export const FAULTS = ['cut', 'delay', 'stall', 'stall-for-good', 'half-close', 'reset', 'violation'] as const;
export type Fault = (typeof FAULTS)[number];

/** Who takes what a {@link Link} carries. */
export interface LinkEnd {
  /** False while nothing is read: the link keeps what has come. */
  readonly reading: boolean;
  arrive(bytes: Uint8Array): void;
  /** The other half is closed. */
  arriveEnd(): void;
  /** Room was made for what this end sends. */
  roomMade(): void;
}

/** How one direction of the network behaves. */
export interface LinkPlan {
  /** What the two kernels hold before a sender must wait, in bytes. */
  readonly capacity: number;
  readonly latencyMs: number;
  /** How often a piece takes much longer. */
  readonly slowness: number;
  /** Into how many pieces a write falls at most. */
  readonly pieces: number;
  readonly stallFrom: number;
  /** `Infinity` when nothing ever comes through again. */
  readonly stallUntil: number;
  /** How often two pieces change places: no real stream does that. */
  readonly reorders: number;
}

/** One direction of a stream: in order and lossless until it is reset, but late, in pieces, or not at all. */
export class Link {
  readonly #agenda: Agenda;
  readonly #dice: Dice;
  readonly #plan: LinkPlan;
  readonly #fault: (fault: Fault) => void;
  readonly #arrived: (Uint8Array | 'end')[] = [];
  #sender: LinkEnd | undefined;
  #receiver: LinkEnd | undefined;
  #lastArrival = 0;
  #inFlight = 0;
  #ended = false;
  #dead = false;

  constructor(agenda: Agenda, dice: Dice, plan: LinkPlan, fault: (fault: Fault) => void) {
    this.#agenda = agenda;
    this.#dice = dice;
    this.#plan = plan;
    this.#fault = fault;
  }

  connect(sender: LinkEnd, receiver: LinkEnd): void {
    this.#sender = sender;
    this.#receiver = receiver;
  }

  /** Bytes that were written and that no kernel has room for. */
  get waiting(): number {
    return Math.max(0, this.#inFlight - this.#plan.capacity);
  }

  get ended(): boolean {
    return this.#ended || this.#dead;
  }

  write(bytes: Uint8Array): void {
    if (this.ended || bytes.length === 0) return;
    // The sender may use its memory again as soon as the bytes are written.
    const own = bytes.slice();
    this.#inFlight += own.length;
    const pieces = this.#dice.between(1, Math.min(this.#plan.pieces, own.length));
    if (pieces > 1) this.#fault('cut');
    for (let i = 0, at = 0; i < pieces; i++) {
      const end = i === pieces - 1 ? own.length : this.#dice.between(at, own.length);
      if (end > at) this.#dispatch(own.subarray(at, end));
      at = end;
    }
  }

  /** Closes this direction behind what was written. */
  end(): void {
    if (this.ended) return;
    this.#ended = true;
    this.#dispatch('end');
  }

  /** Drops everything that is under way. */
  cutOff(): void {
    this.#dead = true;
    this.#arrived.length = 0;
    this.#inFlight = 0;
  }

  /** Hands over what came while nothing was read. */
  deliver(): void {
    const receiver = this.#receiver;
    while (this.#arrived.length > 0 && receiver?.reading === true) {
      const next = this.#arrived.shift();
      if (next === 'end') receiver.arriveEnd();
      else if (next !== undefined) this.#hand(next, receiver);
    }
  }

  #hand(bytes: Uint8Array, receiver: LinkEnd): void {
    const waited = this.waiting > 0;
    this.#inFlight = Math.max(0, this.#inFlight - bytes.length);
    receiver.arrive(bytes);
    if (waited && this.waiting === 0) this.#sender?.roomMade();
  }

  #dispatch(what: Uint8Array | 'end'): void {
    const { latencyMs, slowness, stallFrom, stallUntil, reorders } = this.#plan;
    let at = this.#agenda.now + latencyMs * this.#dice.unit();
    if (this.#dice.chance(slowness)) {
      at += 200 + 4000 * this.#dice.unit();
      this.#fault('delay');
    }
    if (reorders === 0 || !this.#dice.chance(reorders)) at = Math.max(at, this.#lastArrival);
    if (at >= stallFrom && at < stallUntil) {
      at = stallUntil;
      this.#fault(stallUntil === Infinity ? 'stall-for-good' : 'stall');
    }
    this.#lastArrival = Math.max(at, this.#lastArrival);
    if (at === Infinity) return;
    this.#agenda.at(at, () => {
      if (this.#dead) return;
      this.#arrived.push(what);
      this.deliver();
    });
  }
}
