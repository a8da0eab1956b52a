import { Duplex } from 'node:stream';

/** How a pair in memory behaves. */
export interface MemoryPairOptions {
  /** How much each direction holds before its writer feels it, in bytes. Default 64 KiB, twice: one for each end. */
  readonly highWaterMark?: number;
  /** True lets the second end go on writing after the first has ended. Default false, as with TCP servers. */
  readonly allowHalfOpen?: boolean;
}

const HIGH_WATER_BYTES = 64 * 1024;

/**
 * Two byte streams without a socket: what is written to one is read from the other, each write as one piece, with
 * backpressure. Ending one ends the other's reading; destroying it with an error resets the other.
 */
export function memoryPair(options: MemoryPairOptions = {}): [first: Duplex, second: Duplex] {
  const { highWaterMark = HIGH_WATER_BYTES, allowHalfOpen = false } = options;
  const first = new MemoryDuplex(highWaterMark, false);
  const second = new MemoryDuplex(highWaterMark, allowHalfOpen);
  first.other = second;
  second.other = first;
  return [first, second];
}

class MemoryDuplex extends Duplex {
  other: MemoryDuplex | undefined;
  #taken: ((error?: Error) => void) | undefined;
  #finished = false;
  #readEnded = false;

  constructor(highWaterMark: number, allowHalfOpen: boolean) {
    super({ highWaterMark, allowHalfOpen });
  }

  /** What the other end wrote was taken: its next write may come. */
  override _read(): void {
    this.other?.release();
  }

  override _write(chunk: Uint8Array, _encoding: string, callback: (error?: Error) => void): void {
    const { other } = this;
    if (other === undefined || other.destroyed) {
      callback(systemError('EPIPE', 'the other end is gone'));
      return;
    }
    // A reader may change what it gets, a writer what it gave.
    if (other.push(Buffer.from(chunk))) callback();
    else this.#taken = callback;
  }

  override _final(callback: () => void): void {
    this.#finished = true;
    this.other?.endReading();
    callback();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    const { other } = this;
    callback(error);
    if (other === undefined || other.destroyed) return;
    other.release(systemError('EPIPE', 'the other end is gone'));
    if (error !== null) other.destroy(systemError('ECONNRESET', 'the other end was reset'));
    else if (!this.#finished) other.endReading();
  }

  release(error?: Error): void {
    const taken = this.#taken;
    this.#taken = undefined;
    if (taken !== undefined) process.nextTick(taken, error);
  }

  endReading(): void {
    if (this.#readEnded || this.destroyed) return;
    this.#readEnded = true;
    this.push(null);
  }
}

function systemError(code: string, message: string): Error {
  return Object.assign(new Error(`${code}: ${message}`), { code });
}
