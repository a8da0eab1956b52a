import { withAdapter } from '../adapters/dialing.ts';
import { loadAdapter } from '../adapters/load.ts';
import type { LoadConfig } from '../config.ts';
import type { Engine, Sample } from '../engine.ts';
import { Dialer } from '../load/dialer.ts';
import { LoadError } from '../load/load-error.ts';
import type { ConnectionEnd } from '../load/load-events.ts';
import type { Measurement, Phase } from '../model.ts';
import { checkDescriptors, openAll } from './opening.ts';
import { Recorder } from './recorder.ts';
import { shareOf } from './share.ts';
import { WatchedEvents } from './watched.ts';

/** A connection that does nothing, once a ping was answered on it. */
class IdleConnection extends WatchedEvents {
  readonly #left: (end: ConnectionEnd) => void;

  constructor(left: (end: ConnectionEnd) => void) {
    super();
    this.#left = left;
  }

  message(): void {}

  protected override ended(end: ConnectionEnd): void {
    this.#left(end);
  }
}

/**
 * Connections that stand and do nothing; each phase has a number of its own, and those that are too many are closed. Each was
 * served once, by the pong for a ping, before it counts as standing.
 */
export class IdleEngine implements Engine {
  readonly #config: LoadConfig;
  readonly #recorder = new Recorder();
  readonly #dialer: Dialer;
  readonly #standing: IdleConnection[] = [];
  #closed = 0;

  static async create(config: LoadConfig): Promise<IdleEngine> {
    return new IdleEngine(withAdapter(config, await loadAdapter(config.adapter)));
  }

  constructor(config: LoadConfig) {
    this.#config = config;
    this.#dialer = new Dialer(config);
  }

  /** The first connection; the others come with the phases. */
  async open(): Promise<void> {
    await this.#openOne();
  }

  async start({ connections }: Phase): Promise<void> {
    const wanted = shareOf(connections, this.#config);
    checkDescriptors(wanted);
    this.#recorder.reset();
    this.#closed = 0;
    const missing = wanted - this.#standing.length;
    if (missing > 0) await openAll(missing, () => this.#openOne(), this.#recorder);
    else await this.#closeSome(-missing);
  }

  reset(): void {
    this.#recorder.reset();
  }

  sample(): Sample {
    return this.#recorder.sample();
  }

  cut(): void {
    this.#recorder.count('held', this.#standing.length);
    this.#recorder.count('closed', this.#closed);
    this.#recorder.cut();
  }

  async stop(): Promise<Measurement> {
    return this.#recorder.take();
  }

  async close(): Promise<void> {
    await this.#closeSome(this.#standing.length);
  }

  async #openOne(): Promise<void> {
    const idle: IdleConnection = new IdleConnection((end) => {
      const at = this.#standing.indexOf(idle);
      if (at >= 0) this.#standing.splice(at, 1);
      if (!end.asked && at >= 0) this.#recorder.error(end.kind);
    });
    await this.#dialer.open(idle);
    const fate = await idle.fate(this.#config.timeoutMs);
    if (fate !== 'still open') {
      idle.connection.terminate();
      throw new LoadError(fate === 'no answer' ? 'timeout' : fate, `a ping was not answered: ${fate}`);
    }
    this.#standing.push(idle);
  }

  async #closeSome(many: number): Promise<void> {
    const leaving = this.#standing.splice(0, many);
    await openAll(leaving.length, async (at) => void (await leaving[at]?.connection.close()), this.#recorder);
    this.#closed = leaving.length;
  }
}
