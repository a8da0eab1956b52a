import { Dice } from '../support/dice.ts';

/**
 * Decides by chance when a connection is cut, and counts where that happened. With the same seed the chances are the same; what they
 * meet is a matter of real time.
 */
export class Cuts {
  readonly #dice: Dice;
  readonly #rates: ReadonlyMap<string, number>;
  readonly #counts: Map<string, number>;
  #active = true;

  /** `rates` are the chances of a cut at each step. */
  constructor(seed: number, rates: ReadonlyMap<string, number>, counts: Map<string, number>) {
    this.#dice = new Dice(seed);
    this.#rates = rates;
    this.#counts = counts;
  }

  /** No cuts from now on. */
  rest(): void {
    this.#active = false;
  }

  happens(step: string): boolean {
    const rate = this.#active ? this.#rates.get(step) : undefined;
    if (rate === undefined || !this.#dice.chance(rate)) return false;
    this.note(`cut ${step}`);
    return true;
  }

  /** Counts something that happened by itself. */
  note(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  unit(): number {
    return this.#dice.unit();
  }
}

/** Chances for clients at every step between sending and delivery; a delivery comes to each of a hundred, so seldom. */
export const CUT_RATES: ReadonlyMap<string, number> = new Map([
  ['before send', 0.02],
  ['after send', 0.05],
  ['before ack', 0.05],
  ['after ack', 0.02],
  ['before message', 0.0005],
  ['after message', 0.0005],
  ['before welcome', 0.02],
  ['before joined', 0.02],
  ['after joined', 0.02],
]);
