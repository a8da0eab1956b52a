/** A server under load: `main.ts ws101|ws '{"settings"}'`. It answers to `port`, `reset`, `collect`, `publish` and `report`. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { answer } from '../answers.ts';
import { collect } from '../collect.ts';
import type { LoadServer, ServerReport, ServerSettings } from './report.ts';

const [make = 'ws101', settings = '{}'] = process.argv.slice(2);
const { createServer }: { createServer(settings: ServerSettings): LoadServer } = await (make === 'ws'
  ? import('./ws.ts')
  : import('./ws101.ts'));
const server = createServer(JSON.parse(settings) as ServerSettings);
const port = await server.listen();

const RESOLUTION_MS = 1;
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();

function handles(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** Publishes `bytes` at a steady rate; each message starts with the time at which it went out, in nanoseconds. */
async function publish(bytes: number, count: number, everyMs: number): Promise<void> {
  const start = performance.now();
  for (let index = 0; index < count; index++) {
    const wait = start + index * everyMs - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    else await new Promise((resolve) => setImmediate(resolve));
    const message = Buffer.alloc(bytes);
    message.writeBigUInt64BE(process.hrtime.bigint());
    server.publish(message);
  }
}

answer({
  port: () => port,
  reset: () => delay.reset(),
  collect,
  publish,
  report: (): ServerReport => ({
    ...server.report(),
    blockedMs: Math.max(0, delay.max / 1e6 - RESOLUTION_MS),
    heapBytes: process.memoryUsage().heapUsed,
    handles: handles(),
  }),
});
