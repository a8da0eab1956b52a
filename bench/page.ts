import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dotPlot, formatBytes, formatInterval, formatValue, svgFile } from '../src/report/index.ts';
import { type AgreementResult, agreementTable } from './agreement-page.ts';
import { FULL } from './choices.ts';
import { type CodecResult, codecTable } from './codec-page.ts';
import { type GeneratorResult, generatorTable } from './generator-page.ts';
import { countWords, goalWords, type Judged, judgeCodec, judgeRow, measuredWords, verdictWords } from './goals.ts';
import { fillParts, line, orNaN, ratioWords } from './parts.ts';
import { type RefusalResult, refusalTable } from './refusal-page.ts';
import { type RowResult, readResults } from './results.ts';
import { BASES, ROWS } from './rows.ts';
import { summaryTable } from './summary.ts';

/** Everything that was measured for the record. */
export interface BenchRecord {
  readonly rows: ReadonlyMap<string, RowResult>;
  readonly refusals: RefusalResult | undefined;
  readonly agreement: AgreementResult | undefined;
  readonly codec: CodecResult | undefined;
  readonly generator: GeneratorResult | undefined;
}

const PAGE = 'docs/benchmarks.md';
const README = 'README.md';
const PLOTS = 'docs/benchmarks';
const RESULTS = 'bench/results';
/** Those of the same implementation have the same colour. */
const COLOURS: readonly string[] = ['ws101', 'ws', 'bufferutil', 'raw', 'bun', 'deno'];

/** What `bench/results/` holds. `root` is the folder of the repository. */
export function readRecord(root: string): BenchRecord {
  const folder = join(root, RESULTS);
  return {
    rows: readResults(folder),
    refusals: readJson<RefusalResult>(join(folder, 'refusals.json')),
    agreement: readJson<AgreementResult>(join(folder, 'agreement.json')),
    codec: readJson<CodecResult>(join(folder, 'codec.json')),
    generator: readJson<GeneratorResult>(join(folder, 'generator.json')),
  };
}

function readJson<Result>(path: string): Result | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Result) : undefined;
}

/** Brings docs/benchmarks.md with its plots, and the table of README.md, up to date with `bench/results/`. */
export function writePage(root: string): void {
  const record = readRecord(root);
  const page = join(root, PAGE);
  writeFileSync(page, renderPage(readFileSync(page, 'utf8'), record));
  const readme = join(root, README);
  writeFileSync(readme, renderReadme(readFileSync(readme, 'utf8'), record));
  const plots = renderPlots(record);
  const folder = join(root, PLOTS);
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(folder)) if (!plots.has(file)) rmSync(join(folder, file));
  for (const [file, svg] of plots) writeFileSync(join(folder, file), svg);
}

/**
 * The page with its generated parts made anew; what stands between them is as it was.
 *
 * @throws Error when a part has no place in it
 */
export function renderPage(page: string, record: BenchRecord): string {
  return fillParts(page, PAGE, {
    machine: machines(record),
    contenders: contenders(record),
    rows: rows(record),
    goals: goals(record),
    refusals: refusalTable(record.refusals),
    agreement: agreementTable(record.agreement),
    codec: codecTable(record.codec),
    generator: generatorTable(record.generator),
  });
}

/**
 * README.md with the short table of what was measured.
 *
 * @throws Error when the table has no place in it
 */
export function renderReadme(page: string, { rows }: BenchRecord): string {
  return fillParts(page, README, { measured: summaryTable(rows) });
}

/** A plot for each row that was measured, by the names of their files. */
export function renderPlots({ rows }: BenchRecord): ReadonlyMap<string, string> {
  const plots = new Map<string, string>();
  for (const { row, title, metric, contenders } of rows.values()) {
    const plot = dotPlot({
      title: `${title}: ${metric.name}`,
      unit: metric.unit,
      better: metric.better,
      rows: contenders.map(({ name, peer, values, median, low, high }) => ({
        name,
        series: COLOURS.indexOf(peer),
        values: values.map(orNaN),
        median: orNaN(median),
        low: orNaN(low),
        high: orNaN(high),
      })),
    });
    plots.set(`${row}.svg`, svgFile(plot));
  }
  return plots;
}

