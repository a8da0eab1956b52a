import { argv } from 'node:process';
import { pathToFileURL } from 'node:url';

/** One measured figure beside its goal. */
export interface Finding {
  readonly what: string;
  readonly goal: string;
  readonly measured: string;
  /** The same for `ws` in the same run, where it was asked for. */
  readonly ws?: string | undefined;
  readonly met: boolean;
  /** Figures of time mean something only on a machine that does nothing else. */
  readonly kind: 'memory' | 'outcome' | 'time';
}

/** How a drill is run. */
export interface DrillSettings {
  /** Smaller counts, a few seconds. */
  readonly quick: boolean;
  /** Whether to measure `ws` as well. */
  readonly peers: boolean;
}

/** A load or an attack, and what has to be seen under it. */
export interface Drill {
  readonly name: string;
  readonly title: string;
  run(settings: DrillSettings): Promise<readonly Finding[]>;
}

/** What one drill found. */
export interface Report {
  readonly name: string;
  readonly title: string;
  readonly seconds: number;
  readonly findings: readonly Finding[];
}

const USAGE = 'options: --quick (smaller counts), --no-peers (without ws), --json, --only=name,name';

/** Runs `drill` when its file is the program that was started. */
export async function runIfMain(moduleUrl: string, drill: Drill): Promise<void> {
  if (argv[1] !== undefined && pathToFileURL(argv[1]).href === moduleUrl) await runProgram([drill]);
}

/** Runs drills one after the other as the command line says; prints what they found; fails when a goal was missed. */
export async function runProgram(drills: readonly Drill[]): Promise<void> {
  const options = argv.slice(2);
  const only = options
    .find((option) => option.startsWith('--only='))
    ?.slice('--only='.length)
    .split(',');
  const known = ['--quick', '--no-peers', '--json'];
  const unknown = options.find((option) => !known.includes(option) && !option.startsWith('--only='));
  const stranger = only?.find((name) => !drills.some((drill) => drill.name === name));
  if (unknown !== undefined || stranger !== undefined) {
    console.error(`${unknown ?? stranger} is not known; ${USAGE}; names: ${drills.map(({ name }) => name).join(', ')}`);
    process.exitCode = 2;
    return;
  }
  const json = options.includes('--json');
  const settings = { quick: options.includes('--quick'), peers: !options.includes('--no-peers') };
  const reports: Report[] = [];
  for (const drill of drills) {
    if (only !== undefined && !only.includes(drill.name)) continue;
    const report = await runDrill(drill, settings);
    reports.push(report);
    if (!json) printReport(report);
  }
  const met = reports.every(({ findings }) => findings.every((finding) => finding.met));
  if (json) console.log(JSON.stringify({ node: process.version, ...settings, met, reports }, null, 2));
  process.exitCode = met ? 0 : 1;
}

/** Runs one drill and takes its time. */
export async function runDrill(drill: Drill, settings: DrillSettings): Promise<Report> {
  const start = performance.now();
  const findings = await drill.run(settings);
  return { name: drill.name, title: drill.title, seconds: (performance.now() - start) / 1000, findings };
}

/** Prints what a drill found, for people. */
export function printReport({ name, title, seconds, findings }: Report): void {
  console.log(`\n${name}: ${title} (${seconds.toFixed(1)} s)`);
  for (const { what, goal, measured, ws, met } of findings) {
    console.log(
      `  ${met ? 'pass' : 'MISS'}  ${what}: ${measured} (goal: ${goal})${ws === undefined ? '' : ` · ws: ${ws}`}`,
    );
  }
}

/** The value below which `share` of `values` lie. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Bytes as mebibytes, for people. */
export function mib(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

/** Milliseconds, for people. */
export function ms(value: number): string {
  return value >= 10_000 ? `${(value / 1000).toFixed(1)} s` : `${value.toFixed(value < 100 ? 1 : 0)} ms`;
}
