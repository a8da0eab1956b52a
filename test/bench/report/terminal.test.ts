import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BenchReport } from '../../../src/bench/model.ts';
import { formatReport } from '../../../src/bench/report/terminal.ts';
import { type Canvas, columnsOf } from '../../../src/report/paint.ts';
import { inventReport } from './invented.ts';

function canvas(width: number): Canvas {
  return { width, paint: (text) => text };
}

const marked: Canvas = { width: 100, paint: (text, style) => (style === 'plain' ? text : `<${style}>${text}</>`) };
const two = inventReport({
  variants: [
    ['ours', 1],
    ['ws 8.23.0', 0.8],
  ],
});
const text = formatReport(two, canvas(100));
const lines = text.split('\n');

describe('a report on a terminal', () => {
  it('begins with what was measured, the verdict at the right, the load and the machine', () => {
    expect(lines[0]).toMatch(/^echo {2,}WARN$/);
    expect(columnsOf(lines[0] ?? '')).toBe(100);
    expect(lines[1]).toBe(two.description);
    expect(lines[2]).toBe('ws101 0.1.0 · Node 20.20.2 · linux 6.12 x64 · 2 × AMD EPYC 9B45');
    expect(text.endsWith(`again: ${two.environment.command}\n`)).toBe(true);
  });

  it('has a table for each server: the median of the runs, its interval, and what is not to be trusted', () => {
    expect(text).toMatch(/^ours +median of 5 runs +95 % interval$/m);
    expect(text).toMatch(/^ws 8\.23\.0 +median of 5 runs +95 % interval$/m);
    expect(text).toMatch(/^messages\/s +61\.\d k\/s +\[61\.\d k\/s, 6\d\.\d k\/s\]$/m);
    expect(text).toMatch(/^latency p99 +1\.\d\d ms +\[1\.\d\d ms, 1\.\d\d ms\] +WARN$/m);
  });

  it('shows a dash where too few values are known', () => {
    expect(text).toMatch(/^latency p99\.99 +— +— +WARN$/m);
    const few = formatReport(inventReport({ runs: 1, samples: 500 }), canvas(100), { latencyTable: true });
    expect(few).toMatch(/^p90 +\d.* [µm]s$/m);
    expect(few).toMatch(/^p99 +—\nmax +\d.* [µm]s$/m);
  });

  it('shows no interval for a single run', () => {
    const one = formatReport(inventReport({ runs: 1 }), canvas(100));
    expect(one).toMatch(/^ours +one run$/m);
    expect(one).not.toMatch(/median|interval/);
  });

  it('shows how the times are spread in a line from the shortest to the longest', () => {
    expect(text).toMatch(/^latency {2}\d+ µs [ ▁▂▃▄▅▆▇█]{40} \d+\.\d ms$/m);
  });

  it('compares by ratios', () => {
    expect(text).toMatch(/^ws 8\.23\.0\/ours +messages\/s +0\.80 +\[0\.\d\d, 0\.\d\d\] +worse$/m);
  });

  it('lists gates with their reasons, the worst first', () => {
    const at = (name: string): number => lines.findIndex((line) => line.includes(name));
    expect(at('pressure')).toBeGreaterThan(0);
    expect(at('pressure')).toBeLessThan(at('shape'));
    expect(lines[at('shape')]).toMatch(/^VALID +shape +all 50 connections stood/);
  });

  it('colours verdicts and outcomes', () => {
    const coloured = formatReport({ ...two, verdict: 'INVALID', objective: { text: 'p99<5ms', met: true } }, marked);
    expect(coloured).toContain('<red>INVALID</>');
    expect(coloured).toContain('<yellow>WARN </>');
    expect(coloured).toContain('<green>VALID</>');
    expect(coloured).toContain('<red>worse</>');
    expect(coloured).toContain('<green>objective p99<5ms: met</>');
  });

  it('has the whole table of percentiles only when asked', () => {
    expect(text).not.toContain('p99.9 ');
    const long = formatReport(two, canvas(100), { latencyTable: true });
    for (const row of ['min', 'p10', 'p50', 'p99', 'p99.9', 'p99.999', 'max', 'mean', 'values'])
      expect(long).toMatch(new RegExp(`^${row} +\\S`, 'm'));
  });

  it('has a row for each phase where there are several, and no spread over unlike loads', () => {
    const curve = formatReport(inventReport({ scenario: 'curve' }), canvas(110));
    expect(curve).toMatch(/^phase +received +latency p50 +p90 +p99 +p99\.9 +max +server CPU +server RSS$/m);
    expect(curve).toMatch(/^rate 60000 +60\.0 k\/s /m);
    expect(curve).not.toMatch(/[▂▃▄▅]/);
    const idle = formatReport(inventReport({ scenario: 'idle' }), canvas(110));
    expect(idle).toMatch(/^phase +received +server CPU +server RSS$/m);
  });

  it('tells which times it means where there are several', () => {
    const fanout = formatReport(inventReport({ scenario: 'fanout' }), canvas(100));
    for (const title of ['first receiver', 'median receiver', 'last receiver'])
      expect(fanout).toMatch(new RegExp(`^${title} +\\d`, 'm'));
  });

  it('says what went wrong, what became of what, that it was interrupted, and what got worse', () => {
    const [run] = two.runs;
    const [record] = run?.phases ?? [];
    if (run === undefined || record === undefined) throw new Error('nothing was invented');
    const measurement = {
      ...record.measurement,
      faults: { lost: 3, corrupted: 12 },
      errors: { 'status 503': 2, refused: 0 },
      outcomes: { 'closed 1008': 7 },
    };
    const bad = formatReport(
      {
        ...two,
        runs: [{ ...run, phases: [{ ...record, measurement }] }],
        interrupted: true,
        objective: { text: 'p99<1ms', met: false },
        regressions: two.comparisons.slice(0, 1),
      },
      canvas(100),
    );
    expect(bad).toContain('wrong data: 12 corrupted, 3 lost\n');
    expect(bad).toContain('errors: 2 status 503\n');
    expect(bad).toContain('outcomes: 7 closed 1008\n');
    expect(bad).toContain('Interrupted: ');
    expect(bad).toContain('objective p99<1ms: missed\n');
    expect(bad).toContain('worse than the baseline:\n');
    expect(formatReport({ ...two, regressions: [] }, canvas(100))).toContain(
      'no regression is known against the baseline\n',
    );
  });

  it('is there even when nothing was measured', () => {
    const none: BenchReport = { ...two, runs: [], summaries: [], comparisons: [], gates: [], interrupted: true };
    expect(formatReport(none, canvas(80))).toMatch(/^echo +WARN\n/);
  });

  it('is never wider than the screen and moves no cursor, whatever names say', () => {
    const name = fc.string({ unit: 'binary', maxLength: 80 });
    const scenario = fc.constantFrom('echo', 'curve', 'fanout', 'idle');
    fc.assert(
      fc.property(name, name, scenario, fc.integer({ min: 40, max: 120 }), (one, other, kind, width) => {
        const report = inventReport({
          scenario: kind,
          runs: 2,
          samples: 100,
          variants: [
            [one, 1],
            [other, 1.5],
          ],
          over: { title: one, description: other, objective: { text: one, met: false } },
        });
        for (const line of formatReport(report, canvas(width), { latencyTable: true }).split('\n')) {
          expect(line).not.toMatch(/\p{Cc}/u);
          expect(columnsOf(line)).toBeLessThanOrEqual(width);
        }
      }),
      { numRuns: 12 },
    );
  });
});
