import { masking } from '../../src/codec/mask.ts';
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
  /** What earlier legs of the same run came to: their figures are added to, their finds are mutated further. */
  readonly report?: FuzzReport | undefined;
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

/** A whole input that is quicker than this has no step to be looked at. */
const NOTICEABLE_MS = 5;

/** How long the slowest step of an input takes when nothing else gets in its way: the best of a few tries. */
async function slowestStep(target: Target, input: Uint8Array, now: () => number, below: number): Promise<number> {
  let best = Infinity;
  for (let i = 0; i < 10 && best > below; i++) {
    const report = emptyReport();
    await runInput(target, input, report, now);
    best = Math.min(best, report.slowestMs);
  }
  return best;
}

const POOL_LIMIT = 4000;

/** Runs inputs until there were enough. @throws FuzzFailure for the first that fails */
export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const stackTraceLimit = Error.stackTraceLimit;
  // Most inputs end in an error that is caught: a stack for each would take more time than what is looked for.
  Error.stackTraceLimit = 0;
  try {
    return await run(options);
  } catch (error) {
    Error.stackTraceLimit = stackTraceLimit;
    // Once more, for its stack.
    if (error instanceof FuzzFailure) {
      const target = options.targets.find(({ name }) => name === error.target);
      if (target !== undefined) await runInput(target, error.input, emptyReport());
    }
    throw error;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

async function run({
  targets,
  seed,
  inputs,
  clock,
  coverage,
  report = emptyReport(),
}: FuzzOptions): Promise<FuzzReport> {
  const dice = new Dice(seed);
  const kits = targets.map((target) => kitFor(target, report));
  if (coverage?.reached() === 0) await retrace(kits, coverage);
  const wheel = kits.flatMap((kit) => Array<Kit>(kit.target.share).fill(kit));
  const last = report.inputs + inputs;
  for (let now = clock?.now() ?? 0; report.inputs < last && (clock === undefined || now < clock.until); ) {
    const kit = dice.pick(wheel);
    const input = nextInput(kit, dice);
    // Awaited only where there is something to wait for: most targets are done when they return.
    const running = runInput(kit.target, input, report);
    if (running !== undefined) await running;
    if (coverage?.news() === true) {
      if (kit.pool.length < POOL_LIMIT) kit.pool.push(input);
      kit.found.push(input);
    }
    if (clock === undefined) continue;
    const start = now;
    now = clock.now();
    if (now - start <= Math.max(NOTICEABLE_MS, report.slowestMs)) continue;
    const slowest = await slowestStep(kit.target, input, clock.now, report.slowestMs);
    if (slowest > report.slowestMs) Object.assign(report, { slowestMs: slowest, slowestTarget: kit.target.name });
    coverage?.news();
    now = clock.now();
  }
  return report;
}

/** What the fuzzer keeps of a target while it runs. */
interface Kit {
  readonly target: Target;
  /** What mutations start from. */
  readonly pool: Uint8Array[];
  readonly found: Uint8Array[];
  readonly words: readonly Uint8Array[];
}

function kitFor(target: Target, { found: finds }: FuzzReport): Kit {
  const found = finds.get(target.name) ?? [];
  finds.set(target.name, found);
  const words = target.dictionary.map((word) => new Uint8Array(Buffer.from(word, 'latin1')));
  return { target, pool: [...readCorpus(target.name).values(), ...found], found, words };
}

/** Runs what there is already, so that only what reaches more is new. */
async function retrace(kits: readonly Kit[], coverage: Coverage): Promise<void> {
  const report = emptyReport();
  for (const { target, pool } of kits) for (const input of pool) await runInput(target, input, report);
  coverage.news();
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
  // Chosen by the input, so that an input that failed fails again.
  masking.from = input.length % 2 === 0 ? 0 : Infinity;
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

function nextInput({ target, pool, words }: Kit, dice: Dice): Uint8Array {
  if (pool.length === 0 || dice.chance(0.4)) return target.generate(dice).slice(0, MAX_INPUT_BYTES);
  const input = pickShort(pool, dice);
  const choice = dice.unit();
  if (target.mutate !== undefined && choice < 0.97) return target.mutate(input, dice).slice(0, MAX_INPUT_BYTES);
  if (choice < 0.1) return splice(input, pickShort(pool, dice), dice);
  return mutateBytes(input, dice, words);
}

const SHORT_BYTES = 800;

/** Short inputs nineteen times of twenty: what a long one costs would do for many. */
function pickShort(pool: readonly Uint8Array[], dice: Dice): Uint8Array {
  const input = dice.pick(pool);
  return input.length <= SHORT_BYTES || dice.chance(0.05) ? input : dice.pick(pool);
}
