import { quote, UsageError } from './usage-error.ts';

/** What a script waits for: messages that come one after the other, with others between them. */
export class Expectation {
  readonly #wanted: readonly ((message: string) => boolean)[];
  readonly #texts: readonly string[];
  #met = 0;

  /**
   * @param texts each a message, or `/pattern/flags` that a message matches
   *
   * Throws a `UsageError` for a pattern that is none.
   */
  constructor(texts: readonly string[]) {
    this.#texts = texts;
    this.#wanted = texts.map(matcherOf);
  }

  /** Everything came. Never true when nothing is expected. */
  get met(): boolean {
    return this.#wanted.length > 0 && this.#met === this.#wanted.length;
  }

  /** Something is expected that has not come. */
  get pending(): boolean {
    return this.#met < this.#wanted.length;
  }

  /** The first one that has not come, in quotes. */
  get missing(): string {
    return quote(this.#texts[this.#met] ?? '');
  }

  /** A message came: text, or the hexadecimal digits of bytes. */
  note(message: string): void {
    if (this.#wanted[this.#met]?.(message) === true) this.#met++;
  }
}

function matcherOf(text: string): (message: string) => boolean {
  const [, source, flags] = /^\/(.+)\/([a-z]*)$/s.exec(text) ?? [];
  if (source === undefined) return (message) => message === text;
  try {
    const pattern = new RegExp(source, flags);
    return (message) => {
      pattern.lastIndex = 0;
      return pattern.test(message);
    };
  } catch {
    throw new UsageError(
      `--expect ${quote(text)} is no pattern; write /pattern/ or /pattern/i, or a text without slashes`,
    );
  }
}
