import { ALL_CASES } from './cases/all.ts';
import { targetOf } from './dial.ts';
import type { HeadField } from './head.ts';
import type { ConformanceCase } from './model.ts';
import type { CaseResult, ConformanceReport } from './result.ts';
import { runCaseOnServer } from './run-case.ts';
import { compareNumbers, selectCases } from './select.ts';
import { packageVersion } from './version.ts';

/** What is to be tested, and how. */
export interface ServerTestOptions {
  /** Of a server that sends back every message, under this `ws:` or `wss:` URL. */
  readonly url: string;
  /** Patterns of numbers and sections, as `selectCases` takes them. Default: all. */
  readonly cases?: readonly string[];
  readonly exclude?: readonly string[];
  /** Cases that load the server, too. Default: false. */
  readonly limits?: boolean;
  /** How many connections at a time. Default: 8. */
  readonly parallel?: number;
  /** Until something that should come must be there, in milliseconds. Default: 10 000. */
  readonly timeoutMs?: number;
  /** What to call the server. Default: its host and port. */
  readonly agent?: string;
  /** Fields of every request besides those that it needs. */
  readonly fields?: readonly HeadField[];
  /** Subprotocols to offer. */
  readonly protocols?: readonly string[];
  /** NON-STRICT counts as failed. Default: false. */
  readonly strict?: boolean;
  /** The command that runs one case again, for the report. */
  readonly repeat?: string;
  /** Ends the run early; what has not been run is left out. */
  readonly signal?: AbortSignal | undefined;
}

/** Learns how a run goes on. */
export interface RunObserver {
  started?(total: number): void;
  finished?(result: CaseResult, done: number, total: number): void;
}

/** So many connections keep two cores busy, and no server from its work. */
const PARALLEL = 8;
/** Longer than any testee that is there needs for a step. */
export const TIMEOUT_MS = 10_000;

/**
 * Runs the cases against a server and resolves with how it did.
 *
 * @throws RangeError for a pattern that fits no case, DOMException `SyntaxError` for a URL that names no server; at the call
 */
export function runServerTests(options: ServerTestOptions, observer: RunObserver = {}): Promise<ConformanceReport> {
  const { url, cases = [], exclude = [], limits = false, fields = [], protocols = [] } = options;
  const target = targetOf(url, { fields, protocols });
  const selected = selectCases(ALL_CASES, { cases, exclude, limits, testee: 'server' });
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const run = (one: ConformanceCase): Promise<CaseResult> =>
    runCaseOnServer(one, target, { timeoutMs, signal: options.signal });
  return runAll(selected.cases, run, options, observer).then(({ results, startedAt, durationMs, notRun }) => ({
    version: packageVersion(),
    testee: 'server',
    agent: options.agent ?? target.host,
    url,
    startedAt,
    durationMs,
    results,
    leftOut: [...selected.leftOut, ...notRun],
    strict: options.strict ?? false,
    repeat: options.repeat ?? '',
  }));
}

interface Ran {
  readonly results: readonly CaseResult[];
  readonly startedAt: string;
  readonly durationMs: number;
  readonly notRun: readonly { readonly number: string; readonly reason: string }[];
}

async function runAll(
  cases: readonly ConformanceCase[],
  run: (one: ConformanceCase) => Promise<CaseResult>,
  { parallel = PARALLEL, signal }: ServerTestOptions,
  observer: RunObserver,
): Promise<Ran> {
  const startedAt = new Date().toISOString();
  const from = performance.now();
  const results: CaseResult[] = [];
  observer.started?.(cases.length);
  const work = async (waiting: ConformanceCase[]): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined && !signal?.aborted; one = waiting.shift()) {
      const result = await run(one);
      if (signal?.aborted) return;
      results.push(result);
      observer.finished?.(result, results.length, cases.length);
    }
  };
  const quiet = cases.filter(({ needsLimits }) => !needsLimits);
  await Promise.all(Array.from({ length: parallel }, () => work(quiet)));
  // Cases beside a flood would wait for it.
  await work(cases.filter(({ needsLimits }) => needsLimits));
  const ran = new Set(results.map(({ number }) => number));
  const notRun = cases
    .filter(({ number }) => !ran.has(number))
    .map(({ number }) => ({ number, reason: 'the run was ended before' }));
  return {
    results: results.sort(compareNumbers),
    startedAt,
    durationMs: Math.round(performance.now() - from),
    notRun,
  };
}