function machines({ rows }: BenchRecord): string[] {
  const all = [...rows.values()].map(({ environment, runs, warmupMs, durationMs }) => {
    const { cpu, cores, memoryBytes, platform, node } = environment;
    return (
      `${cpu}, ${cores} cores, ${formatBytes(memoryBytes)} of memory, ${platform}, Node ${node}; ` +
      `${runs} runs of ${durationMs / 1000} s after a warm-up of ${warmupMs / 1000} s`
    );
  });
  if (all.length === 0) return ['Nothing has been measured for the record yet.'];
  const days = [...rows.values()].map(({ environment }) => environment.date.slice(0, 10)).sort();
  const when = days[0] === days.at(-1) ? `on ${days[0]}` : `from ${days[0]} to ${days.at(-1)}`;
  return [`Measured ${when}:`, '', ...[...new Set(all)].map((machine) => `- ${machine}`)];
}

function contenders({ rows }: BenchRecord): string[] {
  const lines = new Map<string, string>();
  for (const { contenders } of rows.values()) {
    for (const { name, version, setup } of contenders) {
      if (!lines.has(name)) lines.set(name, `| ${name} | ${version} | ${setup} |`);
    }
  }
  return lines.size === 0
    ? ['None yet.']
    : ['| name | version | how it is set up |', '|---|---|---|', ...lines.values()];
}

function rows(record: BenchRecord): string[] {
  return ROWS.flatMap(({ name, title }) => {
    const result = record.rows.get(name);
    return [`### ${title}`, '', ...(result === undefined ? ['Not measured yet.'] : rowLines(result)), ''];
  }).slice(0, -1);
}

function rowLines(result: RowResult): string[] {
  const { row, title, metric, contenders, gates, leftOut, environment } = result;
  const bases = BASES.map((name) => contenders.find((one) => one.name === name)).filter((base) => base !== undefined);
  const head = [
    '',
    `${metric.name} (${metric.better} is better)`,
    '95 % interval',
    ...bases.map(({ name }) => `× ${name}`),
  ];
  const trusted = contenders.every(({ verdict }) => verdict === 'VALID');
  return [
    `![${title}: every run of every contender](benchmarks/${row}.svg)`,
    '',
    line([...head, ...(trusted ? [] : ['trust'])]),
    `|---|${'--:|'.repeat(head.length - 1)}${trusted ? '' : '---|'}`,
    ...contenders.map((one) =>
      line([
        one.name,
        formatValue(orNaN(one.median), metric.unit),
        formatInterval(orNaN(one.low), orNaN(one.high), metric.unit),
        ...bases.map((base) => (base === one ? '1' : ratioWords(one, base))),
        ...(trusted ? [] : [one.verdict]),
      ]),
    ),
    '',
    ...goalTable(judgeRow(result)),
    ...gates.map(({ verdict, name, reason }) => `- ${verdict}, ${name}: ${reason}`),
    ...leftOut.map(({ name, reason }) => `- Left out: ${name}, ${reason}.`),
    ...(gates.length + leftOut.length === 0 ? [] : ['']),
    `Measured on ${environment.date.slice(0, 10)}; \`npm run bench -- --only=${row}${timesOf(result)}\` repeats it.`,
  ];
}

/** The options that say how often and how long, where it was not as usual. */
function timesOf({ runs, warmupMs, durationMs }: RowResult): string {
  return [
    runs === FULL.runs ? '' : ` --runs=${runs}`,
    durationMs === FULL.durationMs ? '' : ` --seconds=${durationMs / 1000}`,
    warmupMs === FULL.warmupMs ? '' : ` --warmup=${warmupMs / 1000}`,
  ].join('');
}

/** All goals together: how many were met, and which were not. */
function goals({ rows: measured, codec }: BenchRecord): string[] {
  const ofRows = ROWS.flatMap(({ name, title }) => {
    const result = measured.get(name);
    return result === undefined ? [] : judgeRow(result).map((judged) => ({ where: title, judged }));
  });
  const ofCodec = judgeCodec(codec?.contests ?? []).map((judged) => ({ where: judged.contest, judged }));
  const all = [...ofRows, ...ofCodec];
  const missed = all.filter(({ judged }) => judged.says === 'missed');
  if (all.length === 0) return ['None of them was measured yet.'];
  return [
    countWords(all.map(({ judged }) => judged)),
    ...(missed.length === 0 ? [] : ['', '| missed | goal | measured | |', '|---|---|--:|---|']),
    ...missed.map(({ where, judged }) =>
      line([where, goalWords(judged.goal), measuredWords(judged), verdictWords(judged)]),
    ),
  ];
}

function goalTable(judged: readonly Judged[]): string[] {
  if (judged.length === 0) return [];
  const lines = judged.map((one) => line([goalWords(one.goal), measuredWords(one), verdictWords(one)]));
  return ['| goal | measured | |', '|---|--:|---|', ...lines, ''];
}
