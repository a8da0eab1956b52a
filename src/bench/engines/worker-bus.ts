import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoadConfig } from '../config.ts';
import { within } from './opening.ts';

/** What workers of one run tell each other; data only. */
export type BusMessage =
  /** All receivers of a worker have this publication. */
  | { readonly kind: 'complete'; readonly sender: number; readonly seq: number }
  /** How much each sender of a worker has published in all. */
  | {
      readonly kind: 'published';
      readonly phase: number;
      readonly worker: number;
      readonly senders: readonly (readonly [sender: number, published: number])[];
    };

type BusConfig = Pick<LoadConfig, 'url' | 'seed' | 'scenario' | 'worker' | 'workers' | 'timeoutMs'>;

const RETRY_MS = 20;

/**
 * What one worker says, all others hear, beside the server that is measured. The first worker is the hub: it listens at a local
 * socket whose name all workers of a run derive alike. With one worker there is no socket and nobody to hear.
 */
export class WorkerBus {
  readonly #hear: (message: BusMessage) => void;
  readonly #path: string;
  #server: Server | undefined = undefined;
  readonly #peers = new Set<Socket>();

  private constructor(config: BusConfig, hear: (message: BusMessage) => void) {
    this.#hear = hear;
    this.#path = pathOf(config);
  }

  /**
   * A bus on which all workers are.
   *
   * @param hear is called with what others say
   */
  static async open(config: BusConfig, hear: (message: BusMessage) => void): Promise<WorkerBus> {
    const bus = new WorkerBus(config, hear);
    if (config.workers === 1) return bus;
    const connected = config.worker === 0 ? bus.#listen(config.workers - 1) : bus.#connect(config.timeoutMs);
    try {
      await within(connected, config.timeoutMs, () => new Error('the workers of this run did not find each other'));
    } catch (error) {
      await bus.close();
      throw error;
    }
    return bus;
  }

  send(message: BusMessage): void {
    const line = `${JSON.stringify(message)}\n`;
    for (const peer of this.#peers) peer.write(line);
  }

  async close(): Promise<void> {
    for (const peer of this.#peers) peer.destroy();
    this.#peers.clear();
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  async #listen(others: number): Promise<void> {
    if (process.platform !== 'win32') rmSync(this.#path, { force: true });
    let complete!: () => void;
    const all = new Promise<void>((resolve) => {
      complete = resolve;
    });
    this.#server = createServer((peer) => {
      this.#add(peer);
      if (this.#peers.size === others) complete();
    });
    await once(this.#server.listen(this.#path), 'listening');
    await all;
  }

  async #connect(timeoutMs: number): Promise<void> {
    const until = performance.now() + timeoutMs;
    for (;;) {
      const peer = connect(this.#path);
      try {
        await once(peer, 'connect');
        this.#add(peer);
        return;
      } catch (error) {
        if (performance.now() > until) throw error;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  #add(peer: Socket): void {
    this.#peers.add(peer);
    peer.on('error', () => peer.destroy());
    peer.on('close', () => this.#peers.delete(peer));
    let rest = '';
    peer.setEncoding('latin1').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#take(line, peer);
    });
  }

  #take(line: string, from: Socket): void {
    for (const other of this.#peers) if (other !== from) other.write(`${line}\n`);
    this.#hear(JSON.parse(line) as BusMessage);
  }
}

/** Workers have the same parent, so the name is of this run and no other. */
function pathOf({ url, seed, scenario, workers }: BusConfig): string {
  const run = JSON.stringify([process.ppid, url, seed, scenario, workers]);
  const name = `ws101-bench-${createHash('sha256').update(run).digest('hex').slice(0, 16)}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);
}
