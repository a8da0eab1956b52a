/**
 * Does `ws101 bench` measure what a load generator in C measures? Both load the same server in turn, each time in a fresh
 * process. `npm run bench:agreement` writes bench/results/agreement.json and brings docs/benchmarks.md up to date, and ends
 * with 1 when they are not shown to agree; with `--quick` it only shows that it works.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import type { BenchOptions } from '../src/bench/index.ts';
import { environmentOf } from '../src/bench/run/environment.ts';
import { pairedRatio } from '../src/bench/stats/ratio.ts';
import { type Agreement, type AgreementResult, agreementTable, agrees } from './agreement-page.ts';
import { findPeers, ROOT } from './catalog.ts';
import { formatJson } from './format.ts';
import { loadHarness } from './harness.ts';
import { writePage } from './page.ts';
import { buildReference, runReference } from './reference.ts';
import { type RunningServer, startServer } from './server.ts';

interface Load {
  readonly name: string;
  readonly path: '/echo' | '/room';
  readonly options: Omit<BenchOptions, 'url'>;
  /**
   * The same for the generator in C, where messages come in numbers at the pace of ours: one that is done at once sleeps until the
   * server writes again, and to be woken costs the server.
   */
  readonly reference: readonly string[];
}

const LOADS: readonly Load[] = [
  {
    name: 'echo, 32 bytes, 50 connections, 1 in flight',
    path: '/echo',
    options: { scenario: 'echo', source: { kind: 'size', bytes: 32 }, connections: 50, depth: 1 },
    reference: ['echo', '--size=32', '--connections=50', '--depth=1'],
  },
  {
    name: 'echo, 32 bytes, 50 connections, 32 in flight',
    path: '/echo',
    options: { scenario: 'echo', source: { kind: 'size', bytes: 32 }, connections: 50, depth: 32 },
    reference: ['echo', '--size=32', '--connections=50', '--depth=32', '--work-ns=600'],
  },
  {
    name: 'a room of 500, 64 bytes of text, 8 in flight',
    path: '/room',
    options: { scenario: 'fanout', source: { kind: 'size', bytes: 64 }, connections: 500, depth: 8, binary: false },
    reference: ['fanout', '--size=64', '--connections=500', '--depth=8', '--text', '--work-ns=600'],
  },
];
const SEED = 1;

process.chdir(ROOT);
const quick = process.argv.includes('--quick');
const [runs, warmupMs, durationMs] = quick ? [2, 200, 500] : [64, 300, 1_000];
process.exitCode = await main();

async function main(): Promise<number> {
  const program = buildReference();
  const server = findPeers().find(({ name }) => name === 'ws101');
  if (program === undefined || server === undefined) {
    process.stderr.write('the load generator in C needs Linux and a C compiler (cc, or CC in the environment)\n');
    return 2;
  }
  // With copies of its own a server's cost depends on what its garbage collector's helper threads find idle, and so on how much
  // CPU the generator leaves: the one in C, told to spin where it would sleep, changed it by half. Borrowed bytes leave them out.
  const command = server.command('--mode=borrow');
  const agreements: Agreement[] = [];
  for (const load of LOADS) agreements.push(await compare(load, command, program));
  const environment = environmentOf('npm run bench:agreement');
  const result: AgreementResult = { environment, runs, warmupMs, durationMs, agreements };
  const folder = quick ? 'bench/.build/results' : 'bench/results';
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/agreement.json`, formatJson(result));
  if (!quick) writePage(ROOT);
  process.stdout.write(`${agreementTable(result).join('\n')}\n`);
  return quick || agreements.every(agrees) ? 0 : 1;
}

/**
 * Both generators, each as often, in the order ABBA, so that a slow drift of the machine hits both alike. They share the process
 * of the server: two processes of the same program differ by more than two generators do.
 */
async function compare(load: Load, command: readonly string[], program: string): Promise<Agreement> {
  const [bench, reference]: [number[], number[]] = [[], []];
  const server = await startServer(command);
  try {
    // The server's code is compiled by the first load that it sees.
    await byReference(load, server, program);
    await byBench(load, server);
    for (let run = 0; run < runs; run++) {
      process.stderr.write(`${load.name}: pair ${run + 1} of ${runs}\n`);
      if (run % 2 === 0) bench.push(await byBench(load, server));
      reference.push(await byReference(load, server, program));
      if (run % 2 === 1) bench.push(await byBench(load, server));
    }
  } finally {
    await server.stop();
  }
  const { middle, low, high } = pairedRatio(bench, reference, SEED);
  const interval = { low: Number.isNaN(low) ? null : low, high: Number.isNaN(high) ? null : high };
  return { load: load.name, bench, reference, ratio: middle, ...interval };
}

async function byBench({ path, options }: Load, { port, pid }: RunningServer): Promise<number> {
  const { runBench } = await loadHarness();
  const url = `ws://127.0.0.1:${port}${path}`;
  const report = await runBench({ ...options, url, serverPid: pid, runs: 1, warmupMs, durationMs, calibrate: false });
  const value = report.runs[0]?.metrics.find(({ kind }) => kind === 'cost')?.value;
  if (value === undefined || !(value > 0)) throw new Error(report.gates.map(({ reason }) => reason).join('\n'));
  return Math.round(value);
}

async function byReference({ reference }: Load, { port, pid }: RunningServer, program: string): Promise<number> {
  const times = [`--warmup-ms=${warmupMs}`, `--duration-ms=${durationMs}`];
  const { messages, serverCpuNs } = await runReference(program, [
    ...reference,
    `--port=${port}`,
    `--pid=${pid}`,
    ...times,
  ]);
  return Math.round((messages * 1e9) / serverCpuNs);
}
