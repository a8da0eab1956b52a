import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Connection, connect, UnexpectedResponseError, type WebSocketOptions } from '../../node/index.ts';
import { importPlugIn } from '../adapters/plug-in.ts';
import type { LoadConfig } from '../config.ts';
import type { Engine, Sample } from '../engine.ts';
import { nowNs } from '../load/clock.ts';
import { kindOf } from '../load/load-error.ts';
import type { Measurement, Phase } from '../model.ts';
import { seededRandom } from '../stats/seeded-random.ts';
import { checkDescriptors, within } from './opening.ts';
import { Recorder } from './recorder.ts';
import { globalIndex, shareOf } from './share.ts';

/** What a script's client is given. */
export interface ScriptContext {
  /** The number of this client over all workers, from 0. */
  readonly index: number;
  /** Aborted when the bench is over: the client should return soon. */
  readonly signal: AbortSignal;
  /**
   * Opens a connection to the server that is measured, with the headers and subprotocols of the bench. What is still open when
   * the bench is over is closed. Rejects with why there is none.
   */
  connect(options?: WebSocketOptions): Promise<Connection>;
  /** Times `work` and gives what it gives: one message of the report, with its latency. What fails is not counted. */
  measure<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Says something on the standard error of the bench's worker. */
  log(text: string): void;
  /** Numbers from 0 up to, not including, 1: the same for the same seed and index. */
  random(): number;
}

/** What the module of a script exports as `client`. It runs once per connection of the bench, all at the same time. */
export type ScriptClient = (context: ScriptContext) => Promise<void>;

/** The client of a module. @throws TypeError that says what the module lacks */
export async function loadScript(file: string): Promise<ScriptClient> {
  if (file === '') throw new TypeError('script needs the file of a module that exports "client"');
  const { client } = await importPlugIn(pathToFileURL(resolve(file)), `the script ${file}`);
  if (client === undefined)
    throw new TypeError(`${file} exports no "client": export async function client({ connect }) {}`);
  if (typeof client !== 'function') throw new TypeError(`the "client" of ${file} is no function`);
  return client as ScriptClient;
}

/** Runs clients that somebody else has written. */
export class ScriptEngine implements Engine {
  readonly #config: LoadConfig;
  readonly #client: ScriptClient;
  readonly #recorder = new Recorder();
  readonly #connections = new Set<Connection>();
  #over = new AbortController();
  #clients: Promise<void>[] = [];

  static async create(config: LoadConfig): Promise<ScriptEngine> {
    return new ScriptEngine(config, await loadScript(config.file));
  }

  constructor(config: LoadConfig, client: ScriptClient) {
    this.#config = config;
    this.#client = client;
  }

  async open(): Promise<void> {
    checkDescriptors(shareOf(this.#config.connections, this.#config));
  }

  async start({ connections }: Phase): Promise<void> {
    this.#recorder.reset();
    this.#over = new AbortController();
    const own = shareOf(connections, this.#config);
    this.#clients = Array.from({ length: own }, (_, local) => this.#run(globalIndex(local, this.#config)));
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
    this.#over.abort();
    const { timeoutMs } = this.#config;
    try {
      await within(Promise.all(this.#clients), timeoutMs, () => new Error('late'));
    } catch {
      this.#recorder.error('client did not return');
    }
    return this.#recorder.take();
  }

  async close(): Promise<void> {
    this.#over.abort();
    for (const connection of this.#connections) connection.close(1000);
    await Promise.all([...this.#connections].map(({ closed }) => closed));
  }

  async #run(index: number): Promise<void> {
    const { signal } = this.#over;
    const random = seededRandom(this.#config.seed + index);
    try {
      await this.#client({
        index,
        signal,
        random,
        connect: (options) => this.#connect(options),
        measure: (work) => this.#measure(work),
        log: (text) => console.error(`client ${index}: ${text}`),
      });
      this.#recorder.outcome(signal.aborted ? 'clients stopped' : 'clients finished');
    } catch (error) {
      // What breaks off because the bench is over is no failure.
      if (signal.aborted) this.#recorder.outcome('clients stopped');
      else this.#recorder.error(reasonOf(error));
    }
  }

  async #connect(options: WebSocketOptions = {}): Promise<Connection> {
    const { url, headers, protocols, insecure, timeoutMs, deflate } = this.#config;
    const over = this.#over.signal;
    const dialing = new AbortController();
    const abort = (): void => dialing.abort(over.reason);
    over.addEventListener('abort', abort);
    const connecting = connect(url, {
      protocols,
      headers,
      deflate,
      handshakeTimeoutMs: timeoutMs,
      ...(insecure ? { tls: { rejectUnauthorized: false } } : {}),
      signal: dialing.signal,
      ...options,
    });
    // Once it stands, it is the client's to end it; what is left open is closed at last.
    const connection = await connecting.finally(() => over.removeEventListener('abort', abort));
    this.#recorder.count('opened');
    this.#connections.add(connection);
    void connection.closed.then(({ clean }) => {
      this.#connections.delete(connection);
      this.#recorder.count('closed');
      if (clean) this.#recorder.count('cleanlyClosed');
    });
    return connection;
  }

  async #measure<Result>(work: () => Promise<Result>): Promise<Result> {
    const from = nowNs();
    this.#recorder.count('sent');
    const result = await work();
    this.#recorder.count('received');
    this.#recorder.time('latency', nowNs() - from);
    return result;
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof UnexpectedResponseError) return `status ${error.response.status}`;
  const kind = kindOf(error);
  return kind === 'internal' ? `client failed: ${error instanceof Error ? error.message : String(error)}` : kind;
}
