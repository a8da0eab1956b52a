import { BETTER, FAULT_NAMES, METRIC_KINDS, OUTCOMES, SCENARIO_NAMES, TIMING_NAMES, VERDICTS } from './choices.ts';
import { SCHEMA_VERSION } from './ndjson.ts';

/** A JSON Schema, or a part of one. */
export type JsonSchema = { readonly [keyword: string]: unknown };

const text: JsonSchema = { type: 'string' };
const count: JsonSchema = { type: 'integer', minimum: 0 };
const amount: JsonSchema = { type: 'number', minimum: 0 };
const share: JsonSchema = { type: 'number', minimum: 0, maximum: 1 };
const number: JsonSchema = { type: ['number', 'null'], description: 'null when it is not known' };
const time: JsonSchema = { type: 'string', format: 'date-time' };
const verdict: JsonSchema = { enum: VERDICTS };
const tally: JsonSchema = { type: 'object', additionalProperties: count };

function list(items: JsonSchema): JsonSchema {
  return { type: 'array', items };
}

/** An object of these properties; those that end with `?` may be missing. */
function object(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const names = Object.keys(properties);
  return {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name.replace('?', ''), properties[name]])),
    required: names.filter((name) => !name.endsWith('?')),
  };
}

function line(type: string, description: string, properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return { description, ...object({ schema: { const: SCHEMA_VERSION }, type: { const: type }, ...properties }) };
}

const histogram: JsonSchema = {
  description:
    'Pairs of the lowest value of a bucket and how many values it holds, rising. Buckets are 1 wide below 256; from there on ' +
    '128 of equal width make up each doubling. Histograms are added bucket by bucket.',
  ...object({
    buckets: list({
      type: 'array',
      prefixItems: [amount, { type: 'integer', minimum: 1 }],
      minItems: 2,
      maxItems: 2,
    }),
    min: amount,
    max: amount,
    sum: amount,
  }),
};

const metric = { name: text, kind: { enum: METRIC_KINDS }, unit: text, better: { enum: BETTER } };
const gate = { name: text, verdict, kinds: list({ enum: METRIC_KINDS }), reason: text };

const phase = object({
  label: text,
  warmup_ms: amount,
  duration_ms: amount,
  rate_per_s: amount,
  'share?': share,
  connections: count,
  elapsed_ns: amount,
  counts: tally,
  faults: { type: 'object', propertyNames: { enum: FAULT_NAMES }, additionalProperties: count },
  errors: tally,
  'outcomes?': tally,
  timings_ns: {
    type: 'object',
    propertyNames: { enum: TIMING_NAMES },
    additionalProperties: { $ref: '#/$defs/histogram' },
  },
  generators: list(object({ cpu_ns: amount, utilization: share, received: count })),
  'server?': object({ cpu_ns: amount, rss_bytes: amount, peak_rss_bytes: amount, processes: count }),
  host: object({ 'steal?': share, 'idle?': share, 'pressure?': share, cores: count }),
  series: list(object({ rate_per_s: number, p99_ns: number })),
});

const comparison = {
  metric: { $ref: '#/$defs/metric' },
  variant: text,
  base: text,
  ratio: number,
  low: number,
  high: number,
  says: { enum: OUTCOMES },
};

/** What each line of a report in NDJSON is: a JSON Schema of draft 2020-12. */
export const BENCH_SCHEMA: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: `urn:ws101:bench:${SCHEMA_VERSION}`,
  title: 'One line of a report of ws101 bench',
  description: 'The line of type "report" is the last one of a whole report. Readers pass over what they do not know.',
  oneOf: ['environment', 'run', 'summary', 'comparison', 'gate', 'report'].map((type) => ({ $ref: `#/$defs/${type}` })),
  $defs: {
    environment: line('environment', 'Where and with what it was measured.', {
      date: time,
      ws101: text,
      node: text,
      platform: text,
      cpu: text,
      cores: count,
      memory_bytes: amount,
      command: text,
    }),
    run: line('run', 'One run of one variant in fresh processes.', {
      variant: text,
      run: count,
      order: count,
      started_at: time,
      phases: list({ $ref: '#/$defs/phase' }),
      metrics: list(object({ ...metric, value: number })),
      'ceiling_per_s?': amount,
      gates: list(object(gate)),
    }),
    summary: line('summary', 'One metric of one variant: a value for each run, their median and its 95 % interval.', {
      variant: text,
      metric: { $ref: '#/$defs/metric' },
      values: list(number),
      median: number,
      low: number,
      high: number,
      verdict,
    }),
    comparison: line('comparison', 'A metric of a variant over that of another one, or of an earlier report.', {
      of: { enum: ['variants', 'baseline'] },
      ...comparison,
    }),
    gate: line('gate', 'A reason to trust, or not to trust, the metrics of some kinds.', gate),
    report: line('report', 'The report as a whole.', {
      title: text,
      scenario: { enum: SCENARIO_NAMES },
      description: text,
      verdict,
      'objective?': object({ text, met: { type: 'boolean' } }),
      'regressions?': { ...count, description: 'how many comparisons with the baseline are regressions' },
      interrupted: { type: 'boolean' },
      exit_code: count,
    }),
    phase,
    metric: object(metric),
    histogram,
  },
};
