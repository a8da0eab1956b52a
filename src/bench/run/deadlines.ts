import type { LoadConfig } from '../config.ts';
import type { Phase } from '../model.ts';

/** For what a generator does beside waiting for the server. */
const SPARE_MS = 10_000;
/** Even a slow server opens a connection in this time, on average. */
const EACH_CONNECTION_MS = 5;

/** How long generators may take before a run is given up, in milliseconds: whatever the server does, a bench ends. */
export class Deadlines {
  readonly #config: LoadConfig;

  constructor(config: LoadConfig) {
    this.#config = config;
  }

  get openMs(): number {
    return this.#opening(this.#config.connections);
  }

  get stopMs(): number {
    return this.#config.timeoutMs + SPARE_MS;
  }

  get closeMs(): number {
    return this.#config.timeoutMs + SPARE_MS;
  }

  /** Connections may be opened there, at the phase's rate, and a connection that is never answered takes the whole timeout. */
  startMs({ connections, rate, durationMs }: Phase): number {
    const paced = rate > 0 ? Math.min((connections / rate) * 1000, durationMs) : 0;
    return this.#opening(connections) + paced;
  }

  #opening(connections: number): number {
    return 2 * this.#config.timeoutMs + SPARE_MS + connections * EACH_CONNECTION_MS;
  }
}
