import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { LoadConfig } from '../../../src/bench/config.ts';
import type { Engine } from '../../../src/bench/engine.ts';
import type { Measurement, Phase, ScenarioName } from '../../../src/bench/model.ts';
import { Histogram } from '../../../src/bench/stats/histogram.ts';
import { type RouteHandlers, WebSocketServer } from '../../../src/node/index.ts';

const ends: (() => Promise<void> | void)[] = [];

/** Something to end when the test is over, the last one first. */
export function atEnd(end: () => Promise<void> | void): void {
  ends.push(end);
}

/** Ends everything that a test has started. */
export async function clearStage(): Promise<void> {
  for (const end of ends.splice(0).reverse()) await end();
}

let seeds = 100;

/** A configuration of a load, whole; its seed is like no other. */
export function loadConfig(scenario: ScenarioName, url: string, parts: Partial<LoadConfig> = {}): LoadConfig {
  return {
    scenario,
    url,
    connections: 4,
    depth: 1,
    rate: 0,
    pacing: 'even',
    timeoutMs: 400,
    headers: [],
    protocols: [],
    source: { kind: 'size', bytes: 40 },
    binary: false,
    deflate: false,
    takeover: false,
    verify: 'all',
    adapter: 'broadcast',
    file: '',
    share: 0.5,
    attack: '',
    insecure: false,
    seed: seeds++,
    worker: 0,
    workers: 1,
    ...parts,
  };
}

export function phaseOf(config: LoadConfig, parts: Partial<Phase> = {}): Phase {
  const { rate, connections } = config;
  return { label: '', warmupMs: 0, durationMs: 0, rate, connections, ...parts };
}

/** Opens, starts, waits for `enough`, stops and closes; the engines are workers of one run. */
export async function measure(
  engines: readonly Engine[],
  phase: Phase,
  enough: () => Promise<unknown>,
): Promise<readonly Measurement[]> {
  try {
    await Promise.all(engines.map((engine) => engine.open()));
    await Promise.all(engines.map((engine) => engine.start(phase)));
    await enough();
    for (const engine of engines) engine.cut();
    return await Promise.all(engines.map((engine) => engine.stop()));
  } finally {
    await Promise.all(engines.map((engine) => engine.close()));
  }
}

/** How many values a timing has. */
export function timed(measurement: Measurement | undefined, name: keyof Measurement['timings']): number {
  const data = measurement?.timings[name];
  return data === undefined ? 0 : Histogram.from(data).count;
}

/** A promise that resolves once `count` has been called so often. */
export class Count {
  value = 0;
  readonly #waiting: { readonly least: number; readonly resolve: () => void }[] = [];

  add(): number {
    this.value++;
    for (const { least, resolve } of this.#waiting) if (this.value >= least) resolve();
    return this.value;
  }

  atLeast(least: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ least, resolve });
      if (this.value >= least) resolve();
    });
  }
}

/** Our own server with one route. */
export async function serve(
  path: string,
  handlers: RouteHandlers,
  options: object = {},
): Promise<{ url: string; server: WebSocketServer }> {
  const server = new WebSocketServer(options).route(path, handlers);
  await server.listen({ port: 0, host: '127.0.0.1' });
  atEnd(() => server.shutdown({ deadlineMs: 1 }));
  const { port } = server.address as AddressInfo;
  return { url: `ws://127.0.0.1:${port}${path === '/' ? '' : path}`, server };
}

/** A server of raw TCP connections. */
export async function serveRaw(serveOne: (socket: Socket) => void): Promise<{ url: string; server: Server }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    serveOne(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  atEnd(async () => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  });
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}
