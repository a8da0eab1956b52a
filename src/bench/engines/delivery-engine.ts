import { Opcode } from '../../codec/index.ts';
import type { Adapter } from '../adapters/adapter.ts';
import { withAdapter } from '../adapters/dialing.ts';
import { loadAdapter } from '../adapters/load.ts';
import type { LoadConfig } from '../config.ts';
import type { Engine, Sample } from '../engine.ts';
import { nowNs } from '../load/clock.ts';
import { Dialer } from '../load/dialer.ts';
import type { ConnectionEnd } from '../load/load-events.ts';
import type { Measurement, Phase } from '../model.ts';
import { Deliveries } from './deliveries.ts';
import { Member, type MemberEvents } from './member.ts';
import { checkDescriptors, openAll, sizeOf } from './opening.ts';
import { Pacer } from './pacer.ts';
import { PublicationFormat } from './publication.ts';
import { PublishQueue } from './publish-queue.ts';
import { Recorder } from './recorder.ts';
import { RollCall } from './roll-call.ts';
import { globalIndex, shareOf } from './share.ts';
import { type BusMessage, WorkerBus } from './worker-bus.ts';

/** Who does what among the connections of a {@link DeliveryEngine}. */
export interface DeliveryRoles {
  /** Connections 0 to `publishers - 1` publish. */
  readonly publishers: number;
  /** Whether a connection takes part without its deliveries being booked. */
  readonly isStalled?: (index: number) => boolean;
}

const EXPIRY_MS = 250;

/** What one publisher may keep waiting in its socket. */
const QUEUED_BYTES = 16 * 1024 * 1024;

/**
 * Publishers and receivers on one server: each publication should reach every receiver once, in the order of its sender.
 *
 * With a rate it is an open loop: latency counts from the moment at which a publication was due. Without one each publisher has
 * `depth` publications in flight, and the next one goes out when all receivers of all workers have an earlier one.
 */
export class DeliveryEngine implements Engine, MemberEvents {
  protected readonly config: LoadConfig;
  protected readonly recorder: Recorder = new Recorder();
  /** This worker's connections that are not booked. */
  protected readonly stalled: Member[] = [];
  readonly #roles: DeliveryRoles;
  readonly #dialer: Dialer;
  readonly #format: PublicationFormat;
  readonly #deliveries: Deliveries;
  readonly #members: Member[];
  readonly #publishers: Member[];
  /** Receivers of one publication over all workers. */
  readonly #reach: number;
  readonly #rollCall: RollCall;
  #bus: WorkerBus | undefined = undefined;
  #pacer: Pacer | undefined = undefined;
  #expiry: NodeJS.Timeout | undefined = undefined;
  readonly #queue: PublishQueue;
  #turn = 0;
  #phase = 0;
  #isClosedLoop = false;
  #isClosing = false;

  constructor(config: LoadConfig, adapter: Adapter, roles: DeliveryRoles) {
    this.config = withAdapter(config, adapter);
    this.#roles = roles;
    this.#rollCall = new RollCall(config.workers);
    this.#queue = new PublishQueue((publisher) => this.#isClosedLoop && this.#publish(publisher, nowNs()));
    this.#dialer = new Dialer(this.config);
    this.#format = new PublicationFormat(sizeOf(config), config.seed);
    const own = Array.from({ length: shareOf(config.connections, config) }, (_, local) => globalIndex(local, config));
    const receivers = own.filter((index) => !this.#isStalled(index));
    const all = Array.from({ length: config.connections }, (_, index) => index).filter(
      (index) => !this.#isStalled(index),
    );
    this.#reach = { everybody: all.length, others: all.length - 1, publisher: 1 }[adapter.reaches];
    this.#members = own.map((index) => new Member(index, receivers.indexOf(index), adapter, this));
    this.#publishers = this.#members.filter(({ index }) => index < roles.publishers);
    this.stalled.push(...this.#members.filter(({ local }) => local < 0));
    this.#deliveries = new Deliveries({
      format: this.#format,
      reaches: adapter.reaches,
      verify: config.verify,
      senders: roles.publishers,
      receivers,
      worker: config.worker,
      workers: config.workers,
      receivingWorkers: adapter.reaches === 'publisher' ? 1 : new Set(all.map((index) => index % config.workers)).size,
      recorder: this.recorder,
      complete: (sender, seq) => this.#completed(sender, seq),
    });
  }

  /** An engine whose adapter is the one that the configuration names. @throws TypeError for an adapter that is none */
  static async create(config: LoadConfig, roles: DeliveryRoles): Promise<DeliveryEngine> {
    return new DeliveryEngine(config, await loadAdapter(config.adapter), roles);
  }

