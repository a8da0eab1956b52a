type Callback = (event: Event) => unknown;

/**
 * The `onopen` and its like of an `EventTarget`: at most one for each type, called in the order in which types got
 * their first one (HTML §8.1.8.1).
 */
export class HandlerAttributes {
  readonly #target: EventTarget;
  readonly #callbacks = new Map<string, Callback | null>();

  constructor(target: EventTarget) {
    this.#target = target;
  }

  get(type: string): Callback | null {
    return this.#callbacks.get(type) ?? null;
  }

  /** Anything but a function removes the handler. */
  set(type: string, callback: unknown): void {
    const known = this.#callbacks.has(type);
    this.#callbacks.set(type, typeof callback === 'function' ? (callback as Callback) : null);
    if (known) return;
    this.#target.addEventListener(type, (event) => this.#callbacks.get(type)?.call(this.#target, event));
  }
}
