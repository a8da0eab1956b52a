import { Opcode } from '../../codec/index.ts';
import { nowNs } from '../load/clock.ts';
import type { ConnectionEnd } from '../load/load-events.ts';
import type { PublicationFormat } from './publication.ts';
import type { Recorder } from './recorder.ts';
import { WatchedEvents } from './watched.ts';

/** More messages than this do not wait for their turn. */
const MOST_WAITING = 1_000;

/**
 * A client of an echo that sends one message at a time: the next one when it is due and the one before is back. Latency counts
 * from when a message was due, so that a server that stands still does not look fast for want of messages.
 */
export class Victim extends WatchedEvents {
  readonly #index: number;
  readonly #format: PublicationFormat;
  readonly #recorder: Recorder;
  readonly #waiting: number[] = [];
  #sentNs = 0;
  #seq = 0;
  #isWaiting = false;
  #settled: () => void = () => {};

  constructor(index: number, format: PublicationFormat, recorder: Recorder) {
    super();
    this.#index = index;
    this.#format = format;
    this.#recorder = recorder;
  }

  /** A message is due. */
  due(intendedNs: number): void {
    if (!this.isOpen) {
      this.#recorder.error('no connection');
      return;
    }
    if (this.#waiting.length >= MOST_WAITING) this.#recorder.error('overload');
    else this.#waiting.push(intendedNs);
    this.#sendNext();
  }

  /** Sends nothing further, and waits for the message under way; what does not come is lost, at its age. */
  async settle(timeoutMs: number): Promise<void> {
    const now = nowNs();
    for (const intended of this.#waiting.splice(0)) this.#recorder.time('latency', now - intended);
    if (!this.#isWaiting) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#settled = resolve;
      timer = setTimeout(resolve, timeoutMs);
    });
    clearTimeout(timer);
    if (!this.#isWaiting || !this.isOpen) return;
    this.#isWaiting = false;
    this.#recorder.fault('lost');
    this.#recorder.time('latency', nowNs() - this.#sentNs);
  }

  message(_opcode: number, bytes: Uint8Array, start: number, end: number): void {
    const read = this.#format.decode(bytes, start, end);
    const isNext = this.#isWaiting && read?.seq === this.#seq - 1 && read.sender === this.#index;
    if (read?.fault !== undefined) this.#recorder.fault(read.fault);
    else if (!isNext) {
      const isOld = read !== undefined && read.sender === this.#index && read.seq < this.#seq;
      this.#recorder.fault(isOld ? 'duplicated' : 'corrupted');
      return;
    }
    if (!this.#isWaiting) return;
    this.#isWaiting = false;
    this.#recorder.count('received');
    this.#recorder.count('receivedBytes', end - start);
    this.#recorder.time('latency', this.connection.now - this.#sentNs);
    this.#settled();
    this.#sendNext();
  }

  protected override ended({ kind, asked }: ConnectionEnd): void {
    if (!asked) this.#recorder.error(kind);
    this.#waiting.length = 0;
    this.#isWaiting = false;
    this.#settled();
  }

  #sendNext(): void {
    if (this.#isWaiting || !this.isOpen) return;
    const intended = this.#waiting.shift();
    if (intended === undefined) return;
    this.#isWaiting = true;
    this.#sentNs = intended;
    this.#recorder.count('sent');
    this.#recorder.count('sentBytes', this.#format.bytes);
    const payload = this.#format.encode({ sender: this.#index, seq: this.#seq++, sentNs: intended });
    this.connection.sendFrame(Opcode.TEXT, payload);
  }
}
