import type { LoadConnection } from './connection.ts';
import type { ConnectionEnd, LoadEvents } from './load-events.ts';
import { MessageCheck, Verdict } from './message-check.ts';
import type { Meter } from './meter.ts';
import { numbersIn } from './number.ts';
import type { PreparedMessage } from './prepared-message.ts';
import { TimeRing } from './time-ring.ts';
import { Tracker } from './tracker.ts';
import type { WriteBatch } from './write-batch.ts';

/** Who decides when a lane sends. */
export interface LanePacer {
  /** All that one read gave was taken. */
  settled(lane: Lane): void;
  drained(lane: Lane): void;
}

/** What all lanes of a generator share. */
export interface LaneShare {
  readonly meter: Meter;
  readonly batch: WriteBatch;
  /** Every byte is checked; otherwise messages are only counted. */
  readonly verifies: boolean;
  /** Messages are sent at times of their own, so that how long they take from sending is told apart. */
  isPaced: boolean;
  pacer: LanePacer;
  prepare(client: number, connection: LoadConnection): PreparedMessage;
  /** A connection ended without being asked to. */
  ended(lane: Lane, end: ConnectionEnd): void;
}

/** One connection on which numbered messages go out and are to come back. */
export class Lane implements LoadEvents {
  readonly client: number;
  /** Messages written, numbered from 0. */
  sent = 0;
  /** Messages that were due: those written, and in an open loop those that wait for room. */
  due = 0;
  /** No answer is waited for any more below this number; it may still come. */
  expired = 0;
  /** An open loop has given it something to send in the tick that is under way. */
  isTouched = false;
  tracker: Tracker;
  connection: LoadConnection | undefined = undefined;
  readonly #share: LaneShare;
  readonly #meter: Meter;
  readonly #intended = new TimeRing();
  readonly #actual = new TimeRing();
  #message: PreparedMessage | undefined = undefined;
  #check: MessageCheck | undefined = undefined;
  #length = 0;

  /** @param client its number over all workers */
  constructor(client: number, share: LaneShare) {
    this.client = client;
    this.#share = share;
    this.#meter = share.meter;
    this.tracker = new Tracker(1, () => 0);
  }

  get isOpen(): boolean {
    return this.connection?.isOpen === true;
  }

  /** Messages whose answers are waited for. */
  get inFlight(): number {
    return this.sent - Math.max(this.tracker.next, this.expired);
  }

  /** Whether anything has come back at all. */
  get wasAnswered(): boolean {
    return this.tracker.next > 0;
  }

  opened(connection: LoadConnection): void {
    this.connection = connection;
    const message = this.#share.prepare(this.client, connection);
    this.#message = message;
    const { verifies } = this.#share;
    if (verifies) this.#check = new MessageCheck(message.pattern);
    const numbers = verifies ? numbersIn(message.pattern.width) : 1;
    this.tracker = new Tracker(numbers, (number) => this.#intended.get(number));
  }

  /** Sends so many messages now; their latency counts from now. */
  send(count: number, now: number): void {
    for (let i = 0; i < count; i++) {
      this.#intended.set(this.due++, now, this.tracker.next);
      this.#add();
    }
    this.#flush();
  }

  /** A message is to be sent at this time, which its latency counts from; {@link release} sends it. */
  schedule(intended: number): void {
    this.#intended.set(this.due++, intended, this.tracker.next);
  }

  /** Sends what is due, as long as fewer than `maxQueuedBytes` wait in the socket; gives how many messages still wait. */
  release(now: number, maxQueuedBytes: number): number {
    const { connection, tracker } = this;
    if (connection === undefined || !connection.isOpen) return this.due - this.sent;
    const { batch, meter } = this.#share;
    while (this.sent < this.due && connection.queuedBytes + batch.used < maxQueuedBytes) {
      const intended = this.#intended.get(this.sent);
      if (intended < meter.until) meter.lag.add(now - intended);
      this.#actual.set(this.sent, now, tracker.next);
      this.#add();
    }
    this.#flush();
    return this.due - this.sent;
  }

  /** Waits no more for answers to what was to be sent before this time, and gives how many there were. */
  expire(before: number): number {
    const from = Math.max(this.expired, this.tracker.next);
    let number = from;
    while (number < this.sent && this.#intended.get(number) < before) number++;
    this.expired = number;
    return number - from;
  }

  /**
   * The phase is over: what has not come is lost, and its latency is its age.
   *
   * @returns whether an answer may still come, so that the connection is of no use for another phase
   */
  finish(now: number): boolean {
    const { tracker } = this;
    const meter = this.#meter;
    const age = (intended: number): void => {
      if (intended < meter.until) meter.latency.add(now - intended);
    };
    for (const intended of tracker.missing.values()) age(intended);
    for (let number = tracker.next; number < this.due; number++) age(this.#intended.get(number));
    const isLeft = tracker.next < this.sent || tracker.missing.size > 0;
    meter.neverCame(this.#expiredForGood());
    // What was under way on a connection that ended was not promised to anybody; that it ended is counted as an error.
    tracker.finish(this.isOpen ? this.sent : tracker.next);
    meter.faults(tracker.faults);
    tracker.next = this.sent;
    tracker.missing.clear();
    this.due = this.sent;
    return isLeft;
  }

  /** How many of those that were not answered in time are counted as lost now. */
  #expiredForGood(): number {
    const { missing, next } = this.tracker;
    let count = this.isOpen ? Math.max(0, this.expired - next) : 0;
    for (const number of missing.keys()) if (number < this.expired) count++;
    return count;
  }

  begin(opcode: number): void {
    this.#length = 0;
    this.#check?.begin(opcode);
  }

  payload(bytes: Uint8Array, start: number, end: number, last: boolean): void {
    const check = this.#check;
    this.#length += end - start;
    check?.take(bytes, start, end);
    if (!last) return;
    const { tracker } = this;
    const verdict = check === undefined ? Verdict.SOUND : check.verdict();
    const number = tracker.take(check === undefined ? -1 : check.number(), verdict, this.sent);
    if (number < 0) return;
    const now = this.connection?.now ?? 0;
    const meter = this.#meter;
    meter.answered(tracker.sentAt, now, this.#length);
    if (this.#share.isPaced && tracker.sentAt < meter.until && tracker.next === number + 1) {
      meter.service.add(now - this.#actual.get(number));
    }
  }

  settled(): void {
    this.#share.pacer.settled(this);
  }

  drained(): void {
    this.#share.pacer.drained(this);
  }

  pong(): void {}

  closed(end: ConnectionEnd): void {
    if (!end.asked) this.#share.ended(this, end);
  }

  #add(): void {
    const { connection } = this;
    const message = this.#message;
    if (connection === undefined || message === undefined) return;
    const number = this.sent++;
    this.#share.batch.add(connection, number === 0 ? message.first : message.next, number);
    const meter = this.#meter;
    meter.sent++;
    meter.sentBytes += message.pattern.bytes.length;
  }

  #flush(): void {
    if (this.connection !== undefined) this.#share.batch.flush(this.connection);
  }
}
