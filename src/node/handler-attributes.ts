type Callback = (event: Event) => unknown;

interface Attribute {
  callback: Callback;
  readonly listener: Callback;
}

/**
 * The `onopen` and its like of an `EventTarget`: at most one for each type (HTML §8.1.8.1). It takes its place among the
 * listeners when it is set, keeps it when it is replaced, and loses it when it is set to null.
 */
export class HandlerAttributes {
  readonly #target: EventTarget;
  readonly #attributes = new Map<string, Attribute>();

  constructor(target: EventTarget) {
    this.#target = target;
  }

  get(type: string): Callback | null {
    return this.#attributes.get(type)?.callback ?? null;
  }

  /** Anything but a function removes the handler. */
  set(type: string, callback: unknown): void {
    const known = this.#attributes.get(type);
    if (typeof callback !== 'function') {
      if (known !== undefined) this.#target.removeEventListener(type, known.listener);
      this.#attributes.delete(type);
    } else if (known !== undefined) {
      known.callback = callback as Callback;
    } else {
      const attribute: Attribute = {
        callback: callback as Callback,
        listener: (event) => attribute.callback.call(this.#target, event),
      };
      this.#attributes.set(type, attribute);
      this.#target.addEventListener(type, attribute.listener);
    }
  }
}
