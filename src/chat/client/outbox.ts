/** Something that a client wants of the server, until the server has answered. */
export interface Errand<Request> {
  readonly id: string;
  readonly request: Request;
}

interface Queue<Request> {
  readonly errands: Errand<Request>[];
  /** The first one is on its way. */
  inFlight: boolean;
  /** How often the server put the first one off. */
  delays: number;
  /** The first one is not sent before this instant. */
  notBefore: number;
}

/**
 * What a client wants of the server, in a queue for each log. Of each queue one errand at a time is on its way, so that what was put
 * off, or lost with a connection, is sent again before what was said after it.
 */
export class Outbox<Request> {
  readonly #queues = new Map<string, Queue<Request>>();
  readonly #logs = new Map<string, string>();

  /** How many errands have no answer yet. */
  get size(): number {
    return this.#logs.size;
  }

  /** When {@link ready} gives more by itself, in milliseconds of the clock that it is given; undefined for never. */
  get dueAt(): number | undefined {
    const instants = [...this.#queues.values()].filter(({ inFlight, notBefore }) => !inFlight && notBefore > -Infinity);
    return instants.length === 0 ? undefined : Math.min(...instants.map(({ notBefore }) => notBefore));
  }

  /** @param first before what waits already */
  add(log: string, errand: Errand<Request>, first: boolean = false): void {
    const queue = this.#queues.get(log) ?? { errands: [], inFlight: false, delays: 0, notBefore: -Infinity };
    this.#queues.set(log, queue);
    if (first) queue.errands.unshift(errand);
    else queue.errands.push(errand);
    this.#logs.set(errand.id, log);
  }

  /** The errand of this id that has no answer yet. */
  find(id: string): Errand<Request> | undefined {
    const first = this.#queueOf(id)?.errands[0];
    return first?.id === id ? first : undefined;
  }

  /** Takes what can be sent now, in the order of the logs. */
  ready(now: number, maySend: (log: string, request: Request) => boolean): Errand<Request>[] {
    const ready: Errand<Request>[] = [];
    for (const [log, queue] of this.#queues) {
      const [first] = queue.errands;
      if (first === undefined || queue.inFlight || queue.notBefore > now || !maySend(log, first.request)) continue;
      queue.inFlight = true;
      queue.notBefore = -Infinity;
      ready.push(first);
    }
    return ready;
  }

  /** The errand of this id was answered; gives it once. */
  answered(id: string): Errand<Request> | undefined {
    const errand = this.find(id);
    const log = this.#logs.get(id);
    const queue = this.#queueOf(id);
    if (errand === undefined || log === undefined || queue === undefined) return undefined;
    queue.errands.shift();
    Object.assign(queue, { inFlight: false, delays: 0, notBefore: -Infinity });
    if (queue.errands.length === 0) this.#queues.delete(log);
    this.#logs.delete(id);
    return errand;
  }

  /** The errand of this id is to be sent again, but not before an instant. Gives how often that happened to it. */
  delay(id: string, until: number): number {
    const queue = this.#queueOf(id);
    if (queue === undefined) return 0;
    queue.inFlight = false;
    queue.notBefore = until;
    queue.delays++;
    return queue.delays;
  }

  /** The connection was lost: nobody knows what of that on its way arrived, so all of it is sent again. */
  lost(): void {
    for (const queue of this.#queues.values()) Object.assign(queue, { inFlight: false, notBefore: -Infinity });
  }

  /** Gives up all that waits for a log. */
  drop(log: string): Errand<Request>[] {
    const errands = this.#queues.get(log)?.errands ?? [];
    this.#queues.delete(log);
    for (const { id } of errands) this.#logs.delete(id);
    return errands;
  }

  /** Everything that has no answer yet for a log. */
  of(log: string): readonly Errand<Request>[] {
    return this.#queues.get(log)?.errands ?? [];
  }

  #queueOf(id: string): Queue<Request> | undefined {
    const log = this.#logs.get(id);
    return log === undefined ? undefined : this.#queues.get(log);
  }
}
