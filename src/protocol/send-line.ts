/** What waits behind a message in work. */
interface Waiting {
  readonly bytes: number;
  readonly write: () => void;
}

/**
 * Keeps messages in order while an extension encodes one of them elsewhere: whatever may not overtake it waits here.
 */
export class SendLine {
  readonly #moved: () => void;
  #work: Promise<void> | undefined;
  #workBytes = 0;
  #waiting: Waiting[] = [];
  #bytes = 0;

  /** @param moved is called when something has gone on to the outbox */
  constructor(moved: () => void) {
    this.#moved = moved;
  }

  /** Bytes of the messages in work and behind it, as they were given. */
  get bytes(): number {
    return this.#bytes;
  }

  /** While true, what has its place behind the message in work is to be {@link push}ed. */
  get busy(): boolean {
    return this.#work !== undefined;
  }

  /**
   * A message is in work.
   *
   * @param bytes of the message as it was given
   * @param work fulfilled once the message can be put into the outbox
   * @param write puts it there
   */
  begin<T>(bytes: number, work: Promise<T>, write: (encoded: T) => void): void {
    this.#bytes += bytes;
    this.#workBytes = bytes;
    const current = work.then((encoded) => {
      if (this.#work !== current) return;
      write(encoded);
      this.#next();
    });
    this.#work = current;
  }

  /** Calls `write` when it is the turn of these bytes. */
  push(bytes: number, write: () => void): void {
    this.#bytes += bytes;
    this.#waiting.push({ bytes, write });
  }

  /** Nothing of it will be sent. */
  clear(): void {
    this.#work = undefined;
    this.#waiting = [];
    this.#bytes = 0;
  }

  #next(): void {
    this.#work = undefined;
    this.#bytes -= this.#workBytes;
    while (this.#work === undefined) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      this.#bytes -= next.bytes;
      next.write();
    }
    this.#moved();
  }
}
