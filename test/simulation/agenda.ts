interface Entry {
  readonly at: number;
  readonly run: () => void;
}

/** What is to happen, by simulated time; at the same time, in the order in which it was planned. */
export class Agenda {
  readonly #entries: Entry[] = [];
  now = 0;

  /** Plans `run` for a time that is not in the past. */
  at(time: number, run: () => void): void {
    const at = Math.max(time, this.now);
    let place = this.#entries.length;
    while (place > 0 && this.#entries[place - 1]!.at > at) place--;
    this.#entries.splice(place, 0, { at, run });
  }

  /** When the next entry is due; `Infinity` when there is none. */
  get next(): number {
    return this.#entries[0]?.at ?? Infinity;
  }

  /** Goes to the time of the next entry and runs it. */
  step(): void {
    const entry = this.#entries.shift();
    if (entry === undefined) return;
    this.now = entry.at;
    entry.run();
  }
}
