/** Up to where a client has read a log. */
export interface ReadPlace {
  readonly epoch: string;
  readonly seq: number;
  /** When the entry there was made; with it a server notices that a log was written anew. */
  readonly timestamp?: string | undefined;
}

/** Up to where a client has read each of its logs: rooms by their names, and its mailbox. Each entry is new once. */
export class Places {
  readonly #places = new Map<string, ReadPlace>();

  /** The logs that it reads. */
  get logs(): string[] {
    return [...this.#places.keys()];
  }

  of(log: string): ReadPlace | undefined {
    return this.#places.get(log);
  }

  /** Goes on from here, wherever it was. */
  set(log: string, { epoch, seq, timestamp }: ReadPlace): void {
    this.#places.set(log, { epoch, seq, ...(timestamp === undefined ? {} : { timestamp }) });
  }

  forget(log: string): void {
    this.#places.delete(log);
  }

  /** Whether an entry was not read before. */
  isNew(log: string, { epoch, seq }: ReadPlace): boolean {
    const place = this.#places.get(log);
    return place === undefined || place.epoch !== epoch || place.seq < seq;
  }

  /** Reads an entry; false if that was done before. */
  pass(log: string, entry: ReadPlace): boolean {
    if (!this.isNew(log, entry)) return false;
    this.set(log, entry);
    return true;
  }
}
