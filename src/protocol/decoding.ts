import type { MemoryBudget } from './budget.ts';

/** Where the message stands that an extension decodes elsewhere: nowhere, in work, or decoded and not taken yet. */
export type DecodingState = 'none' | 'working' | 'done';

type Outcome = { readonly payload: Uint8Array } | { readonly error: unknown };

/**
 * The one message of a connection that an extension decodes elsewhere; nothing is received meanwhile. It counts towards the
 * budget of unfinished messages until the work is over, even when nobody waits for it any more.
 */
export class Decoding {
  readonly #budget: MemoryBudget | undefined;
  readonly #done: () => void;
  #current: Promise<Uint8Array> | undefined;
  #opcode = 0;
  #outcome: Outcome | undefined;

  /** @param done is called when the message can be taken */
  constructor(budget: MemoryBudget | undefined, done: () => void) {
    this.#budget = budget;
    this.#done = done;
  }

  get state(): DecodingState {
    if (this.#current === undefined) return 'none';
    return this.#outcome === undefined ? 'working' : 'done';
  }

  /** The opcode of the message: TEXT or BINARY. */
  get opcode(): number {
    return this.#opcode;
  }

  /** @param bytes how long the encoded message is */
  begin(opcode: number, bytes: number, work: Promise<Uint8Array>): void {
    this.#current = work;
    this.#opcode = opcode;
    // What the assembler held was given back just now, so that these fit.
    this.#budget?.take(bytes);
    const settle = (outcome: Outcome): void => {
      this.#budget?.give(bytes);
      if (this.#current !== work) return;
      this.#outcome = outcome;
      this.#done();
    };
    work.then(
      (payload) => settle({ payload }),
      (error: unknown) => settle({ error }),
    );
  }

  /**
   * The decoded message, once the {@link state} is `'done'`.
   *
   * @throws what the extension found wrong with it
   */
  take(): Uint8Array {
    const outcome = this.#outcome!;
    this.forget();
    if ('error' in outcome) throw outcome.error;
    return outcome.payload;
  }

  /** Nobody wants the message any more. */
  forget(): void {
    this.#current = undefined;
    this.#outcome = undefined;
  }
}