  async open(): Promise<void> {
    checkDescriptors(this.#members.length);
    this.#bus = await WorkerBus.open(this.config, (message) => this.#hear(message));
    const opened = this.#members.map(() => false);
    const open = async (at: number): Promise<void> => {
      await this.#members[at]?.open(this.#dialer);
      opened[at] = true;
    };
    await openAll(this.#members.length, open, this.recorder);
    for (const [at, member] of this.#members.entries()) if (!opened[at]) this.#deliveries.leave(member.local);
    const mute = this.#publishers.findIndex((publisher) => !publisher.isOpen);
    if (mute >= 0) throw new Error(`publisher ${mute} has no connection: nothing can be measured`);
  }

  async start(phase: Phase): Promise<void> {
    const { depth } = this.config;
    this.#phase++;
    this.#isClosedLoop = phase.rate <= 0;
    this.recorder.reset();
    if (this.#publishers.length === 0) return;
    if (this.#isClosedLoop) {
      for (const publisher of this.#publishers) for (let at = 0; at < depth; at++) this.#publish(publisher, nowNs());
      this.#expiry = setInterval(() => this.#expire(), EXPIRY_MS);
      return;
    }
    const rate = (phase.rate * this.#publishers.length) / this.#roles.publishers;
    this.#pacer = new Pacer({ ...this.config, rate }, (intended) => this.#due(intended));
    this.#pacer.start();
  }

  reset(): void {
    this.recorder.reset();
  }

  sample(): Sample {
    return this.recorder.sample();
  }

  cut(): void {
    // Of those that stall it is told apart who stands.
    this.recorder.count('held', this.#members.filter(({ isOpen, local }) => isOpen || local < 0).length);
    this.recorder.cut();
  }

  async stop(): Promise<Measurement> {
    this.#isClosedLoop = false;
    this.#pacer?.stop();
    clearInterval(this.#expiry);
    const until = performance.now() + this.config.timeoutMs;
    await this.#exchange();
    await this.#deliveries.drain(Math.max(0, until - performance.now()));
    this.#deliveries.settle(nowNs());
    await this.conclude();
    return this.recorder.take();
  }

  /** The last moment to add something to the measurement of the phase. */
  protected async conclude(): Promise<void> {}

  async close(): Promise<void> {
    this.#isClosing = true;
    const open = this.#members.filter(({ isOpen }) => isOpen);
    await openAll(open.length, async (at) => void (await open[at]?.connection.close()), this.recorder);
    await this.#bus?.close();
  }

  delivered(member: Member, bytes: Uint8Array, start: number, end: number): void {
    const { now } = member.connection;
    if (member.local < 0) return;
    if (!this.#deliveries.take(member.local, bytes, start, end, now)) this.other();
  }

  other(): void {
    this.recorder.count('others');
  }

  refused(_member: Member, why: string): void {
    this.recorder.error(`refused ${why}`);
  }

  left(member: Member, end: ConnectionEnd): void {
    this.recorder.count('closed');
    if (end.asked || this.#isClosing) return;
    this.recorder.error(end.kind);
    this.#deliveries.leave(member.local);
  }

  /** How many publications there were of all workers, once this phase is over. */
  protected get publishedByAll(): number {
    return this.#deliveries.published.reduce((sum, published) => sum + published, 0);
  }

  #isStalled(index: number): boolean {
    return index >= this.#roles.publishers && this.#roles.isStalled?.(index) === true;
  }

  #due(intendedNs: number): void {
    const publisher = this.#publishers[this.#turn++ % this.#publishers.length];
    this.recorder.time('lag', nowNs() - intendedNs);
    if (publisher === undefined || !publisher.isOpen) return;
    // What is not published shows as a rate that was not held.
    if (publisher.connection.queuedBytes > QUEUED_BYTES) this.recorder.error('overload');
    else this.#publish(publisher, intendedNs);
  }

  #publish(publisher: Member, sentNs: number): void {
    if (!publisher.isOpen) return;
    const sender = publisher.index;
    const seq = this.#deliveries.publish(sender, sentNs);
    this.recorder.count('published');
    this.recorder.count('sent');
    this.recorder.count('sentBytes', this.#format.bytes);
    this.recorder.count('expectedDeliveries', this.#reach);
    publisher.publish(this.#format.encode({ sender, seq, sentNs }), this.config.binary ? Opcode.BINARY : Opcode.TEXT);
  }

  #completed(sender: number, seq: number): void {
    const { worker, workers } = this.config;
    if (sender % workers === worker) this.#completedBy(sender, seq);
    else this.#bus?.send({ kind: 'complete', sender, seq });
  }

  #completedBy(sender: number, seq: number): void {
    if (!this.#deliveries.completedBy(sender, seq) || !this.#isClosedLoop) return;
    this.#publishNext(sender);
  }

  #publishNext(sender: number): void {
    const publisher = this.#publishers.find(({ index }) => index === sender);
    if (publisher !== undefined) this.#queue.push(publisher);
  }

  #expire(): void {
    const before = nowNs() - this.config.timeoutMs * 1e6;
    for (const [sender] of this.#deliveries.expire(before)) {
      this.recorder.error('timeout');
      this.#publishNext(sender);
    }
  }

  #hear(message: BusMessage): void {
    const { worker, workers } = this.config;
    if (message.kind === 'complete') {
      if (message.sender % workers === worker) this.#completedBy(message.sender, message.seq);
      return;
    }
    for (const [sender, published] of message.senders) this.#deliveries.published[sender] = published;
    this.#rollCall.hear(message.worker, message.phase);
  }

  /** Tells all workers how much was published, so that each knows what its receivers should have. */
  async #exchange(): Promise<void> {
    const senders = this.#publishers.map(({ index }) => [index, this.#deliveries.published[index] ?? 0] as const);
    this.#bus?.send({ kind: 'published', phase: this.#phase, worker: this.config.worker, senders });
    this.#rollCall.hear(this.config.worker, this.#phase);
    await this.#rollCall.all(this.#phase, this.config.timeoutMs);
  }
}
