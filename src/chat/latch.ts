import type { Eventual } from '../rooms/index.ts';

/** Something that happens once, and that can be waited for. Costs a promise only if somebody waits. */
export class Latch {
  #isOpen = false;
  #waiting: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;

  /** It has happened. */
  open(): void {
    this.#isOpen = true;
    this.#waiting?.resolve();
  }

  /** Settled once it has happened: at once if it has. */
  opened(): Eventual<void> {
    if (this.#isOpen) return;
    if (!this.#waiting) {
      let resolve = (): void => {};
      const promise = new Promise<void>((done) => {
        resolve = done;
      });
      this.#waiting = { promise, resolve };
    }
    return this.#waiting.promise;
  }
}
