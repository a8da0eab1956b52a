import type { CloseInfo } from '../protocol/index.ts';
import { type Deferred, deferred } from './deferred.ts';

/** The end of one connection, as a promise and as a signal: each made when first asked for. */
export class Ending {
  #info: CloseInfo | undefined;
  #closed: Deferred<CloseInfo> | undefined;
  #abort: AbortController | undefined;
  #gone = false;

  /** The peer is gone, although what it sent last may still be taken. */
  gone(): void {
    this.#gone = true;
    this.#abort?.abort();
  }

  /** The connection has ended. */
  settle(info: CloseInfo): void {
    this.#info = info;
    this.#closed?.resolve(info);
    this.gone();
  }

  get closed(): Promise<CloseInfo> {
    if (this.#closed === undefined) {
      this.#closed = deferred();
      if (this.#info !== undefined) this.#closed.resolve(this.#info);
    }
    return this.#closed.promise;
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#gone) this.#abort.abort();
    }
    return this.#abort.signal;
  }
}
