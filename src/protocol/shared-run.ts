// Beyond this a run ends and another begins, so that what is kept alive of the latest one stays small.
const MOST_BYTES = 16 * 1024;

/**
 * Frames that were prepared for many connections, in the order in which one connection has them to send.
 *
 * Connections that were given the same frames one after the other share one run, and so the bytes of all of them in one
 * piece: what a room says in a turn of the loop is put together once, whatever the number of its members.
 */
export class SharedRun {
  // Who sends to many gives them the same frame one after the other.
  static #latest: SharedRun | undefined;
  /** Bytes of all its frames. */
  readonly length: number;
  readonly #frame: Uint8Array;
  readonly #before: SharedRun | undefined;
  #joined: Uint8Array | undefined;
  #next: SharedRun | undefined;

  constructor(frame: Uint8Array, before?: SharedRun) {
    this.length = (before?.length ?? 0) + frame.length;
    this.#frame = frame;
    this.#before = before;
  }

  /** The run that begins with `frame`. */
  static of(frame: Uint8Array): SharedRun {
    const latest = SharedRun.#latest;
    if (latest !== undefined && latest.#frame === frame) return latest;
    SharedRun.#latest = new SharedRun(frame);
    return SharedRun.#latest;
  }

  /** The run with `frame` behind it, the same for everybody who asks with this frame; `undefined` when it would be too long. */
  followedBy(frame: Uint8Array): SharedRun | undefined {
    const next = this.#next;
    if (next !== undefined && next.#frame === frame) return next;
    if (this.length + frame.length > MOST_BYTES) return undefined;
    this.#next = new SharedRun(frame, this);
    return this.#next;
  }

  /** All frames in one piece. Shared: not to be changed. */
  get bytes(): Uint8Array {
    if (this.#before === undefined) return this.#frame;
    if (this.#joined === undefined) {
      const joined = new Uint8Array(this.length);
      let end = this.length;
      for (let run: SharedRun | undefined = this; run !== undefined; run = run.#before) {
        end -= run.#frame.length;
        joined.set(run.#frame, end);
      }
      this.#joined = joined;
    }
    return this.#joined;
  }
}
