/** Runs tasks one after the other: at once while nothing is waited for, in order behind what is. */
export class Sequence {
  #tail: Promise<void> | undefined;

  /** True while a task is waited for. */
  get waiting(): boolean {
    return this.#tail !== undefined;
  }

  /** Runs `task` now, or when those before it are done. It must not throw or reject. */
  run(task: () => void | Promise<void>): void {
    const running = this.#tail === undefined ? task() : this.#tail.then(task);
    if (running === undefined) return;
    const tail = running.then(() => {
      if (this.#tail === tail) this.#tail = undefined;
    });
    this.#tail = tail;
  }
}
