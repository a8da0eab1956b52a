import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderBenchSchema } from '../../../scripts/bench-schema.ts';
import type { BenchReport } from '../../../src/bench/model.ts';
import { ReportFormatError } from '../../../src/bench/report/fields.ts';
import { toNdjson } from '../../../src/bench/report/ndjson.ts';
import { readNdjson } from '../../../src/bench/report/read-ndjson.ts';
import { BENCH_SCHEMA, type JsonSchema } from '../../../src/bench/report/schema.ts';
import { Histogram } from '../../../src/bench/stats/histogram.ts';
import { inventReport } from './invented.ts';

const reports: [name: string, report: BenchReport][] = (['echo', 'curve', 'fanout', 'storm', 'idle'] as const).map(
  (scenario) => [
    scenario,
    inventReport({
      scenario,
      runs: 2,
      samples: 2000,
      variants: [
        ['a', 1],
        ['b', 0.8],
      ],
    }),
  ],
);
const [, echo] = reports[0] as [string, BenchReport];
const everything: BenchReport = {
  ...echo,
  title: 'quotes " and \\, lines\nand signs 日本 \u2028',
  objective: { text: 'p99<5ms', met: false },
  regressions: echo.comparisons.slice(0, 1),
  runs: echo.runs.map((run) => ({
    ...run,
    gates: echo.gates,
    phases: run.phases.map((record) => ({
      ...record,
      phase: { ...record.phase, share: 0.5 },
      measurement: {
        ...record.measurement,
        faults: { lost: 3 },
        errors: { 'status 503': 2, __proto__x: 1 },
        outcomes: { 'closed 1008': 4 },
      },
    })),
  })),
};
const bare: BenchReport = {
  ...echo,
  runs: echo.runs.map(({ ceiling: _ceiling, ...run }) => ({
    ...run,
    phases: run.phases.map(({ server: _server, ...record }) => ({ ...record, host: { cores: 2 } })),
  })),
};
const all: [name: string, report: BenchReport][] = [
  ...reports,
  ['with everything', everything],
  ['with only what must be', bare],
  ['interrupted before the first run', { ...echo, runs: [], summaries: [], comparisons: [], interrupted: true }],
];

/** The schema with objects that may hold nothing beyond what it names. */
function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [key, strict(value)]);
  return Object.fromEntries('properties' in schema ? [...entries, ['additionalProperties', false]] : entries);
}

const ajv = new Ajv2020({
  strict: true,
  allowUnionTypes: true,
  formats: { 'date-time': /^\d{4}-\d\d-\d\dT[\d:.]+Z$/ },
});
const validate = ajv.compile({ ...(strict(BENCH_SCHEMA) as JsonSchema), $id: 'strict' });
const linesOf = (report: BenchReport): string[] => toNdjson(report).trimEnd().split('\n');

