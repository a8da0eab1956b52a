import type { Message } from './message.ts';

/** Where the messages of an iterator come from, one by one; `undefined` when there will be no more. */
export interface MessageSource {
  receive(): Promise<Message | undefined>;
}

const DONE: IteratorReturnResult<void> = Object.freeze({ done: true, value: undefined });

/** Message after message until there are no more. An asynchronous generator would do the same at twice the price. */
export class MessageIterator implements AsyncIterableIterator<Message, void, void> {
  readonly #source: MessageSource;
  // Made once: an async function would make two of them, and a generator, for each message.
  readonly #took = (value: Message | undefined): IteratorResult<Message, void> => {
    if (value !== undefined) return { done: false, value };
    this.#end();
    return DONE;
  };
  readonly #failed = (error: unknown): never => {
    this.#end();
    throw error;
  };
  #ended: (() => void) | undefined;

  /** @param ended is called once: when the messages have ended, or the loop was left */
  constructor(source: MessageSource, ended: () => void) {
    this.#source = source;
    this.#ended = ended;
  }

  next(): Promise<IteratorResult<Message, void>> {
    if (this.#ended === undefined) return Promise.resolve(DONE);
    return this.#source.receive().then(this.#took, this.#failed);
  }

  async return(): Promise<IteratorResult<Message, void>> {
    this.#end();
    return DONE;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #end(): void {
    const ended = this.#ended;
    this.#ended = undefined;
    ended?.();
  }
}
