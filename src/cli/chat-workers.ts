import cluster, { type Address, type Worker } from 'node:cluster';
import { randomBytes } from 'node:crypto';
import { serveRelay } from '../chat/index.ts';
import { MemoryBroker } from '../rooms/index.ts';
import type { Terminal } from './command.ts';
import { listenAt, serve, type Where } from './serve.ts';
import { channelTo, leavePrimary, STOP, untilStopped } from './worker-channel.ts';

/** How long a worker has to close its connections, and after how long one that still runs is killed. */
const SHUTDOWN_DEADLINE_MS = 4000;
const KILL_AFTER_MS = 5000;
/** A worker that ran longer than this is started again at once; after others the wait doubles, to half a minute at most. */
const LONG_LIFE_MS = 10_000;
const FIRST_WAIT_MS = 250;
const LAST_WAIT_MS = 30_000;

/** Says that the first worker ended before it served, and with what exit code: it has said why itself. */
class NotStarted extends Error {
  readonly code: number;

  constructor(code: number) {
    super('the first worker has ended');
    this.code = code;
  }
}

/**
 * Runs `count` workers with the command line of this process until SIGINT or SIGTERM, and starts those again that end. Unless they
 * have their rooms elsewhere, these are in the memory of this process. Resolves with the exit code.
 */
export async function runWorkers(
  count: number,
  own: { readonly rooms: boolean },
  where: Where,
  terminal: Terminal,
  announce: (authority: string) => string,
): Promise<number> {
  cluster.setupPrimary({ serialization: 'advanced' });
  const newEpoch = (): string => randomBytes(8).toString('hex');
  const memory = own.rooms ? new MemoryBroker({ now: () => Date.now(), newEpoch }) : undefined;
  const workers = new Set<Worker>();
  const serving = new WeakSet<Worker>();
  let stopping = false;
  let waitMs = FIRST_WAIT_MS;

  const start = (): Worker => {
    const worker = cluster.fork();
    const startedAt = performance.now();
    workers.add(worker);
    worker.on('error', () => undefined);
    worker.once('listening', () => serving.add(worker));
    if (memory) serveRelay(memory, channelTo(worker));
    worker.once('exit', (code, signal) => {
      workers.delete(worker);
      if (stopping || !listening) return;
      waitMs = performance.now() - startedAt > LONG_LIFE_MS ? FIRST_WAIT_MS : Math.min(waitMs * 2, LAST_WAIT_MS);
      terminal.stderr.write(`ws101 chat: a worker has ended (${signal ?? code}); another one is started\n`);
      setTimeout(() => stopping || start(), waitMs);
    });
    return worker;
  };
  let listening = false;
  const group = {
    async listen() {
      const address = await servingAddress(start());
      listening = true;
      await Promise.all(Array.from({ length: count - 1 }, () => servingAddress(start())));
      return { address: address.address, port: address.port, family: 'IPv4' };
    },
    async shutdown() {
      stopping = true;
      await Promise.all([...workers].map((worker) => stopped(worker, serving.has(worker))));
    },
  };
  try {
    await serve(group, where, terminal, announce);
    return 0;
  } catch (error) {
    if (error instanceof NotStarted) return error.code;
    throw error;
  }
}

/** Serves as one of these workers until the primary says that it is enough; then everybody is asked to come back. */
export async function serveAsWorker(
  server: { readonly listen: Parameters<typeof listenAt>[0]['listen']; shutdown(how: object): Promise<void> },
  where: Where,
): Promise<void> {
  // A key at the terminal reaches every process, and the primary decides what it means.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  const enough = untilStopped();
  try {
    await listenAt(server, where);
    await enough;
    await server.shutdown({ deadlineMs: SHUTDOWN_DEADLINE_MS });
  } finally {
    leavePrimary();
  }
}

/** Where a worker serves, once it does. Rejects if it ends before. */
function servingAddress(worker: Worker): Promise<Address> {
  return new Promise((resolve, reject) => {
    worker.once('listening', resolve);
    worker.once('exit', (code) => reject(new NotStarted(code ?? 1)));
  });
}

async function stopped(worker: Worker, serves: boolean): Promise<void> {
  // Not by once(), which an error on the way to a worker that is gone would make reject.
  const exited = new Promise<void>((resolve) => {
    worker.once('exit', () => resolve());
  });
  // One that does not serve yet has nobody to say goodbye to.
  const late = setTimeout(() => worker.process.kill('SIGKILL'), serves ? KILL_AFTER_MS : 0);
  worker.process.send?.(STOP, undefined, undefined, () => undefined);
  await exited;
  clearTimeout(late);
}
