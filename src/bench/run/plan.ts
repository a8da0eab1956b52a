import type { LoadConfig } from '../config.ts';
import type { Phase } from '../model.ts';
import type { BenchOptions, VariantOptions } from '../options.ts';
import type { Scenario, Timing } from '../scenario.ts';
import { SCENARIOS } from '../scenarios/scenarios.ts';
import { BENCH_DEFAULTS, LOAD_DEFAULTS } from './defaults.ts';
import { type Objective, parseObjective } from './objective.ts';
import { checkOption } from './option-checks.ts';

/** One server of a bench. */
export type Variant = VariantOptions & { readonly url: string };

/** A bench whose options are checked and complete. */
export interface Plan {
  readonly options: BenchOptions;
  readonly scenario: Scenario;
  /** For the first worker and the first variant; the others differ in `worker` and `url`. */
  readonly config: LoadConfig;
  readonly timing: Timing;
  readonly phases: readonly Phase[];
  readonly variants: readonly Variant[];
  readonly runs: number;
  /** Does the scenario go as fast as it can, so that the generator's own ceiling says something? */
  readonly unbounded: boolean;
  readonly calibrate: boolean;
  readonly objective: Objective | undefined;
}

/**
 * Checks options and completes them from the scenario's defaults and the general ones.
 *
 * @throws TypeError, RangeError that name the option and say what it takes
 */
export function makePlan(options: BenchOptions): Plan {
  for (const [name, value] of Object.entries(options)) checkOption(name, value);
  if (options.url === undefined) checkOption('url', null);
  const scenario = scenarioOf(options.scenario ?? 'echo');
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const all: BenchOptions = { ...scenario.defaults, ...(given as unknown as BenchOptions) };
  const objective = all.objective === undefined ? undefined : parseObjective(all.objective);
  const config = configOf(all, scenario);
  const timing = {
    durationMs: all.durationMs ?? BENCH_DEFAULTS.durationMs,
    warmupMs: all.warmupMs ?? BENCH_DEFAULTS.warmupMs,
  };
  const variants = variantsOf(all);
  const unbounded = scenario.calibrate !== 'none' && config.rate === 0;
  return {
    options: all,
    scenario,
    config,
    timing,
    phases: scenario.phases({ ...config, ...timing }),
    variants,
    runs: all.runs ?? (variants.length > 1 ? BENCH_DEFAULTS.runsToCompare : BENCH_DEFAULTS.runs),
    unbounded,
    calibrate: (all.calibrate ?? true) && unbounded,
    objective,
  };
}

function scenarioOf(name: string): Scenario {
  const scenario = Object.hasOwn(SCENARIOS, name) ? SCENARIOS[name as keyof typeof SCENARIOS] : undefined;
  if (scenario !== undefined) return scenario;
  throw new RangeError(`scenario must be one of ${Object.keys(SCENARIOS).join(', ')}, not ${JSON.stringify(name)}`);
}

function configOf(options: BenchOptions, { name }: Scenario): LoadConfig {
  const names = Object.keys(LOAD_DEFAULTS).concat(
    'publishers',
    'messages',
    'speed',
    'steps',
    'serverPid',
    'localAddresses',
    'objective',
  );
  const chosen = Object.entries(options).filter(([option]) => names.includes(option));
  return {
    ...LOAD_DEFAULTS,
    ...Object.fromEntries(chosen),
    scenario: name,
    url: options.url,
    worker: 0,
    workers: options.workers ?? BENCH_DEFAULTS.workers,
  };
}

function variantsOf({ variants, command, url, serverPid }: BenchOptions): Variant[] {
  if (variants === undefined || variants.length === 0) {
    if (command !== undefined && serverPid !== undefined)
      throw new RangeError('serverPid is for a server that is not started by a command; give one of the two');
    return [{ name: 'server', url, ...(command === undefined ? {} : { command }) }];
  }
  if (command !== undefined) throw new RangeError('command is for a bench without variants; each variant has its own');
  if (serverPid !== undefined) throw new RangeError('serverPid is for a bench of one server; variants give commands');
  const names = new Set(variants.map(({ name }) => name));
  if (names.size < variants.length) throw new RangeError('variants must have different names');
  return variants.map((variant) => ({ ...variant, url: variant.url ?? url }));
}
