import { fileURLToPath } from 'node:url';
import type { BenchOptions } from '../../../src/bench/options.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Starts this project's own echo from its source, on the port that is chosen for it. */
export const OWN_ECHO: readonly string[] = [
  process.execPath,
  '--import',
  `${ROOT}node_modules/tsx/dist/loader.mjs`,
  `${ROOT}src/cli/main.ts`,
  'echo',
  '--port',
  '{port}',
];

/** Starts an echo that is written with `ws`. */
export const WS_ECHO: readonly string[] = [
  process.execPath,
  '-e',
  `const { WebSocketServer } = require(${JSON.stringify(`${ROOT}node_modules/ws`)});
   new WebSocketServer({ host: '127.0.0.1', port: Number(process.env.PORT) })
     .on('connection', (socket) => socket.on('message', (data, binary) => socket.send(data, { binary })));`,
];

export const FREE_URL = 'ws://127.0.0.1:{port}/';

/** A bench that is over soon. What it comes to is not worth anything; that it comes to something is. */
export const BRIEF: Omit<BenchOptions, 'url'> = {
  durationMs: 300,
  warmupMs: 100,
  timeoutMs: 1_000,
  connections: 4,
  calibrate: false,
};

/** Processes that run from the sources start slowly where many do at once. */
export const PATIENCE: { readonly timeout: number } = { timeout: 60_000 };
