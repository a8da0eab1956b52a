import type { LoadConfig } from '../config.ts';
import type { Engine, Sample } from '../engine.ts';
import type { Measurement, Phase } from '../model.ts';
import { nowNs } from './clock.ts';
import { ClosedLoop, inFlightDepth } from './closed-loop.ts';
import { Dialer } from './dialer.ts';
import { Lane, type LanePacer, type LaneShare } from './lane.ts';
import { kindOf } from './load-error.ts';
import { Meter, type WireBytes } from './meter.ts';
import { OpenLoop } from './open-loop.ts';
import { MessageShop } from './prepared-message.ts';
import { NOTHING, quantileSince } from './quantile-since.ts';
import { evenSchedule, poissonSchedule, type Schedule } from './schedule.ts';
import { inParallel, partOf } from './split.ts';
import { WriteBatch } from './write-batch.ts';

/** So many connections are opened at once. */
const DIALS = 64;

/** A message that was overtaken gets so long to come after all others have, in milliseconds. */
const GRACE_MS = 200;

const IDLE: LanePacer = { settled: () => {}, drained: () => {} };

/**
 * The load of servers that send every message back: a closed loop where the phase has no rate, an open loop where it has one,
 * or a share of the rate that this engine has reached in its closed loop before.
 */
export class EchoEngine implements Engine {
  readonly #config: LoadConfig;
  readonly #dialer: Dialer;
  #lanes: Lane[] = [];
  readonly #shop: MessageShop;
  readonly #meter = new Meter(() => this.#wireBytes());
  readonly #share: LaneShare;
  #loop: ClosedLoop | OpenLoop | undefined = undefined;
  #watch: NodeJS.Timeout | undefined = undefined;
  #ceiling = 0;
  #before = NOTHING;
  #phase = 0;
  #answered: (() => void) | undefined = undefined;

  /** @throws TypeError or DOMException for a configuration that cannot work */
  constructor(config: LoadConfig) {
    this.#config = config;
    this.#dialer = new Dialer(config);
    this.#shop = new MessageShop(config);
    this.#share = {
      meter: this.#meter,
      batch: new WriteBatch(),
      verifies: config.verify === 'all',
      isPaced: false,
      pacer: IDLE,
      prepare: (client, connection) => this.#shop.prepare(client, connection),
      ended: (_lane, { kind }) => {
        this.#meter.error(kind);
        this.#answered?.();
      },
    };
  }

  /** @throws LoadError when not one connection could be opened */
  async open(): Promise<void> {
    const { connections, worker, workers } = this.#config;
    const { count, first } = partOf(connections, worker, workers);
    let failure: unknown;
    await inParallel(count, DIALS, async (index) => {
      failure = (await this.#openLane(first + index)) ?? failure;
    });
    if (count > 0 && this.#lanes.length === 0) throw failure;
  }

  async start(phase: Phase): Promise<void> {
    await this.#replaceClosed();
    this.#before = NOTHING;
    const loop = this.#createLoop(phase);
    this.#loop = loop;
    this.#share.pacer = loop;
    this.#share.isPaced = loop instanceof OpenLoop;
    if (loop instanceof OpenLoop) loop.start();
    else for (const lane of this.#lanes) loop.start(lane, nowNs());
    const { timeoutMs } = this.#config;
    this.#watch = setInterval(() => this.#expire(), Math.min(1_000, Math.max(10, timeoutMs / 4)));
  }

  reset(): void {
    this.#meter.reset();
    this.#before = NOTHING;
  }

  sample(): Sample {
    const { latency, received } = this.#meter;
    latency.flush();
    const now = latency.histogram.toData();
    const p99Ns = quantileSince(this.#before, now, 0.99);
    this.#before = now;
    return { received, p99Ns };
  }

  cut(): void {
    this.#meter.cut();
    if (this.#loop instanceof ClosedLoop) this.#ceiling = this.#meter.rate;
  }

  async stop(): Promise<Measurement> {
    this.#loop?.stop();
    if (this.#meter.until === Infinity) this.cut();
    clearInterval(this.#watch);
    await this.#until(({ inFlight }) => inFlight <= 0, this.#config.timeoutMs);
    await this.#until(({ tracker }) => tracker.missing.size === 0, GRACE_MS);
    const now = nowNs();
    for (const lane of this.#lanes) {
      // Late answers would be taken for those of the next phase.
      if (lane.finish(now)) lane.connection?.terminate();
    }
    this.#share.pacer = IDLE;
    return this.#meter.take();
  }

  async close(): Promise<void> {
    this.#loop?.stop();
    clearInterval(this.#watch);
    this.#share.pacer = IDLE;
    await Promise.all(this.#lanes.map(({ connection }) => connection?.close()));
  }

  /** Gives why it could not be opened, if so. */
  async #openLane(client: number): Promise<unknown> {
    const lane = new Lane(client, this.#share);
    try {
      this.#meter.opened(await this.#dialer.open(lane));
      this.#lanes.push(lane);
      return undefined;
    } catch (error) {
      this.#meter.error(kindOf(error));
      return error;
    }
  }

  /** Opens those again that were given up because answers were missing. */
  async #replaceClosed(): Promise<void> {
    const given = this.#lanes.filter(({ connection }) => connection?.wasTerminated);
    this.#lanes = this.#lanes.filter((lane) => !given.includes(lane));
    await inParallel(given.length, DIALS, async (index) => {
      await this.#openLane(given[index]?.client ?? 0);
    });
  }

  #createLoop(phase: Phase): ClosedLoop | OpenLoop {
    const { depth, pacing, seed, worker, workers, connections } = this.#config;
    const isOpen = phase.rate > 0 || phase.share !== undefined;
    if (!isOpen) return new ClosedLoop(inFlightDepth(depth, this.#shop.frameBytes));
    const part = partOf(connections, worker, workers).count / connections;
    const rate = phase.share === undefined ? phase.rate * part : phase.share * this.#ceiling;
    const schedule: Schedule =
      pacing === 'even'
        ? evenSchedule(rate, (worker + 1) / workers)
        : poissonSchedule(rate, seed + worker + this.#phase++ * workers);
    return new OpenLoop(this.#lanes, schedule, this.#meter);
  }

  #wireBytes(): WireBytes {
    let sent = 0;
    let received = 0;
    for (const { connection } of this.#lanes) {
      sent += connection?.wireBytesSent ?? 0;
      received += connection?.wireBytesReceived ?? 0;
    }
    return { sent, received };
  }

  #expire(): void {
    const now = nowNs();
    const before = now - this.#config.timeoutMs * 1e6;
    for (const lane of this.#lanes) {
      if (!lane.isOpen) continue;
      const count = lane.expire(before);
      this.#meter.error('timeout', count);
      // Where nothing has ever come back, more than the depth would only pile up.
      if (count > 0 && lane.wasAnswered && this.#loop instanceof ClosedLoop) this.#loop.start(lane, now);
    }
  }

  /** Resolves when it holds for all lanes that are open, or the time is over. */
  #until(holds: (lane: Lane) => boolean, timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const pending = new Set(this.#lanes);
      const settled = (lane?: Lane): void => {
        for (const one of lane === undefined ? pending : [lane]) if (!one.isOpen || holds(one)) pending.delete(one);
        if (pending.size === 0) finish();
      };
      const timer = setTimeout(() => finish(), timeoutMs);
      const finish = (): void => {
        clearTimeout(timer);
        this.#answered = undefined;
        resolve();
      };
      this.#share.pacer = { settled, drained: () => {} };
      this.#answered = () => settled();
      settled();
    });
  }
}
