/**
 * How much load can one worker of `ws101 bench` make, and how much a generator built on the client of `ws`? Both drive the null
 * server in turn, each time all in fresh processes. `npm run bench:generator` writes bench/results/generator.json and brings
 * docs/benchmarks.md up to date, and ends with 1 when it is less than promised; with `--quick` it only shows that it works.
 */
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs, promisify } from 'node:util';
import { readNdjson } from '../src/bench/index.ts';
import { nullTarget } from '../src/bench/null-server/null-target.ts';
import { environmentOf } from '../src/bench/run/environment.ts';
import { findPeers, ROOT } from './catalog.ts';
import { formatJson } from './format.ts';
import { drives, type GeneratorResult, generatorTable } from './generator-page.ts';
import { writePage } from './page.ts';
import { startServer } from './server.ts';

/** The load that `ws101 bench` is calibrated with for echoes. */
const LOAD = { connections: 50, depth: 16, bytes: 32 };
const BINARY = 2;
/** A generator that is asked for a load makes it, whatever its gates say of the rate: that one is its own here. */
const MEASURED = new Set([0, 4]);

interface Times {
  readonly warmupMs: number;
  readonly durationMs: number;
}

/** What one generator came to in one run. */
interface Drive {
  readonly received: number;
  readonly elapsedNs: number;
  readonly cpuNs: number;
}

const run = promisify(execFile);
process.chdir(ROOT);
process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      runs: { type: 'string' },
      seconds: { type: 'string' },
      out: { type: 'string' },
    },
  });
  const { quick } = values;
  const runs = Number(values.runs ?? (quick ? 1 : 9));
  const durationMs = Number(values.seconds ?? (quick ? 0.3 : 3)) * 1000;
  if (!(Number.isInteger(runs) && runs > 0 && durationMs >= 100)) {
    process.stderr.write('--runs must be a number from 1, --seconds one from 0.1\n');
    return 2;
  }
  const result = await compare(runs, { warmupMs: quick ? 100 : 1_500, durationMs });
  const forRecord = !quick && values.out === undefined;
  const folder = values.out ?? (forRecord ? 'bench/results' : 'bench/.build/results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/generator.json`, formatJson(result));
  if (forRecord) writePage(ROOT);
  process.stdout.write(`${generatorTable(result).join('\n')}\n`);
  const { rate, ratio } = drives(result);
  return quick || (rate && ratio) ? 0 : 1;
}

/** Both as often, in the order ABBA, so that a slow drift of the machine hits both alike. */
async function compare(runs: number, times: Times): Promise<GeneratorResult> {
  const pinned = availableParallelism() > 1 && spawnSync('taskset', ['-c', '0,1', 'true']).status === 0;
  const on = (core: number): readonly string[] => (pinned ? ['taskset', '-c', String(core)] : []);
  const peers = findPeers();
  const nullServer = peers.find(({ name }) => name === 'null');
  if (nullServer?.missing !== undefined || nullServer === undefined) throw new Error('run npm run build first');
  const against = async (generator: typeof byBench): Promise<Drive> => {
    const server = await startServer([...on(0), ...nullServer.command()]);
    try {
      return await generator(`${server.url}${nullTarget('/echo', BINARY, LOAD.bytes)}`, times, on(1));
    } finally {
      await server.stop();
    }
  };
  const [own, other]: [Drive[], Drive[]] = [[], []];
  for (let turn = 0; turn < runs; turn++) {
    process.stderr.write(`run ${turn + 1} of ${runs}\n`);
    if (turn % 2 === 0) own.push(await against(byBench));
    other.push(await against(byWs));
    if (turn % 2 === 1) own.push(await against(byBench));
  }
  const environment = environmentOf('npm run bench:generator');
  return {
    ...{ environment, runs, ...times, ...LOAD, pinned },
    own: { name: 'one worker of ws101 bench', version: environment.ws101, ...numbersOf(own) },
    other: { name: 'the client of ws', version: versionOf(peers, 'ws'), ...numbersOf(other) },
  };
}

/** One worker, as its users have it. The process that leads it shares its core, and is not counted: it waits. */
async function byBench(url: string, { warmupMs, durationMs }: Times, on: readonly string[]): Promise<Drive> {
  const { connections, depth, bytes } = LOAD;
  const load = ['--scenario', 'echo', '-c', String(connections), '-p', String(depth), '--size', String(bytes)];
  const times = ['-W', String(warmupMs / 1000), '-d', String(durationMs / 1000), '--runs', '1', '-w', '1'];
  // The null server's answers are the same bytes each time.
  const plain = ['--binary', '--verify', 'count', '--no-calibrate', '-n', '-j'];
  const text = await output([...on, process.execPath, 'dist/cli/main.js', 'bench', ...load, ...times, ...plain, url]);
  const [record] = readNdjson(text).runs[0]?.phases ?? [];
  const [generator, ...more] = record?.generators ?? [];
  if (record === undefined || generator === undefined || more.length > 0) throw new Error(`nothing measured: ${text}`);
  return { received: record.measurement.counts.received ?? 0, elapsedNs: record.elapsedNs, cpuNs: generator.cpuNs };
}

async function byWs(url: string, { warmupMs, durationMs }: Times, on: readonly string[]): Promise<Drive> {
  const { connections, depth, bytes } = LOAD;
  const load = [`--connections=${connections}`, `--depth=${depth}`, `--bytes=${bytes}`];
  const times = [`--warmup-ms=${warmupMs}`, `--duration-ms=${durationMs}`];
  const program = [process.execPath, 'bench/peers/ws-generator.js', `--url=${url}`];
  const drive = JSON.parse(await output([...on, ...program, ...load, ...times])) as Drive & { readonly wrong: number };
  if (drive.wrong > 0) throw new Error(`${drive.wrong} answers were no echoes`);
  return drive;
}

/** What a command prints; its exit code may say that it does not believe what it measured. */
async function output([file = '', ...args]: readonly string[]): Promise<string> {
  try {
    return (await run(file, args, { maxBuffer: 64 * 1024 * 1024, env: { ...process.env, WS_NO_BUFFER_UTIL: '1' } }))
      .stdout;
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: number; stdout?: string; stderr?: string };
    if (code !== undefined && MEASURED.has(code) && stdout !== '') return stdout;
    throw new Error(`${file} ${args.join(' ')}: ${stderr}`);
  }
}

function numbersOf(drives: readonly Drive[]): { readonly perSecond: number[]; readonly perCpuSecond: number[] } {
  return {
    perSecond: drives.map(({ received, elapsedNs }) => Math.round((received * 1e9) / elapsedNs)),
    perCpuSecond: drives.map(({ received, cpuNs }) => Math.round((received * 1e9) / cpuNs)),
  };
}

function versionOf(peers: ReturnType<typeof findPeers>, name: string): string {
  return peers.find((peer) => peer.name === name)?.version.split(',')[0] ?? '';
}
