/** The long drill: `npm run test:chaos`, with options for shorter ones, and `-- --latency` for what Redis adds. */
import { parseArgs } from 'node:util';
import { printReport, runDrill as runLoad } from '../load/drill.ts';
import { drill as idleChat } from '../load/idle-chat.ts';
import { drill as roomTour } from '../load/room-tour.ts';
import { fillDeployPage, type Measured } from './deploy-page.ts';
import { FULL_PLAN, runDrill } from './drill.ts';
import { latencyTable, measureLatency } from './latency.ts';
import { LOSS_PLAN, runLoss } from './loss.ts';
import type { Mishap } from './mishaps.ts';
import { measureSizing, SIZING_PLAN } from './sizing.ts';

const USAGE = `Usage: npm run test:chaos -- [options]

Two chat servers on one Redis, rooms full of clients that talk, and connections that are cut at every step between sending and
delivery; one server is killed with SIGKILL and started again, and Redis is stopped for a while. Exit code 1 when something that
was acknowledged is lost, comes twice or in different orders, or when a process ends that was not killed.

  --seed N       which chances (default 1)
  --rooms N      (default ${FULL_PLAN.rooms})
  --clients N    in each room (default ${FULL_PLAN.clientsPerRoom})
  --rate N       messages in a second, in all (default ${FULL_PLAN.messagesPerSecond})
  --seconds N    (default ${FULL_PLAN.seconds})
  --stopped N    for how many seconds Redis is stopped (default ${FULL_PLAN.redisStoppedMs / 1000})
  --fsync WHEN   when the file of Redis is forced to disk: everysec (default) or always; with always Redis is killed, not stopped
  --kill         instead: Redis is killed in the midst of talk; fails when anything that was acknowledged is lost
  --power-loss   instead: the same, and its file ends where it was a second before, as after the machine lost power
  --failover     instead: Redis is killed, and a replica takes its place that has not had the last second
                 (both say how much is lost, and fail when a member was left with a gap in silence, or a room with its epoch)
  --memory       measures instead what 10,000 idle members take, and the heap after 10,000 rooms were made and left
  --latency      measures instead what Redis adds to the way of a message: 1000 messages a second to 10 members each, for half a
                 minute or as long as --seconds says if that is less; exit code 1 above 2 ms at the median or 20 ms for 99 %
  --sizing       measures instead what connections and texts cost, for ten seconds each or as long as --seconds says
                 (both write their table into docs/deploy.md, unless --dry is given)
  --dry          prints the table alone
  --help

CHAOS_LOGS=FOLDER keeps what the servers write.`;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: `${FULL_PLAN.seed}` },
    rooms: { type: 'string', default: `${FULL_PLAN.rooms}` },
    clients: { type: 'string', default: `${FULL_PLAN.clientsPerRoom}` },
    rate: { type: 'string', default: `${FULL_PLAN.messagesPerSecond}` },
    seconds: { type: 'string', default: `${FULL_PLAN.seconds}` },
    stopped: { type: 'string', default: `${FULL_PLAN.redisStoppedMs / 1000}` },
    fsync: { type: 'string', default: 'everysec' },
    kill: { type: 'boolean', default: false },
    'power-loss': { type: 'boolean', default: false },
    failover: { type: 'boolean', default: false },
    memory: { type: 'boolean', default: false },
    latency: { type: 'boolean', default: false },
    sizing: { type: 'boolean', default: false },
    dry: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const mishap = (['kill', 'power-loss', 'failover'] as const).find((name) => values[name]);
const fsync: 'always' | 'everysec' = values.fsync === 'always' ? 'always' : 'everysec';

if (values.help) console.log(USAGE);
else if (values.fsync !== fsync) throw new TypeError('--fsync is everysec or always');
else if (mishap) process.exitCode = await loss(mishap);
else if (values.memory) process.exitCode = await memory();
else if (values.latency) process.exitCode = await latency();
else if (values.sizing) await sizing();
else process.exitCode = await drill();

async function drill(): Promise<number> {
  const startedAt = performance.now();
  const plan = {
    ...FULL_PLAN,
    fsync,
    seed: Number(values.seed),
    rooms: Number(values.rooms),
    clientsPerRoom: Number(values.clients),
    messagesPerSecond: Number(values.rate),
    seconds: Number(values.seconds),
    redisStoppedMs: Number(values.stopped) * 1000,
  };
  console.log(`seed ${plan.seed}`);
  const result = await runDrill(plan, (line) => {
    console.log(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${line}`);
  });
  console.log(`${result.said} said, ${result.acknowledged} acknowledged, ${result.deliveries} deliveries`);
  console.log(`${result.connections} connections, ${result.resets.length} resets`);
  for (const [step, count] of [...result.cuts].sort()) console.log(`${String(count).padStart(8)}  ${step}`);
  console.log(`first acknowledgement ${Math.round(result.recoveredMs)} ms after Redis was back`);
  for (const reset of new Set(result.resets)) console.log(`reset: ${reset}`);
  for (const problem of result.problems.slice(0, 50)) console.error(`PROBLEM ${problem}`);
  console.log(result.problems.length === 0 ? 'every promise was kept' : `${result.problems.length} problems`);
  return result.problems.length === 0 ? 0 : 1;
}

async function loss(what: Mishap): Promise<number> {
  const startedAt = performance.now();
  const plan = { ...LOSS_PLAN, mishap: what, fsync, seed: Number(values.seed) } as const;
  console.log(`seed ${plan.seed}, appendfsync ${fsync}`);
  const result = await runLoss(plan, (line) => {
    console.log(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${line}`);
  });
  const { acknowledged, lost, roomsWithLoss, resets, problems } = result;
  console.log(`${acknowledged} acknowledged, ${lost} of them lost, in ${roomsWithLoss} rooms`);
  console.log(`members were told to begin anew ${resets} times`);
  for (const problem of problems.slice(0, 50)) console.error(`PROBLEM ${problem}`);
  if (what === 'kill' && lost > 0) console.error('PROBLEM what was acknowledged is lost');
  return problems.length > 0 || (what === 'kill' && lost > 0) ? 1 : 0;
}

async function memory(): Promise<number> {
  let met = true;
  for (const load of [idleChat, roomTour]) {
    const report = await runLoad(load, { quick: false, peers: false });
    printReport(report);
    met &&= report.findings.every((finding) => finding.met);
  }
  return met ? 0 : 1;
}

async function latency(): Promise<number> {
  const plan = { perSecond: 1000, members: 10, seconds: Math.min(30, Number(values.seconds)) };
  const measured = await measureLatency(plan);
  console.log(JSON.stringify(measured, undefined, 2));
  show('latency', latencyTable(plan, measured));
  return measured.added.p50Ms <= 2 && measured.added.p99Ms <= 20 ? 0 : 1;
}

async function sizing(): Promise<void> {
  const plan = { ...SIZING_PLAN, seconds: Math.min(SIZING_PLAN.seconds, Number(values.seconds)) };
  show('sizing', await measureSizing(plan, (line) => console.log(line)));
}

function show(name: Measured, table: string): void {
  console.log(table);
  if (!values.dry) fillDeployPage(name, table);
}
