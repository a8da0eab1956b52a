import type { CountName, FaultName, Measurement } from '../model.ts';
import { Histogram } from '../stats/histogram.ts';
import { nowNs } from './clock.ts';
import type { LoadConnection } from './connection.ts';
import { measurementOf } from './measurement.ts';
import { RunRecorder } from './run-recorder.ts';

/** How many bytes went over the wire. */
export interface WireBytes {
  readonly sent: number;
  readonly received: number;
}

type Totals = Partial<Record<CountName, number>>;

/** What a generator of echoed messages measures in one phase; written to by all its lanes. */
export class Meter {
  sent = 0;
  received = 0;
  sentBytes = 0;
  receivedBytes = 0;
  readonly latency: RunRecorder = new RunRecorder();
  readonly service: RunRecorder = new RunRecorder();
  readonly lag: RunRecorder = new RunRecorder();
  /** Messages that were to be sent from here on are no part of the phase. */
  until: number = Infinity;
  readonly #wire: () => WireBytes;
  #wireBefore: WireBytes;
  #resetAt = nowNs();
  #frozen: Totals | undefined = undefined;
  #errors = new Map<string, number>();
  #faults: Record<FaultName, number> = { lost: 0, duplicated: 0, reordered: 0, truncated: 0, corrupted: 0 };
  #opened = 0;
  #tcp = new Histogram();
  #upgrade = new Histogram();

  /** @param wire how many bytes the connections have written and read since they were opened */
  constructor(wire: () => WireBytes) {
    this.#wire = wire;
    this.#wireBefore = wire();
  }

  /** Counts what went wrong, by kind. It is not forgotten by {@link reset}: what breaks in the warm-up is broken. */
  error(kind: string, count: number = 1): void {
    if (count > 0) this.#errors.set(kind, (this.#errors.get(kind) ?? 0) + count);
  }

  /** So many messages that were not answered in time were not late but lost, and are no timeouts any more. */
  neverCame(count: number): void {
    const late = (this.#errors.get('timeout') ?? 0) - count;
    if (late > 0) this.#errors.set('timeout', late);
    else this.#errors.delete('timeout');
  }

  /** Takes over the faults that a lane has seen since it was asked last. Not forgotten by {@link reset} either. */
  faults(seen: Record<FaultName, number>): void {
    for (const name of Object.keys(seen) as FaultName[]) {
      this.#faults[name] += seen[name];
      seen[name] = 0;
    }
  }

  /** Counts a connection that was opened; it belongs to the next phase that ends. */
  opened(connection: LoadConnection): void {
    this.#opened++;
    this.#tcp.record(connection.tcpNs);
    this.#upgrade.record(connection.upgradeNs);
  }

  /** An answer came. @param to when it came, @param intended when its message was to be sent, in nanoseconds */
  answered(intended: number, to: number, bytes: number): void {
    this.received++;
    this.receivedBytes += bytes;
    if (intended < this.until) this.latency.add(to - intended);
  }

  /** Answers a second between {@link reset} and {@link cut}. */
  get rate(): number {
    const received = this.#frozen?.received ?? this.received;
    return (received * 1e9) / ((this.until === Infinity ? nowNs() : this.until) - this.#resetAt);
  }

  reset(): void {
    this.sent = this.received = this.sentBytes = this.receivedBytes = 0;
    this.until = Infinity;
    this.#frozen = undefined;
    this.#wireBefore = this.#wire();
    this.#resetAt = nowNs();
    for (const recorder of [this.latency, this.service, this.lag]) recorder.reset();
  }

  cut(): void {
    this.#frozen = this.#totals();
    this.until = nowNs();
  }

  #totals(): Totals {
    const { sent, received, sentBytes, receivedBytes } = this;
    const wire = this.#wire();
    const wireBytesSent = wire.sent - this.#wireBefore.sent;
    const wireBytesReceived = wire.received - this.#wireBefore.received;
    return { sent, received, sentBytes, receivedBytes, wireBytesSent, wireBytesReceived };
  }

  /** What the phase came to; the next one begins empty. */
  take(): Measurement {
    for (const recorder of [this.latency, this.service, this.lag]) recorder.flush();
    const measurement = measurementOf({
      counts: { ...(this.#frozen ?? this.#totals()), opened: this.#opened },
      faults: this.#faults,
      errors: this.#errors,
      timings: {
        latency: this.latency.histogram,
        service: this.service.histogram,
        lag: this.lag.histogram,
        tcp: this.#tcp,
        upgrade: this.#upgrade,
      },
    });
    this.#errors = new Map();
    this.#faults = { lost: 0, duplicated: 0, reordered: 0, truncated: 0, corrupted: 0 };
    this.#opened = 0;
    this.#tcp.reset();
    this.#upgrade.reset();
    this.reset();
    return measurement;
  }
}
