import { Dice } from '../support/dice.ts';
import { toHex } from '../support/wire.ts';
import { readCorpus } from './corpus.ts';
import { MAX_INPUT_BYTES, mutateBytes, splice } from './mutate.ts';
import type { Target, Watch } from './target.ts';

/** Tells which inputs reach code, or counts of loops, that none reached before. */
export interface Coverage {
  /** True when the input that just ran reached something new. */
  readonly news: () => boolean;
  /** How many counters are above zero by now. */
  readonly reached: () => number;
  readonly total: number;
}

/** How long to go on and from where. */
export interface FuzzOptions {
  readonly targets: readonly Target[];
  readonly seed: number;
  readonly inputs: number;
  /** The clock in milliseconds and the moment to stop; without it only `inputs` counts and nothing is timed. */
  readonly clock?: { readonly now: () => number; readonly until: number };
  readonly coverage?: Coverage | undefined;
  /** Runs an input with a slow step again, so that only what is slow every time counts as slow. */
  readonly remeasure?: boolean;
}

/** What a run of the fuzzer came to. */
export interface FuzzReport {
  inputs: number;
  /** Inputs with a valid handshake. */
  opened: number;
  /** Inputs by target. */
  readonly byTarget: Map<string, number>;
  /** Inputs by `target outcome`. */
  readonly outcomes: Map<string, number>;
  /** Inputs that reached new code, by target. */
  readonly found: Map<string, Uint8Array[]>;
  slowestMs: number;
  slowestTarget: string;
}

/** An input that did what it must not. */
export class FuzzFailure extends Error {
  readonly target: string;
  readonly input: Uint8Array;

  constructor(target: string, input: Uint8Array, cause: unknown) {
    const reason = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    const digits = toHex(input);
    super(
      `${target} failed on ${input.length} bytes: ${digits}\n\nRepeat it:  npm run fuzz -- --target ${target} --input ${digits}\n` +
        `Keep it:    the same command with --keep writes it to test/fuzz/corpus/${target}/; commit it with the fix\n\n${reason}`,
    );
    this.name = 'FuzzFailure';
    this.target = target;
    this.input = input;
  }
}

const NOTICEABLE_MS = 5;

/** How long the slowest step of an input takes when nothing else gets in its way: the best of ten tries. */
async function slowestOfSeveral(target: Target, input: Uint8Array, now: () => number, first: number): Promise<number> {
  let best = first;
  for (let i = 0; i < 10; i++) {
    const report = emptyReport();
    await runInput(target, input, report, now);
    best = Math.min(best, report.slowestMs);
  }
  return best;
}

const POOL_LIMIT = 4000;

/** Runs inputs until there were enough. @throws FuzzFailure for the first that fails */
export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const { targets, inputs, clock, coverage, remeasure = false } = options;
  const dice = new Dice(options.seed);
  const report = emptyReport();
  const pools = new Map(targets.map((target) => [target.name, [...readCorpus(target.name).values()]]));
  const wheel = targets.flatMap((target) => Array<Target>(target.share).fill(target));
  while (report.inputs < inputs && (clock === undefined || clock.now() < clock.until)) {
    const target = dice.pick(wheel);
    const pool = pools.get(target.name) ?? [];
    const input = nextInput(target, pool, dice);
    // Awaited only where there is something to wait for: most targets are done when they return.
    const before = report.slowestMs;
    const running = runInput(target, input, report, clock?.now);
    if (running !== undefined) await running;
    if (remeasure && clock !== undefined && report.slowestMs > Math.max(before, NOTICEABLE_MS)) {
      report.slowestMs = Math.max(before, await slowestOfSeveral(target, input, clock.now, report.slowestMs));
    }
    if (coverage?.news() === true) {
      if (pool.length < POOL_LIMIT) pool.push(input);
      report.found.set(target.name, [...(report.found.get(target.name) ?? []), input]);
    }
  }
  return report;
}

/** A report of nothing. */
export function emptyReport(): FuzzReport {
  return {
    inputs: 0,
    opened: 0,
    byTarget: new Map(),
    outcomes: new Map(),
    found: new Map(),
    slowestMs: 0,
    slowestTarget: '',
  };
}

/** Runs one input. @throws FuzzFailure */
export function runInput(
  target: Target,
  input: Uint8Array,
  report: FuzzReport,
  now?: () => number,
): Promise<void> | undefined {
  report.inputs++;
  report.byTarget.set(target.name, (report.byTarget.get(target.name) ?? 0) + 1);
  const fail = (cause: unknown): never => {
    throw new FuzzFailure(target.name, input, cause);
  };
  try {
    const running = target.run(input, watchFor(target, report, now));
    return running?.catch(fail);
  } catch (error) {
    return fail(error);
  }
}

function watchFor(target: Target, report: FuzzReport, now: (() => number) | undefined): Watch {
  const seen = new Set<string>();
  return {
    count(outcome) {
      const key = `${target.name} ${outcome}`;
      if (seen.has(key)) return;
      seen.add(key);
      report.outcomes.set(key, (report.outcomes.get(key) ?? 0) + 1);
    },
    opened: () => void report.opened++,
    step<T>(_bytes: number, run: () => T): T {
      if (now === undefined) return run();
      const start = now();
      const result = run();
      const took = now() - start;
      if (took > report.slowestMs) {
        report.slowestMs = took;
        report.slowestTarget = target.name;
      }
      return result;
    },
  };
}

function nextInput(target: Target, pool: readonly Uint8Array[], dice: Dice): Uint8Array {
  if (pool.length === 0 || dice.chance(0.4)) return target.generate(dice).slice(0, MAX_INPUT_BYTES);
  const input = dice.pick(pool);
  const choice = dice.unit();
  if (target.mutate !== undefined && choice < 0.97) return target.mutate(input, dice).slice(0, MAX_INPUT_BYTES);
  if (choice < 0.1) return splice(input, dice.pick(pool), dice);
  return mutateBytes(
    input,
    dice,
    target.dictionary.map((word) => new Uint8Array(Buffer.from(word, 'latin1'))),
  );
}
