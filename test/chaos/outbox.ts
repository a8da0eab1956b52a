/** What a client sends at once when it is back, of what a bucket of ten holds; the rest follows at the pace at which that fills. */
const AT_ONCE = 5;
const PACE_MS = 1100;

/** What a client has said and nobody has acknowledged, and when it is sent. */
export class Outbox {
  /** What was said, by its id. */
  readonly pending: Map<string, string> = new Map();
  readonly #send: (id: string, message: string) => void;
  #unsent: string[] = [];
  #turn: NodeJS.Timeout | undefined;

  constructor(send: (id: string, message: string) => void) {
    this.#send = send;
  }

  /** Takes something that is new; `now` if it can be sent. */
  add(id: string, message: string, now: boolean): void {
    this.pending.set(id, message);
    this.#unsent.push(id);
    if (now && this.#turn === undefined) this.#sendNext(AT_ONCE);
  }

  /** Sends everything again that is pending: the client is back. */
  sendAll(): void {
    this.#unsent = [...this.pending.keys()];
    clearTimeout(this.#turn);
    this.#sendNext(AT_ONCE);
  }

  /** Sends one again after a while, and nothing before. */
  postpone(id: string, delayMs: number): void {
    this.#unsent.push(id);
    clearTimeout(this.#turn);
    this.#turn = setTimeout(() => this.#sendNext(1), delayMs);
  }

  /** Sends nothing until {@link sendAll}: there is no connection. */
  rest(): void {
    clearTimeout(this.#turn);
    this.#turn = undefined;
    this.#unsent = [];
  }

  #sendNext(count: number): void {
    this.#turn = undefined;
    for (const id of this.#unsent.splice(0, count)) {
      const message = this.pending.get(id);
      if (message !== undefined) this.#send(id, message);
    }
    if (this.#unsent.length > 0) this.#turn = setTimeout(() => this.#sendNext(1), PACE_MS);
  }
}