describe('a report as lines of JSON', () => {
  it.each(all)('follows the published schema and holds nothing that it does not name: %s', (_name, report) => {
    const lines = linesOf(report);
    for (const line of lines) {
      validate(JSON.parse(line));
      expect(validate.errors, line.slice(0, 200)).toBeFalsy();
    }
    expect(lines.map((line) => (JSON.parse(line) as { type: string }).type).at(-1)).toBe('report');
  });

  it.each(all)('is read back as it was: %s', (_name, report) => {
    const read = readNdjson(toNdjson(report));
    expect(read).toEqual(report);
    expect(toNdjson(read)).toBe(toNdjson(report));
  });

  it('holds histograms that count the same when they are read', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 2 ** 52, noNaN: true }), { minLength: 1 }), (values) => {
        const histogram = new Histogram();
        for (const value of values) histogram.record(value);
        const latency = histogram.toData();
        const [run] = echo.runs;
        const [record] = run?.phases ?? [];
        if (run === undefined || record === undefined) throw new Error('nothing was invented');
        const measurement = { ...record.measurement, timings: { latency } };
        const read = readNdjson(toNdjson({ ...echo, runs: [{ ...run, phases: [{ ...record, measurement }] }] })).runs[0]
          ?.phases[0]?.measurement.timings.latency;
        expect(read).toEqual(latency);
        const again = Histogram.from(read ?? latency);
        for (const share of [0, 0.5, 0.99, 1]) expect(again.quantile(share)).toBe(histogram.quantile(share));
      }),
      { numRuns: 50 },
    );
  });

  it('has a schema that refuses what is no line of a report', () => {
    const loose = ajv.compile(BENCH_SCHEMA);
    const [environment = ''] = linesOf(echo);
    const fields = JSON.parse(environment) as Record<string, unknown>;
    expect(loose({ ...fields, new: 1 })).toBe(true);
    expect(loose({ ...fields, cores: 'two' })).toBe(false);
    expect(loose({ ...fields, schema: 2 })).toBe(false);
    expect(loose({ ...fields, type: 'weather' })).toBe(false);
    const { cpu: _cpu, ...rest } = fields;
    expect(loose(rest)).toBe(false);
  });

  it('has a schema in the documentation that is as in the sources; otherwise run npx tsx scripts/bench-schema.ts', () => {
    expect(readFileSync(new URL('../../../docs/bench-schema.json', import.meta.url), 'utf8')).toBe(renderBenchSchema());
    expect(JSON.parse(renderBenchSchema())).toEqual(BENCH_SCHEMA);
  });
});

describe('reading a report', () => {
  const lines = linesOf(echo);
  const changed = (at: number, change: (fields: Record<string, unknown>) => void): string =>
    lines
      .map((line, i) => {
        const fields = JSON.parse(line) as Record<string, unknown>;
        if (i === (at < 0 ? lines.length + at : at)) change(fields);
        return JSON.stringify(fields);
      })
      .join('\n');

  it('passes over fields and lines that it does not know', () => {
    const more = `${changed(1, (fields) => {
      fields.weather = 'rain';
    })}\n\n{"schema":1,"type":"weather"}\n`;
    expect(readNdjson(more)).toEqual(echo);
  });

  it.each<[what: string, text: string, complaint: RegExp]>([
    ['is empty', '', /missing/],
    ['is cut off between lines', lines.slice(0, -1).join('\n'), /cut off/],
    ['is cut off within a line', toNdjson(echo).slice(0, -10), /^line \d+ is no JSON$/],
    ['holds two reports', toNdjson(echo) + toNdjson(echo), /more than one/],
    ['is of a later form', changed(0, (fields) => (fields.schema = 2)), /line 1 is of schema 2/],
    ['is a list', '[]', /line 1 is no object/],
    ['has a text for a number', changed(0, (fields) => (fields.cores = '2')), /line 1: cores is not a number/],
    ['has an unknown verdict', changed(-1, (fields) => (fields.verdict = 'FINE')), /verdict is not one of VALID/],
    ['has a number for a list', changed(1, (fields) => (fields.phases = 1)), /line 2: phases is not a list/],
    ['lacks a field', changed(1, (fields) => delete fields.variant), /line 2: variant is not a text/],
  ])('refuses text that %s', (_what, text, complaint) => {
    expect(() => readNdjson(text)).toThrow(ReportFormatError);
    expect(() => readNdjson(text)).toThrow(complaint);
  });

  it('refuses any text with an error of its own and no other', () => {
    const whole = toNdjson(inventReport({ runs: 1, samples: 50 }));
    const damage = fc.tuple(fc.nat(whole.length), fc.nat(20), fc.string({ maxLength: 5 }));
    fc.assert(
      fc.property(damage, ([at, length, text]) => {
        try {
          readNdjson(whole.slice(0, at) + text + whole.slice(at + length));
        } catch (error) {
          expect(error).toBeInstanceOf(ReportFormatError);
        }
      }),
    );
  });
});
