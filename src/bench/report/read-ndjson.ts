import type {
  BenchReport,
  Comparison,
  Environment,
  Gate,
  Measurement,
  Metric,
  Phase,
  PhaseRecord,
  RunRecord,
  Summary,
} from '../model.ts';
import type { HistogramData } from '../stats/histogram.ts';
import { BETTER, METRIC_KINDS, OUTCOMES, SCENARIO_NAMES, TIMING_NAMES, VERDICTS } from './choices.ts';
import { Fields, ReportFormatError } from './fields.ts';
import { numbersFromWire } from './keys.ts';
import { SCHEMA_VERSION } from './ndjson.ts';

/**
 * The report that {@link toNdjson} wrote. Fields and types of lines that it does not know are passed over.
 *
 * @throws ReportFormatError for text that is none, that is cut off, that holds several reports, or of a later form
 */
export function readNdjson(text: string): BenchReport {
  const lines = text
    .split('\n')
    .map((line, i): [place: string, line: string] => [`line ${i + 1}`, line.trim()])
    .filter(([, line]) => line !== '')
    .map(([place, line]) => readLine(line, place));
  const of = (type: string): Fields[] => lines.filter((fields) => fields.text('type') === type);
  const [environment, report] = [of('environment'), of('report')];
  if (report.length > 1 || environment.length > 1) throw new ReportFormatError('there is more than one report');
  if (report[0] === undefined || environment[0] === undefined)
    throw new ReportFormatError(
      'the line of the environment or of the report is missing: it was cut off, or is no report',
    );
  const comparisons = of('comparison');
  const about = (what: 'variants' | 'baseline'): Comparison[] =>
    comparisons.filter((fields) => fields.text('of') === what).map(comparisonFrom);
  const [whole] = report;
  return {
    title: whole.text('title'),
    scenario: whole.choice('scenario', SCENARIO_NAMES),
    description: whole.text('description'),
    environment: environmentFrom(environment[0]),
    runs: of('run').map(runFrom),
    summaries: of('summary').map(summaryFrom),
    comparisons: about('variants'),
    gates: of('gate').map(gateFrom),
    verdict: whole.choice('verdict', VERDICTS),
    ...(whole.has('objective') && { objective: objectiveFrom(whole.object('objective')) }),
    ...(whole.has('regressions') && { regressions: about('baseline') }),
    interrupted: whole.boolean('interrupted'),
    exitCode: whole.number('exit_code'),
  };
}

function readLine(line: string, place: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new ReportFormatError(`${place} is no JSON`);
  }
  const fields = new Fields(value, place);
  const schema = fields.number('schema');
  if (schema !== SCHEMA_VERSION)
    throw new ReportFormatError(`${place} is of schema ${schema}; this release reads schema ${SCHEMA_VERSION}`);
  return fields;
}

function objectiveFrom(fields: Fields): { text: string; met: boolean } {
  return { text: fields.text('text'), met: fields.boolean('met') };
}

function environmentFrom(fields: Fields): Environment {
  return {
    date: fields.text('date'),
    ws101: fields.text('ws101'),
    node: fields.text('node'),
    platform: fields.text('platform'),
    cpu: fields.text('cpu'),
    cores: fields.number('cores'),
    memoryBytes: fields.number('memory_bytes'),
    command: fields.text('command'),
  };
}

function runFrom(fields: Fields): RunRecord {
  return {
    variant: fields.text('variant'),
    run: fields.number('run'),
    order: fields.number('order'),
    startedAt: fields.text('started_at'),
    phases: fields.objects('phases').map(phaseRecordFrom),
    metrics: fields.objects('metrics').map((metric) => ({ ...metricFrom(metric), value: metric.number('value') })),
    ...(fields.has('ceiling_per_s') && { ceiling: fields.number('ceiling_per_s') }),
    gates: fields.objects('gates').map(gateFrom),
  };
}

function phaseRecordFrom(fields: Fields): PhaseRecord {
  const server = fields.has('server') ? fields.object('server') : undefined;
  const host = fields.object('host');
  return {
    phase: phaseFrom(fields),
    elapsedNs: fields.number('elapsed_ns'),
    measurement: measurementFrom(fields),
    generators: fields.objects('generators').map((generator) => ({
      ...numbersFromWire(generator),
      cpuNs: generator.number('cpu_ns'),
      utilization: generator.number('utilization'),
      received: generator.number('received'),
    })),
    ...(server && {
      server: {
        ...numbersFromWire(server),
        cpuNs: server.number('cpu_ns'),
        rssBytes: server.number('rss_bytes'),
        peakRssBytes: server.number('peak_rss_bytes'),
        processes: server.number('processes'),
      },
    }),
    host: { ...numbersFromWire(host), cores: host.number('cores') },
    series: fields
      .objects('series')
      .map((second) => ({ rate: second.number('rate_per_s'), p99Ns: second.number('p99_ns') })),
  };
}

function phaseFrom(fields: Fields): Phase {
  return {
    label: fields.text('label'),
    warmupMs: fields.number('warmup_ms'),
    durationMs: fields.number('duration_ms'),
    rate: fields.number('rate_per_s'),
    ...(fields.has('share') && { share: fields.number('share') }),
    connections: fields.number('connections'),
  };
}

function measurementFrom(fields: Fields): Measurement {
  const timings = fields.object('timings_ns');
  const timed = timings.entries().filter(([name]) => TIMING_NAMES.includes(name as never));
  return {
    counts: numbersFromWire(fields.object('counts')),
    faults: tally(fields.object('faults')),
    errors: tally(fields.object('errors')),
    ...(fields.has('outcomes') && { outcomes: tally(fields.object('outcomes')) }),
    timings: Object.fromEntries(timed.map(([name]) => [name, histogramFrom(timings.object(name))])),
  };
}

function tally(fields: Fields): Record<string, number> {
  return Object.fromEntries(fields.entries().map(([name]) => [name, fields.number(name)]));
}

function histogramFrom(fields: Fields): HistogramData {
  const [min, max, sum] = [fields.number('min'), fields.number('max'), fields.number('sum')];
  return { buckets: fields.pairs('buckets'), min, max, sum };
}

function metricFrom(fields: Fields): Omit<Metric, 'value'> {
  return {
    name: fields.text('name'),
    kind: fields.choice('kind', METRIC_KINDS),
    unit: fields.text('unit'),
    better: fields.choice('better', BETTER),
  };
}

function summaryFrom(fields: Fields): Summary {
  return {
    variant: fields.text('variant'),
    metric: metricFrom(fields.object('metric')),
    values: fields.numbers('values'),
    median: fields.number('median'),
    low: fields.number('low'),
    high: fields.number('high'),
    verdict: fields.choice('verdict', VERDICTS),
  };
}

function comparisonFrom(fields: Fields): Comparison {
  return {
    metric: metricFrom(fields.object('metric')),
    variant: fields.text('variant'),
    base: fields.text('base'),
    ratio: fields.number('ratio'),
    low: fields.number('low'),
    high: fields.number('high'),
    says: fields.choice('says', OUTCOMES),
  };
}

function gateFrom(fields: Fields): Gate {
  const kinds = fields.texts('kinds').filter((kind) => METRIC_KINDS.includes(kind as never));
  return {
    name: fields.text('name'),
    verdict: fields.choice('verdict', VERDICTS),
    kinds: kinds as Gate['kinds'],
    reason: fields.text('reason'),
  };
}
