import type { BenchObserver, BenchOptions, BenchReport, VariantOptions } from '../src/bench/index.ts';
import { nullTarget } from '../src/bench/null-server/null-target.ts';
import type { Peer } from './catalog.ts';
import { type Choices, isWanted } from './choices.ts';
import { type RowResult, resultOf } from './results.ts';
import type { Contender, Row } from './rows.ts';

/** A contender that can take part here. */
export type Measured = Contender & { readonly server: Peer };

/** Who takes part in a row, and who does not, with the reason. */
export interface LineUp {
  readonly row: Row;
  readonly measured: readonly Measured[];
  readonly leftOut: RowResult['leftOut'];
}

/** The line-up of each row that was asked for. */
export function lineUp(choices: Pick<Choices, 'rows' | 'peers'>, peers: readonly Peer[]): LineUp[] {
  return choices.rows.map((row) => {
    const measured: Measured[] = [];
    const leftOut: { name: string; reason: string }[] = [];
    for (const contender of row.contenders) {
      const server = peers.find(({ name }) => name === contender.peer);
      if (!isWanted(contender, choices)) continue;
      if (server === undefined) leftOut.push({ name: contender.name, reason: 'there is no such peer' });
      else if (server.missing !== undefined) leftOut.push({ name: contender.name, reason: server.missing });
      else measured.push({ ...contender, server });
    }
    return { row, measured, leftOut };
  });
}

/** What the load tool is asked to measure for a row. `certificate` is the folder of key and certificate. */
export function optionsOf(
  { row, measured }: LineUp,
  choices: Pick<Choices, 'quick' | 'runs' | 'warmupMs' | 'durationMs' | 'command'>,
  certificate: string,
): BenchOptions {
  const { quick, runs, warmupMs, durationMs, command } = choices;
  const isSecure = row.options.includes('--tls');
  const origin = `${isSecure ? 'wss' : 'ws'}://127.0.0.1:{port}`;
  const load = { ...row.load, ...(quick ? row.quick : {}) };
  const told = row.options.map((option) => (option === '--tls' ? `--tls=${certificate}` : option));
  return {
    ...load,
    url: `${origin}${row.path}`,
    title: row.title,
    runs,
    warmupMs,
    durationMs,
    repeat: command,
    ...(quick ? { calibrate: false } : {}),
    variants: measured.map(({ name, server, options }): VariantOptions => {
      const variant = { name, command: server.command('--port={port}', ...told, ...options) };
      // Its answers are the same bytes each time.
      if (server.name === 'raw') return { ...variant, url: `${origin}${rawTarget(row.path, load)}`, verify: 'count' };
      return variant;
    }),
  };
}

/** The path that tells the raw server how long messages and their answers are, and whether connections are closed. */
function rawTarget(path: Row['path'], { scenario, source, binary = true }: Partial<BenchOptions>): string {
  if (scenario === 'idle') return `${path}?in=${PING_BYTES}&out=${PONG.length}&head=${PONG.toString('hex')}&${CLOSE}`;
  const bytes = source?.kind === 'size' ? source.bytes : 32;
  const [, query = ''] = nullTarget('/echo', binary ? 2 : 1, bytes).split('?');
  return `${path}?${query}${scenario === 'storm' ? `&${CLOSE}` : ''}`;
}

/** A connection of `idle` is asked with this ping whether it is served, and nothing else. */
const PING = 'ws101 bench';
const PING_BYTES = 6 + PING.length;
const PONG = Buffer.concat([Uint8Array.of(0x8a, PING.length), Buffer.from(PING)]);
/** A masked close frame with a code. */
const CLOSE = 'close=8';

/** Measures one row. `runBench` is that of the built load tool. */
export async function measureRow(
  lined: LineUp,
  choices: Choices,
  certificate: string,
  runBench: (options: BenchOptions, observer: BenchObserver) => Promise<BenchReport>,
  observer: BenchObserver,
  signal: AbortSignal,
): Promise<{ readonly report: BenchReport; readonly result: RowResult }> {
  const options = optionsOf(lined, choices, certificate);
  const report = await runBench({ ...options, signal }, observer);
  const { runs, warmupMs, durationMs } = choices;
  return { report, result: resultOf(lined.row, report, lined.measured, lined.leftOut, { runs, warmupMs, durationMs }) };
}

/** About how long a row takes, in milliseconds: starting and ending processes included. */
export function estimateMs({ row, measured }: LineUp, { runs, warmupMs, durationMs, quick }: Choices): number {
  const { steps } = { ...row.load, ...(quick ? row.quick : {}) };
  // After the last size of `idle` it is measured once more, with no connection left.
  const phases = steps === undefined ? 1 : steps.length + 1;
  return measured.length * runs * (AROUND_MS + phases * (warmupMs + durationMs));
}

const AROUND_MS = 2_000;
