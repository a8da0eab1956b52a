import { steadyNow } from './clock.ts';

/**
 * Sees the bytes of a connection as they pass, frames and nothing of the opening handshake: what was read from the
 * socket, still masked, and what is written to it. Pieces end where reads and writes do, not where frames do.
 *
 * @param bytes valid until it returns, and not to be changed
 * @param atMs when, by the steady clock of this process
 */
export type WireTap = (direction: 'in' | 'out', bytes: Uint8Array, atMs: number) => void;

/** Who listens in on one connection. */
export class WireTaps {
  #listeners: readonly WireTap[] = [];
  readonly #failed: (error: unknown) => void;

  /** @param failed learns what a listener throws, which is the last that this one hears */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  /** Lets `listener` see what passes from here on; gives what ends it. */
  add(listener: WireTap): () => void {
    if (typeof listener !== 'function') throw new TypeError('listener must be a function');
    const own: WireTap = (direction, bytes, atMs) => listener(direction, bytes, atMs);
    this.#listeners = [...this.#listeners, own];
    return () => this.#remove(own);
  }

  show(direction: 'in' | 'out', bytes: Uint8Array): void {
    if (this.#listeners.length === 0) return;
    const atMs = steadyNow();
    for (const listener of this.#listeners) {
      try {
        listener(direction, bytes, atMs);
      } catch (error) {
        this.#remove(listener);
        // Not at once: this may be the middle of a write, and to close is to write.
        queueMicrotask(() => this.#failed(error));
      }
    }
  }

  #remove(listener: WireTap): void {
    this.#listeners = this.#listeners.filter((one) => one !== listener);
  }
}
