/** Who of all workers has spoken in a round, and the waiting for those who have not. */
export class RollCall {
  readonly #workers: number;
  readonly #heard = new Map<number, number>();
  #complete: () => void = () => {};
  #round = 0;

  constructor(workers: number) {
    this.#workers = workers;
  }

  /** A worker has spoken in this round, counted from 1, maybe ahead of this one. */
  hear(worker: number, round: number): void {
    this.#heard.set(worker, round);
    if (this.#isComplete()) this.#complete();
  }

  /** Resolves when all have spoken in this round or a later one, or after so many milliseconds. */
  async all(round: number, timeoutMs: number): Promise<void> {
    this.#round = round;
    if (this.#isComplete()) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#complete = resolve;
      timer = setTimeout(resolve, timeoutMs);
    });
    clearTimeout(timer);
  }

  #isComplete(): boolean {
    return [...this.#heard.values()].filter((round) => round >= this.#round).length === this.#workers;
  }
}
