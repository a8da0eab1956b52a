import type { LoadConfig } from '../config.ts';
import type { Engine, Sample } from '../engine.ts';
import { nowNs } from '../load/clock.ts';
import { Dialer } from '../load/dialer.ts';
import { kindOf } from '../load/load-error.ts';
import type { Measurement, Phase } from '../model.ts';
import { descriptorsOf } from './descriptors.ts';
import { ExchangeClient, openTimed } from './exchange-client.ts';
import { checkDescriptors, sizeOf } from './opening.ts';
import { Pacer } from './pacer.ts';
import { PublicationFormat } from './publication.ts';
import { Recorder } from './recorder.ts';
import { globalIndex, shareOf } from './share.ts';

/** How many messages a connection exchanges unless it is told otherwise. */
export const MESSAGES_A_CYCLE = 10;

/** Errors that the next attempt would meet as well. */
const FATAL: readonly string[] = ['no ports', 'no descriptors', 'no deflate'];
/** After a connection that failed, the next one comes so much later, in milliseconds: a server that is gone is not hammered. */
const PAUSE_MS = 50;
/** So long a server may take to let go of the last descriptors. */
const SETTLE_MS = 2_000;
const LOOK_MS = 50;

/**
 * Connections that come, exchange a few messages and go: so many at a time, each followed by the next; with a rate, so many begin
 * a second.
 */
export class ChurnEngine implements Engine {
  readonly #config: LoadConfig;
  readonly #recorder = new Recorder();
  readonly #dialer: Dialer;
  readonly #format: PublicationFormat;
  readonly #under = new Set<ExchangeClient>();
  #before = Number.NaN;
  #slots: Promise<void>[] = [];
  #due: number[] = [];
  #wake: (() => void)[] = [];
  #pacer: Pacer | undefined = undefined;
  #isOver = true;

  constructor(config: LoadConfig) {
    this.#config = config;
    this.#dialer = new Dialer(config);
    this.#format = new PublicationFormat(sizeOf(config), config.seed);
  }

  /** One cycle, whose failure is that of all; then the server's descriptors are counted. */
  async open(): Promise<void> {
    checkDescriptors(shareOf(this.#config.connections, this.#config));
    await this.#exchange(0);
    const { serverPid, worker } = this.#config;
    if (serverPid !== undefined && worker === 0) this.#before = descriptorsOf(serverPid);
  }

  async start({ rate, connections }: Phase): Promise<void> {
    const own = shareOf(connections, this.#config);
    this.#recorder.reset();
    this.#isOver = false;
    this.#due = [];
    if (rate > 0 && own > 0) {
      this.#pacer = new Pacer({ ...this.#config, rate: (rate * own) / connections }, (intended) => {
        this.#due.push(intended);
        this.#wake.shift()?.();
      });
      this.#pacer.start();
    }
    this.#slots = Array.from({ length: own }, (_, slot) => this.#runSlot(slot, rate > 0));
  }

  reset(): void {
    this.#recorder.reset();
  }

  sample(): Sample {
    return this.#recorder.sample();
  }

  cut(): void {
    this.#recorder.cut();
  }

  async stop(): Promise<Measurement> {
    this.#endSlots();
    await Promise.all(this.#slots);
    await this.#countDescriptors();
    return this.#recorder.take();
  }

  async close(): Promise<void> {
    this.#endSlots();
    await Promise.all([...this.#under].filter(({ isOpen }) => isOpen).map(({ connection }) => connection.close()));
  }

  #endSlots(): void {
    this.#isOver = true;
    this.#pacer?.stop();
    for (const wake of this.#wake.splice(0)) wake();
  }

  async #runSlot(slot: number, isPaced: boolean): Promise<void> {
    while (!this.#isOver) {
      const intended = isPaced ? await this.#nextDue() : nowNs();
      if (intended === undefined) return;
      if (isPaced) this.#recorder.time('lag', nowNs() - intended);
      try {
        await this.#exchange(slot);
        this.#recorder.time('cycle', nowNs() - intended);
      } catch (error) {
        const kind = kindOf(error);
        this.#recorder.error(kind);
        if (FATAL.includes(kind)) return;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
  }

  async #nextDue(): Promise<number | undefined> {
    while (this.#due.length === 0) {
      if (this.#isOver) return undefined;
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
    return this.#isOver ? undefined : this.#due.shift();
  }

  async #exchange(slot: number): Promise<void> {
    const recorder = this.#recorder;
    const { timeoutMs, messages = MESSAGES_A_CYCLE } = this.#config;
    const client = new ExchangeClient(globalIndex(slot, this.#config), this.#format, recorder);
    try {
      await openTimed(client, this.#dialer, recorder);
      this.#under.add(client);
      for (let message = 0; message < messages; message++) {
        const from = nowNs();
        await client.echo(timeoutMs);
        recorder.time('latency', nowNs() - from);
      }
      const { clean, kind } = await client.connection.close();
      recorder.count('closed');
      if (clean) recorder.count('cleanlyClosed');
      recorder.outcome(clean ? kind : `${kind}, not cleanly`);
    } finally {
      this.#under.delete(client);
      if (client.isOpen) client.connection.terminate();
    }
  }

  async #countDescriptors(): Promise<void> {
    const { serverPid } = this.#config;
    if (serverPid === undefined || Number.isNaN(this.#before)) return;
    const until = performance.now() + SETTLE_MS;
    let after = descriptorsOf(serverPid);
    while (after > this.#before && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      after = descriptorsOf(serverPid);
    }
    if (Number.isNaN(after)) return;
    this.#recorder.conclude('descriptorsBefore', this.#before);
    this.#recorder.conclude('descriptorsAfter', after);
  }
}
