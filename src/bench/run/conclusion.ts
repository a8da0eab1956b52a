import { mergeGates, type Source } from '../gates/collect.ts';
import { overallVerdict, totalOf } from '../gates/gate.ts';
import { runsGate, spreadGate } from '../gates/runs.ts';
import type { BenchReport, Comparison, Gate, RunRecord, Summary } from '../model.ts';
import { environmentOf } from './environment.ts';
import { isMet } from './objective.ts';
import type { Plan } from './plan.ts';
import { compare, compareWithEarlier, summarize } from './summary.ts';
import { describePlan, repeatCommand } from './wording.ts';

/** What a bench comes to: the medians of its runs, what they say of each other, and whether to believe it. */
export function conclude(
  plan: Plan,
  runs: readonly RunRecord[],
  earlier: readonly Summary[] | undefined,
  interrupted: boolean,
): BenchReport {
  const { options, scenario, variants, config, objective } = plan;
  const several = variants.length > 1;
  const gates = new Map<string, readonly Gate[]>();
  const summaries = variants.map(({ name }) => {
    const own = runs.filter(({ variant }) => variant === name).sort((a, b) => a.run - b.run);
    const { found, summary } = summaryWithGates(plan, name, own);
    gates.set(name, found);
    return summary;
  });
  const all = summaries.flat();
  const merged = mergeGates([...gates].map(([name, found]): Source => ({ label: several ? name : '', gates: found })));
  const valued = all.filter(({ median }) => !Number.isNaN(median)).map(({ metric }) => metric.kind);
  const verdict = overallVerdict(valued, merged);
  const [base = [], ...others] = summaries;
  const regressions = earlier && summaries.flatMap((own) => regressionsOf(own, earlier, config.seed));
  const report: Omit<BenchReport, 'exitCode'> = {
    title: options.title ?? scenario.name,
    scenario: scenario.name,
    description: describePlan(plan),
    environment: environmentOf(options.repeat ?? repeatCommand(options)),
    runs,
    summaries: all,
    comparisons: others.flatMap((own) => compare(own, base, config.seed)),
    gates: merged,
    verdict,
    ...(objective === undefined ? {} : { objective: { text: objective.text, met: isMet(objective, all) } }),
    ...(regressions === undefined ? {} : { regressions }),
    interrupted,
  };
  return { ...report, exitCode: exitCodeOf(report, options.failOn === 'regression') };
}

function summaryWithGates(
  { config }: Plan,
  variant: string,
  runs: readonly RunRecord[],
): { readonly found: readonly Gate[]; readonly summary: Summary[] } {
  const ofRuns = mergeGates(runs.map(({ run, gates }) => ({ label: `run ${run + 1}`, gates })));
  const raw = summarize(variant, runs, [], config.seed);
  const spreads = raw.map(({ metric, values }) => spreadGate(metric, values)).filter((gate) => gate !== undefined);
  const found = [
    ...ofRuns,
    runsGate(runs.length),
    ...mergeGates(spreads.map((gate) => ({ label: '', gates: [gate] }))),
  ];
  return { found, summary: summarize(variant, runs, found, config.seed) };
}

/** Those comparisons with the earlier bench that say `worse`. */
function regressionsOf(own: readonly Summary[], earlier: readonly Summary[], seed: number): Comparison[] {
  const names = new Set(earlier.map(({ variant }) => variant));
  // A single server may be called by another name today.
  const same = names.size === 1 ? earlier : earlier.filter(({ variant }) => variant === own[0]?.variant);
  return compareWithEarlier(own, same, seed).filter(({ says }) => says === 'worse');
}

function exitCodeOf(report: Omit<BenchReport, 'exitCode'>, failOnRegression: boolean): number {
  const faults = report.runs.flatMap(({ phases }) => phases).some((phase) => totalOf(phase.measurement.faults) > 0);
  if (faults) return 3;
  if (report.verdict === 'INVALID' || report.runs.length === 0) return 4;
  if (report.objective?.met === false) return 5;
  return failOnRegression && (report.regressions?.length ?? 0) > 0 ? 6 : 0;
}
