import type { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { join, NOTHING, pieces } from './bytes.ts';
import type { Incoming } from './incoming.ts';
import type { WireRecorder } from './wire-log.ts';

/** Beyond so many bytes that nobody has looked at, nothing more is read. */
const MOST_WAITING = 24 * 1024 * 1024;
/** What one thing costs beside its payload. */
const OVERHEAD = 128;

/** The end of TCP, as a thing that comes. */
type EndOfStream = Extract<Incoming, { readonly kind: 'end' }>;

/** A byte stream to the testee: what comes is read at once, and waits in bounded memory until it is asked for. */
export class Link {
  readonly #socket: Duplex;
  readonly #wire: WireRecorder;
  readonly #waiting: Incoming[] = [];
  #waitingBytes = 0;
  #wake: (() => void) | undefined = undefined;
  #read: ((chunk: Uint8Array) => void) | undefined = undefined;
  #unread: Uint8Array = NOTHING;
  #end: EndOfStream | undefined = undefined;

  /** @param received what was read of the stream before */
  constructor(socket: Duplex, wire: WireRecorder, received: Uint8Array = NOTHING) {
    this.#socket = socket;
    this.#wire = wire;
    this.#unread = received;
    socket.on('data', this.#take);
    socket.on('end', () => this.#finish('fin', 'TCP was ended'));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const isReset = error.code === 'ECONNRESET' || error.code === 'EPIPE';
      this.#finish(isReset ? 'reset' : 'error', isReset ? 'TCP was reset' : error.message);
    });
    socket.on('close', () => this.#finish('reset', 'TCP is gone'));
  }

  /** How TCP ended; undefined while it has not. */
  get end(): EndOfStream | undefined {
    return this.#end;
  }

  /** Who reads the bytes from now on, and at once those that are there. Undefined: they wait. */
  set reader(read: ((chunk: Uint8Array) => void) | undefined) {
    this.#read = read;
    const unread = this.#unread;
    this.#unread = NOTHING;
    if (read === undefined || unread.length === 0) this.#unread = unread;
    else read(unread);
  }

  /** Puts back bytes that were read. */
  unread(bytes: Uint8Array): void {
    this.#unread = join(bytes, this.#unread);
  }

  /** Adds something to what waits. */
  readonly deliver = (incoming: Incoming): void => {
    this.#waiting.push(incoming);
    this.#waitingBytes += costOf(incoming);
    if (this.#waitingBytes > MOST_WAITING) this.#socket.pause();
    this.#wake?.();
  };

  /** The next thing that came; undefined when nothing has by then, on the clock of `performance.now()`. */
  async next(deadline: number): Promise<Incoming | undefined> {
    while (this.#waiting.length === 0) {
      const ms = deadline - performance.now();
      if (ms <= 0) return undefined;
      await this.#woken(ms);
    }
    const incoming = this.#waiting.shift();
    if (incoming === undefined) return undefined;
    this.#waitingBytes -= costOf(incoming);
    // It stays the last thing, however often one asks.
    if (incoming.kind === 'end' || incoming.kind === 'violation') this.#waiting.unshift(incoming);
    else if (this.#waitingBytes < MOST_WAITING) this.#socket.resume();
    return incoming;
  }

  /** Wakes who waits with {@link nudged}. */
  nudge(): void {
    this.#wake?.();
  }

  /** Resolves when something may have changed, and at that time in any case. */
  async nudged(deadline: number): Promise<void> {
    if (this.#end === undefined) await this.#woken(Math.max(0, deadline - performance.now()));
  }

  /** Does nothing for so long, unless TCP ends. */
  async rest(ms: number): Promise<void> {
    const deadline = performance.now() + ms;
    while (this.#end === undefined && performance.now() < deadline) await this.#woken(deadline - performance.now());
  }

  /** Passes over whatever comes; resolves with whether TCP has ended by then. */
  async ended(deadline: number): Promise<boolean> {
    this.reader = () => undefined;
    while (this.#end === undefined && performance.now() < deadline) await this.#woken(deadline - performance.now());
    return this.#end !== undefined;
  }

  /** Puts back what was taken with {@link next}. */
  putBack(incoming: Incoming): void {
    if (this.#waiting[0] === incoming) return;
    this.#waiting.unshift(incoming);
    this.#waitingBytes += costOf(incoming);
  }

  /** Writes; resolves with true when the next bytes can be written, with false when TCP has ended or the time is over. */
  async write(bytes: Uint8Array, deadline: number): Promise<boolean> {
    if (this.#end !== undefined || this.#socket.destroyed || this.#socket.writableEnded) return false;
    if (this.#socket.write(bytes)) return true;
    let drained = false;
    const drain = (): void => {
      drained = true;
      this.#wake?.();
    };
    this.#socket.once('drain', drain);
    while (!drained && this.#end === undefined && performance.now() < deadline)
      await this.#woken(deadline - performance.now());
    this.#socket.off('drain', drain);
    return drained;
  }

  /** Writes so many bytes at a time, each time in a turn of the loop of its own. */
  async writeChopped(bytes: Uint8Array, octets: number, deadline: number): Promise<boolean> {
    for (const piece of pieces(bytes, octets)) {
      if (!(await this.write(piece, deadline))) return false;
      await turn();
    }
    return true;
  }

  /** Ends TCP from this side by a FIN. */
  finish(): void {
    if (!this.#socket.destroyed) this.#socket.end();
  }

  /** Ends it at once, and waits until it is gone. */
  async cut(): Promise<void> {
    if (this.#socket.closed) return;
    if (this.#end === undefined) {
      this.#end = { kind: 'end', how: 'fin', message: 'the suite ended TCP' };
      this.#wire.add('suite', 'end', NOTHING, 0, this.#end.message);
      this.deliver(this.#end);
    }
    await new Promise<void>((resolve) => {
      this.#socket.once('close', resolve);
      this.#socket.destroy();
    });
  }

  readonly #take = (chunk: Uint8Array): void => {
    if (this.#read !== undefined) this.#read(chunk);
    else {
      this.#unread = join(this.#unread, chunk);
      if (this.#unread.length > MOST_WAITING) this.#socket.pause();
    }
  };

  #finish(how: EndOfStream['how'], message: string): void {
    if (this.#end !== undefined) return;
    this.#end = { kind: 'end', how, message };
    this.#wire.add('testee', 'end', NOTHING, 0, message);
    this.deliver(this.#end);
  }

  #woken(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, ms);
      function done(): void {
        clearTimeout(timer);
        resolve();
      }
      this.#wake = done;
    });
  }
}

function costOf(incoming: Incoming): number {
  return OVERHEAD + ('payload' in incoming ? incoming.payload.length : 0);
}
