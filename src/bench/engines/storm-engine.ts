import type { Adapter } from '../adapters/adapter.ts';
import { withAdapter } from '../adapters/dialing.ts';
import { loadAdapter } from '../adapters/load.ts';
import type { LoadConfig } from '../config.ts';
import type { Engine, Sample } from '../engine.ts';
import { nowNs } from '../load/clock.ts';
import { Dialer } from '../load/dialer.ts';
import { kindOf } from '../load/load-error.ts';
import type { Measurement, Phase } from '../model.ts';
import { ExchangeClient, openTimed } from './exchange-client.ts';
import { checkDescriptors, sizeOf, WAVE } from './opening.ts';
import { Pacer } from './pacer.ts';
import { PublicationFormat } from './publication.ts';
import { Recorder } from './recorder.ts';
import { globalIndex, shareOf } from './share.ts';

/** Errors that the next attempt would meet as well. */
const FATAL: readonly string[] = ['no ports', 'no descriptors', 'no deflate'];
/** When nobody was let in, the next storm comes so much later, in milliseconds. */
const PAUSE_MS = 50;

/**
 * Opens so many connections as fast as they come, {@link WAVE} at a time, or at a rate; when all stand, closes them and begins
 * again, until the phase is over. Each sends one message and waits for the first one that comes.
 */
export class StormEngine implements Engine {
  readonly #config: LoadConfig;
  readonly #adapter: Adapter;
  readonly #recorder = new Recorder();
  readonly #dialer: Dialer;
  readonly #format: PublicationFormat;
  readonly #under = new Set<Promise<void>>();
  #standing: ExchangeClient[] = [];
  #round: Promise<void> | undefined = undefined;
  #pacer: Pacer | undefined = undefined;
  #isOver = true;
  #endRound: () => void = () => {};

  static async create(config: LoadConfig): Promise<StormEngine> {
    return new StormEngine(config, await loadAdapter(config.adapter));
  }

  constructor(config: LoadConfig, adapter: Adapter) {
    this.#config = withAdapter(config, adapter);
    this.#adapter = adapter;
    this.#dialer = new Dialer(this.#config);
    this.#format = new PublicationFormat(sizeOf(config), config.seed);
  }

  /** Tries it once: what fails here fails for all. */
  async open(): Promise<void> {
    checkDescriptors(shareOf(this.#config.connections, this.#config));
    const connection = await this.#dialer.open(this.#client(0));
    await connection.close();
  }

  async start(phase: Phase): Promise<void> {
    this.#recorder.reset();
    this.#isOver = false;
    this.#round = this.#rounds(phase);
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
    this.#isOver = true;
    this.#pacer?.stop();
    this.#endRound();
    await Promise.all(this.#under);
    await this.#round;
    return this.#recorder.take();
  }

  async close(): Promise<void> {
    this.#isOver = true;
    this.#pacer?.stop();
    this.#endRound();
    await this.#closeAll();
  }

  async #rounds({ connections, rate }: Phase): Promise<void> {
    const own = shareOf(connections, this.#config);
    while (!this.#isOver && own > 0) {
      const from = nowNs();
      const isGoingOn =
        rate > 0 ? await this.#openAtRate(own, (rate * own) / connections) : await this.#openAsFast(own);
      await Promise.all(this.#under);
      if (!this.#isOver) this.#recorder.time('cycle', nowNs() - from);
      const stood = this.#standing.length;
      await this.#closeAll();
      if (!isGoingOn) return;
      if (stood === 0) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  /** Gives false when nothing more can be opened. */
  async #openAsFast(count: number): Promise<boolean> {
    let next = 0;
    let isGoingOn = true;
    const lane = async (): Promise<void> => {
      while (next < count && isGoingOn && !this.#isOver)
        isGoingOn = (await this.#openOne(next++, nowNs())) && isGoingOn;
    };
    await Promise.all(Array.from({ length: Math.min(WAVE, count) }, lane));
    return isGoingOn;
  }

  async #openAtRate(count: number, rate: number): Promise<boolean> {
    let next = 0;
    let isGoingOn = true;
    await new Promise<void>((resolve) => {
      this.#endRound = resolve;
      this.#pacer = new Pacer({ ...this.#config, rate }, (intended) => {
        const opening = this.#openOne(next++, intended).then((goesOn) => {
          this.#under.delete(opening);
          isGoingOn &&= goesOn;
          if (!goesOn) resolve();
        });
        this.#under.add(opening);
        if (next < count) return;
        this.#pacer?.stop();
        resolve();
      });
      this.#pacer.start();
    });
    this.#pacer?.stop();
    return isGoingOn;
  }

  async #openOne(local: number, intended: number): Promise<boolean> {
    const recorder = this.#recorder;
    const { timeoutMs } = this.#config;
    const client = this.#client(local);
    try {
      recorder.time('lag', nowNs() - intended);
      await openTimed(client, this.#dialer, recorder);
      this.#standing.push(client);
      const from = nowNs();
      if (this.#isEcho) await client.echo(timeoutMs);
      else await client.firstMessage(this.#adapter, timeoutMs);
      recorder.time('first-message', nowNs() - from);
      recorder.time('latency', nowNs() - intended);
      return true;
    } catch (error) {
      const kind = kindOf(error);
      recorder.error(kind);
      return !FATAL.includes(kind);
    }
  }

  get #isEcho(): boolean {
    return this.#adapter.name === 'echo';
  }

  #client(local: number): ExchangeClient {
    const isChecked = this.#isEcho && this.#config.verify === 'all';
    return new ExchangeClient(globalIndex(local, this.#config), this.#format, this.#recorder, isChecked);
  }

  async #closeAll(): Promise<void> {
    const standing = this.#standing;
    this.#standing = [];
    await Promise.all(
      standing.map(async ({ connection }) => {
        const { clean, asked, kind } = await connection.close();
        this.#recorder.count('closed');
        if (!asked) this.#recorder.error(kind);
        if (clean) this.#recorder.count('cleanlyClosed');
      }),
    );
  }
}
