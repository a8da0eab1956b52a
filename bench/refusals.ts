/**
 * What an HTTP load tool can measure of a WebSocket server: how it refuses. `npm run bench:refusals` writes
 * bench/results/refusals.json and brings docs/benchmarks.md up to date; with `--quick` it only shows that it works.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import autocannon from 'autocannon';
import { CpuMeter } from '../src/bench/run/cpu-meter.ts';
import { environmentOf } from '../src/bench/run/environment.ts';
import { median, medianInterval } from '../src/bench/stats/bootstrap.ts';
import { WebSocketServer } from '../src/index.ts';
import { findPeers, ROOT } from './catalog.ts';
import { formatJson } from './format.ts';
import { writePage } from './page.ts';
import { type Refusal, type RefusalResult, refusalTable } from './refusal-page.ts';
import { startServer } from './server.ts';

const CONNECTIONS = 50;
const SEED = 1;
const HANDSHAKE = {
  Upgrade: 'websocket',
  Connection: 'Upgrade',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

const REQUESTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'plain GET': {},
  'handshake of version 12': { ...HANDSHAKE, 'Sec-WebSocket-Version': '12' },
  'handshake with a short key': { ...HANDSHAKE, 'Sec-WebSocket-Key': 'c2hvcnQ=' },
};

interface Contender {
  readonly name: string;
  readonly version: string;
  readonly command: readonly string[];
}

/** One run of one contender with one kind of request. */
interface Run {
  readonly perCpuSecond: number;
  readonly perSecond: number;
  readonly statuses: readonly string[];
}

process.chdir(ROOT);
const quick = process.argv.includes('--quick');
const [runs, seconds] = quick ? [2, 1] : [7, 4];

const peers = findPeers();
const contenders = peers
  .filter(({ name }) => name === 'ws101' || name === 'ws')
  .map(({ name, version, command }): Contender => ({ name, version, command: command() }));
contenders.push({
  name: 'node:http',
  version: `Node ${process.versions.node}`,
  command: [process.execPath, 'bench/peers/http.js'],
});

const refusals: Refusal[] = [];
for (const [request, headers] of Object.entries(REQUESTS)) {
  const measured = new Map<Contender, Run[]>(contenders.map((one) => [one, []]));
  for (let run = 0; run < runs; run++) {
    // Forth and back, so that a slow drift of the machine hits all alike.
    for (const one of run % 2 === 0 ? contenders : [...contenders].reverse())
      measured.get(one)?.push(await measure(one, headers));
  }
  for (const [{ name, version }, all] of measured) {
    const values = all.map(({ perCpuSecond }) => Math.round(perCpuSecond));
    const { middle, low, high } = medianInterval(values, SEED);
    const statuses = [...new Set(all.flatMap((run) => run.statuses))].sort();
    const perSecond = Math.round(median(all.map((run) => run.perSecond)));
    const interval = { low: Number.isNaN(low) ? null : low, high: Number.isNaN(high) ? null : high };
    refusals.push({ request, server: name, version, statuses, values, median: middle, ...interval, perSecond });
  }
}

const result: RefusalResult = {
  environment: environmentOf('npm run bench:refusals'),
  autocannon: (JSON.parse(readFileSync('node_modules/autocannon/package.json', 'utf8')) as { version: string }).version,
  runs,
  seconds,
  refusals,
  accepted: await accepted(),
};
process.stdout.write(`${refusalTable(result).join('\n')}\n`);
const folder = quick ? 'bench/.build/results' : 'bench/results';
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}/refusals.json`, formatJson(result));
if (!quick) writePage(ROOT);

async function measure({ command }: Contender, headers: Readonly<Record<string, string>>): Promise<Run> {
  const server = await startServer(command);
  try {
    const url = server.url.replace('ws:', 'http:');
    const load = { url: `${url}/echo`, connections: CONNECTIONS, headers };
    await autocannon({ ...load, duration: 1 });
    const meter = new CpuMeter(server.pid);
    const before = meter.read();
    const { requests, duration, statusCodeStats } = await autocannon({ ...load, duration: seconds });
    return {
      perCpuSecond: (requests.total * 1e9) / (meter.read() - before),
      perSecond: requests.total / duration,
      statuses: Object.keys(statusCodeStats),
    };
  } finally {
    await server.stop();
  }
}

/** What becomes of a handshake that is accepted: the next GET goes out on what is a WebSocket by then. */
async function accepted(): Promise<RefusalResult['accepted']> {
  let [messages, closedWith1002] = [0, 0];
  const server = new WebSocketServer();
  server.route('/echo', {
    message: () => {
      messages++;
    },
    close: (_connection, { code }) => {
      if (code === 1002) closedWith1002++;
    },
  });
  const address = await server.listen({ host: '127.0.0.1', port: 0 });
  const port = typeof address === 'string' ? 0 : address.port;
  const [connections, duration] = [5, 4];
  const url = `http://127.0.0.1:${port}/echo`;
  const { statusCodeStats, timeouts } = await autocannon({
    url,
    connections,
    duration,
    timeout: 1,
    headers: HANDSHAKE,
  });
  await server.shutdown({ deadlineMs: 100 });
  return {
    connections,
    seconds: duration,
    upgrades: statusCodeStats['101']?.count ?? 0,
    timeouts,
    closedWith1002,
    messages,
  };
}
