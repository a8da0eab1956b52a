import { parseArgs } from 'node:util';
import { type Contender, ROWS, type Row } from './rows.ts';

/** What `npm run bench` was asked for. */
export interface Choices {
  readonly rows: readonly Row[];
  /** Names of contenders or peers; undefined for all. */
  readonly peers: readonly string[] | undefined;
  readonly quick: boolean;
  /** Leave out the rows that a run with the same settings has measured here less than a day ago. */
  readonly resume: boolean;
  readonly runs: number;
  readonly warmupMs: number;
  readonly durationMs: number;
  /** Where results go. */
  readonly folder: string;
  /** Whether these are the results of the record, from which the page is made. */
  readonly forRecord: boolean;
  /** The command that repeats it. */
  readonly command: string;
}

/** What `npm run bench -- --help` says. */
export const HELP = `Measures this project's server beside others, row by row, and writes bench/results/ROW.json and docs/benchmarks.md.

  npm run bench                          everything; about two and a half hours, and nothing else should run meanwhile
  npm run bench -- --only=idle,handshakes   these rows alone; the others stay as they are
  npm run bench -- --peers=ws101,ws,raw  these alone; the results go to bench/.build/results, the page stays as it is
  npm run bench -- --quick               whether it works: two very short runs of each; written there, too

  --runs=N       runs of each contender, each in fresh processes, in turn (default 7)
  --seconds=N    how long each run is measured (default 4)
  --warmup=N     seconds before that (default 2)
  --out=FOLDER   where results go
  --resume       leaves out what was measured here with the same settings less than a day ago: after an interruption
  --list         names the rows and who takes part in each

Install Bun, Deno and bufferutil with npm run bench:peers; without them their results are left out, and the page says so.
`;

/** How rows are measured unless told otherwise. */
export const FULL = { runs: 7, warmupMs: 2_000, durationMs: 4_000 };
const QUICK = { runs: 2, warmupMs: 200, durationMs: 500 };
const RECORD = 'bench/results';
const ASIDE = 'bench/.build/results';

/**
 * Reads the command line.
 *
 * @returns `help` or `list` when only that was asked for
 * @throws TypeError or RangeError that says what is wrong
 */
export function readChoices(args: readonly string[]): Choices | 'help' | 'list' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      peers: { type: 'string' },
      quick: { type: 'boolean', default: false },
      runs: { type: 'string' },
      seconds: { type: 'string' },
      warmup: { type: 'string' },
      out: { type: 'string' },
      resume: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  if (values.list) return 'list';
  const { quick } = values;
  const peers = values.peers?.split(',');
  const contenders = ROWS.flatMap((row) => row.contenders);
  const names = new Set(contenders.flatMap(({ name, peer }) => [name, peer]));
  for (const name of peers ?? []) refuse('--peers', name, names);
  const rows = values.only?.split(',') ?? ROWS.map(({ name }) => name);
  for (const name of rows) refuse('--only', name, new Set(ROWS.map((row) => row.name)));
  // Whoever repeats it does not go on where this run did.
  const told = args.filter((arg) => arg !== '--resume');
  const defaults = quick ? QUICK : FULL;
  const forRecord = !quick && peers === undefined && values.out === undefined;
  return {
    rows: ROWS.filter(({ name }) => rows.includes(name)),
    peers,
    quick,
    resume: values.resume,
    runs: number('--runs', values.runs, 1) ?? defaults.runs,
    warmupMs: inMs(number('--warmup', values.warmup, 0)) ?? defaults.warmupMs,
    durationMs: inMs(number('--seconds', values.seconds, 0.1)) ?? defaults.durationMs,
    folder: values.out ?? (forRecord ? RECORD : ASIDE),
    forRecord,
    command: ['npm run bench', ...(told.length === 0 ? [] : ['--', ...told])].join(' '),
  };
}

/** Whether a contender was asked for. */
export function isWanted({ name, peer }: Contender, { peers }: Pick<Choices, 'peers'>): boolean {
  return peers === undefined || peers.includes(name) || peers.includes(peer);
}

function refuse(option: string, name: string, known: ReadonlySet<string>): void {
  if (!known.has(name)) throw new RangeError(`${option}: there is no ${name}; there are ${[...known].join(', ')}`);
}

function number(option: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text !== '' && value >= least && Number.isFinite(value) && (option !== '--runs' || Number.isInteger(value)))
    return value;
  throw new RangeError(`${option} must be a number from ${least}, not ${text}`);
}

function inMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.round(seconds * 1_000);
}
