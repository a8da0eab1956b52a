import type { Adapter } from '../adapters/adapter.ts';
import type { Verify } from '../config.ts';
import { PublicationsInFlight } from './in-flight.ts';
import { DeliveryLedger } from './ledger.ts';
import type { PublicationFormat, ReadPublication } from './publication.ts';
import type { Recorder } from './recorder.ts';

/** What {@link Deliveries} is made of. */
export interface DeliverySetup {
  readonly format: PublicationFormat;
  readonly reaches: Adapter['reaches'];
  readonly verify: Verify;
  /** Connections 0 to `senders - 1` publish. */
  readonly senders: number;
  /** The numbers over all workers of this worker's receivers. */
  readonly receivers: readonly number[];
  readonly worker: number;
  readonly workers: number;
  /** Workers that have receivers. */
  readonly receivingWorkers: number;
  readonly recorder: Recorder;
  /** All receivers of this worker have a publication. */
  readonly complete: (sender: number, seq: number) => void;
}

/**
 * Books what this worker's receivers get of what all workers publish: what is wrong with it and how long it took.
 *
 * `latency` is timed for each receiver. `first`, `median` and `last` receiver are timed with one worker only: several workers
 * would each know of their own receivers alone.
 */
export class Deliveries {
  /** How much each sender has published, as far as this worker knows. */
  readonly published: Float64Array;
  readonly #setup: DeliverySetup;
  readonly #ledger: DeliveryLedger;
  readonly #inFlight = new PublicationsInFlight();
  /** By the number of the receiver in this worker. */
  readonly #live: boolean[];
  readonly #local: ReadonlyMap<number, number>;
  #liveCount: number;
  #outstanding = -1;
  #arrived: () => void = () => {};

  constructor(setup: DeliverySetup) {
    this.#setup = setup;
    this.published = new Float64Array(setup.senders);
    this.#ledger = new DeliveryLedger(setup.receivers.length, setup.senders);
    this.#live = setup.receivers.map(() => true);
    this.#liveCount = setup.receivers.length;
    this.#local = new Map(setup.receivers.map((index, local) => [index, local]));
  }

  /** The next number of a sender of this worker; the publication is under way from here on. */
  publish(sender: number, sentNs: number): number {
    const seq = this.published[sender]!;
    this.published[sender] = seq + 1;
    const { receivingWorkers, complete } = this.#setup;
    const entry = this.#inFlight.add(sender, seq, sentNs, this.#expectedOf(sender), receivingWorkers);
    if (entry.expected === 0) complete(sender, seq);
    return seq;
  }

  /** Another worker's receivers all have it, or this one's. Gives true when nobody is left to wait for. */
  completedBy(sender: number, seq: number): boolean {
    const entry = this.#inFlight.get(sender, seq);
    if (entry === undefined) return false;
    const isAwaited = entry.workersLeft > 0;
    if (isAwaited && --entry.workersLeft > 0) return false;
    if (entry.arrived >= entry.expected) this.#inFlight.delete(entry);
    return isAwaited;
  }

  /**
   * A receiver has got a message.
   *
   * @param local the receiver's number in this worker
   * @returns false when it is no delivery
   */
  take(local: number, bytes: Uint8Array, start: number, end: number, now: number): boolean {
    const { recorder, format, verify } = this.#setup;
    const read = verify === 'count' ? this.#nextFor(local) : format.decode(bytes, start, end);
    if (read === undefined) return false;
    if (read.fault !== undefined) recorder.fault(read.fault);
    const isPossible = this.#isPossible(read);
    if (isPossible && !this.#expects(local, read.sender)) return false;
    if (!isPossible && read.fault === undefined) recorder.fault('corrupted');
    const trusted = this.#trusted(local, read, isPossible);
    if (trusted === undefined) return true;
    const kind = this.#ledger.take(local, trusted.sender, trusted.seq);
    if (kind !== 'new') recorder.fault(kind);
    if (kind !== 'duplicated') this.#arrive(trusted, end - start, now);
    return true;
  }

  /** The receiver will get no more: what it has missed already is lost, what was under way is not. */
  leave(local: number): void {
    if (this.#live[local] !== true) return;
    this.#live[local] = false;
    this.#liveCount--;
    for (let sender = 0; sender < this.published.length; sender++) {
      const missing = this.#ledger.missing(local, sender);
      if (missing > 0) this.#setup.recorder.fault('lost', missing);
    }
    for (const entry of [...this.#inFlight]) {
      if (!this.#isMeant(local, entry.sender) || this.#ledger.has(local, entry.sender, entry.seq)) continue;
      entry.expected--;
      if (entry.arrived === entry.expected) this.#setup.complete(entry.sender, entry.seq);
    }
    if (this.#outstanding >= 0) this.#recount();
  }

  /** Publications of this worker's senders that nobody waits for any longer. */
  expire(olderThanNs: number): readonly (readonly [sender: number, seq: number])[] {
    const expired: [sender: number, seq: number][] = [];
    for (const entry of this.#inFlight) {
      if (entry.sentNs > olderThanNs) break;
      if (entry.workersLeft <= 0 || entry.sender % this.#setup.workers !== this.#setup.worker) continue;
      entry.workersLeft = 0;
      expired.push([entry.sender, entry.seq]);
    }
    return expired;
  }

  /** Resolves when all that was published has arrived, or after so many milliseconds. */
  async drain(timeoutMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#arrived = resolve;
      timer = setTimeout(resolve, timeoutMs);
      this.#recount();
    });
    clearTimeout(timer);
    this.#arrived = () => {};
    this.#outstanding = -1;
  }

  /** Counts what has not arrived as lost, at its age. */
  settle(now: number): void {
    const { recorder, workers } = this.#setup;
    this.#eachExpected((local, sender) => {
      this.#ledger.eachLost(local, sender, this.published[sender]!, (from, to) => {
        recorder.fault('lost', to - from);
        for (let seq = from; seq < to; seq++) {
          const entry = this.#inFlight.get(sender, seq);
          if (entry !== undefined) recorder.time('latency', now - entry.sentNs);
        }
      });
      this.#ledger.settle(local, sender, this.published[sender]!);
    });
    for (const entry of this.#inFlight) {
      if (workers > 1 || entry.arrived >= entry.expected) continue;
      if (entry.arrived === 0) recorder.time('first', now - entry.sentNs);
      if (entry.arrived < Math.ceil(entry.expected / 2)) recorder.time('median', now - entry.sentNs);
      recorder.time('last', now - entry.sentNs);
    }
    this.#inFlight.clear();
  }

