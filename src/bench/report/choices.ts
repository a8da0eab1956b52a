import type { Comparison, FaultName, Metric, MetricKind, ScenarioName, TimingName, Verdict } from '../model.ts';
import { TIMING_TITLES } from './gather.ts';

/** All names of a kind; a name that is missing does not compile. */
function namesOf<Name extends string>(names: Readonly<Record<Name, true>>): readonly Name[] {
  return Object.keys(names) as Name[];
}

export const SCENARIO_NAMES: readonly ScenarioName[] = namesOf<ScenarioName>({
  echo: true,
  open: true,
  curve: true,
  fanout: true,
  chat: true,
  storm: true,
  churn: true,
  idle: true,
  large: true,
  deflate: true,
  slow: true,
  hostile: true,
  replay: true,
  script: true,
});

export const FAULT_NAMES: readonly FaultName[] = namesOf<FaultName>({
  lost: true,
  duplicated: true,
  reordered: true,
  truncated: true,
  corrupted: true,
});

export const TIMING_NAMES: readonly TimingName[] = Object.keys(TIMING_TITLES) as TimingName[];
export const METRIC_KINDS: readonly MetricKind[] = namesOf<MetricKind>({
  rate: true,
  cost: true,
  latency: true,
  memory: true,
  count: true,
});
export const BETTER: readonly Metric['better'][] = ['higher', 'lower'];
export const VERDICTS: readonly Verdict[] = ['VALID', 'WARN', 'INVALID'];
export const OUTCOMES: readonly Comparison['says'][] = ['better', 'worse', 'no difference', 'not known'];