  #nextFor(local: number): ReadPublication | undefined {
    const seq = this.#ledger.next(local, 0);
    return { sender: 0, seq, sentNs: this.#inFlight.get(0, seq)?.sentNs ?? -1, fault: undefined };
  }

  #isPossible({ sender, seq }: ReadPublication): boolean {
    const { senders, workers, worker } = this.#setup;
    if (sender < 0 || sender >= senders || seq < 0) return false;
    // Of its own senders a worker knows how far they are.
    return sender % workers !== worker || seq < this.published[sender]!;
  }

  /** What is damaged passes for the next one where that is beyond doubt, so that it is not counted as lost besides. */
  #trusted(local: number, read: ReadPublication, isPossible: boolean): ReadPublication | undefined {
    if (read.fault === undefined) return isPossible ? read : undefined;
    const { sender, seq } = read;
    if (isPossible && seq === this.#ledger.next(local, sender)) return read;
    return this.#setup.senders === 1 && this.#expects(local, 0) ? this.#nextFor(local) : undefined;
  }

  #arrive({ sender, seq, sentNs }: ReadPublication, bytes: number, now: number): void {
    const { recorder, workers, complete } = this.#setup;
    const known = this.#inFlight.get(sender, seq);
    const since = known?.sentNs ?? (sentNs < 0 ? now : sentNs);
    recorder.count('received');
    recorder.count('receivedBytes', bytes);
    recorder.time('latency', now - since);
    if (this.#outstanding > 0 && --this.#outstanding === 0) this.#arrived();
    if (known === undefined && sender % workers === this.#setup.worker) return;
    const entry = known ?? this.#inFlight.add(sender, seq, since, this.#expectedOf(sender), 0);
    entry.arrived++;
    if (workers === 1) {
      if (entry.arrived === 1) recorder.time('first', now - since);
      if (entry.arrived === Math.ceil(entry.expected / 2)) recorder.time('median', now - since);
      if (entry.arrived === entry.expected) recorder.time('last', now - since);
    }
    if (entry.arrived === entry.expected) {
      if (sender % workers !== this.#setup.worker) this.#inFlight.delete(entry);
      complete(sender, seq);
    }
  }

  /** Whether a receiver should get what a sender publishes. */
  #isMeant(local: number, sender: number): boolean {
    const own = this.#setup.receivers[local] === sender;
    const { reaches } = this.#setup;
    return reaches === 'everybody' || (reaches === 'publisher') === own;
  }

  #expects(local: number, sender: number): boolean {
    return this.#live[local] === true && this.#isMeant(local, sender);
  }

  #expectedOf(sender: number): number {
    const own = this.#local.get(sender);
    const isLive = own !== undefined && this.#live[own] === true ? 1 : 0;
    if (this.#setup.reaches === 'publisher') return isLive;
    return this.#setup.reaches === 'everybody' ? this.#liveCount : this.#liveCount - isLive;
  }

  #eachExpected(call: (local: number, sender: number) => void): void {
    for (let local = 0; local < this.#live.length; local++) {
      for (let sender = 0; sender < this.published.length; sender++)
        if (this.#expects(local, sender)) call(local, sender);
    }
  }

  #recount(): void {
    let outstanding = 0;
    this.#eachExpected((local, sender) => {
      this.#ledger.eachLost(local, sender, this.published[sender]!, (from, to) => {
        outstanding += to - from;
      });
    });
    this.#outstanding = outstanding;
    if (outstanding === 0) this.#arrived();
  }
}
