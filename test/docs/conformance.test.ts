import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rangesOf } from '../../scripts/conformance/deviations.ts';
import { fileOfPage, renderConformance, strangers } from '../../scripts/conformance/page.ts';
import { isPassed, mergeRun, type RecordedVerdict, readResults } from '../../scripts/conformance/results.ts';
import { missing } from '../../scripts/conformance/run-agent.ts';
import { ALL_CASES, type CaseResult, type ConformanceReport, GROUPS, groupOf } from '../../src/conformance/index.ts';

const RESULTS = readResults();
const own = RESULTS.agents.filter(({ name }) => name.startsWith('ws101-'));

/** Groups 12 and 13 take these ten minutes and more, and are not run with them. */
const SLOW = ['12', '13'];
const WITHOUT_SLOW = ['mojolicious-server'];

describe('docs/conformance.md', () => {
  it('is what the results and the tables of the code make it; npm run conformance -- --page does', () => {
    expect(renderConformance(RESULTS)).toBe(readFileSync(fileOfPage, 'utf8'));
  });

  it('knows no case that the suite does not have', () => {
    expect(strangers(RESULTS)).toEqual([]);
  });

  it('has nothing for our server and client that is other than OK or INFORMATIONAL, in every case', () => {
    expect(own.map(({ testee }) => testee)).toEqual(['server', 'client']);
    for (const { name, testee, verdicts } of own) {
      const meant = ALL_CASES.filter(({ testees }) => testees.includes(testee)).map(({ number }) => number);
      expect([name, meant.filter((number) => !(number in verdicts))]).toEqual([name, []]);
      const isFine = (one: RecordedVerdict): boolean =>
        one === 'OK' || (one.behavior === 'INFORMATIONAL' && ['OK', 'INFORMATIONAL'].includes(one.close));
      expect(Object.entries(verdicts).filter(([, verdict]) => !isFine(verdict))).toEqual([]);
    }
  });

  it('has all groups for everybody else, but the floods, and for some those that take minutes', () => {
    expect(RESULTS.agents.length).toBeGreaterThanOrEqual(11);
    for (const { name, testee, verdicts } of RESULTS.agents) {
      if (name.startsWith('ws101-')) continue;
      const known = new Set(Object.keys(verdicts).map(groupOf));
      const left = ['L', ...(WITHOUT_SLOW.includes(name) ? SLOW : [])];
      const missed = [...GROUPS.keys()].filter((group) => !left.includes(group) && !known.has(group));
      expect([name, testee, missed]).toEqual([name, testee, []]);
    }
  });
});

describe('the results of a run', () => {
  const agent = { name: 'ws-server', testee: 'server', title: 'ws', version: '1', setup: '' } as const;
  const whole = { ...agent, missing: undefined, command: [], own: false };
  const result = (number: string, behavior: string, reason = ''): CaseResult =>
    ({
      number,
      behavior,
      behaviorClose: 'OK',
      reason,
      got: '127.0.0.1:4711',
      section: '',
      sections: ['S'],
      conversation: '',
    }) as unknown as CaseResult;
  const report = (...results: CaseResult[]): ConformanceReport =>
    ({ startedAt: '2026-11-23T08:00:00Z', results }) as unknown as ConformanceReport;

  it('replace those of the same cases, stay beside others, and drop those of another version', () => {
    const first = mergeRun({ agents: [] }, whole, report(result('1.1.1', 'FAILED', 'no'), result('2.1', 'OK')), []);
    const again = mergeRun(first, whole, report(result('1.1.1', 'OK')), []);
    expect(again.agents[0]?.verdicts).toEqual({ '1.1.1': 'OK', '2.1': 'OK' });
    const later = mergeRun(again, { ...whole, version: '2' }, report(result('2.1', 'OK')), []);
    expect(later.agents.map(({ verdicts }) => verdicts)).toEqual([{ '2.1': 'OK' }]);
  });

  it('say no ports, which differ from run to run', () => {
    const { agents } = mergeRun({ agents: [] }, whole, report(result('1.1.1', 'FAILED', 'no')), []);
    const verdict = agents[0]?.verdicts['1.1.1'];
    expect(verdict).toMatchObject({ section: 'S', got: '127.0.0.1' });
    expect(verdict !== undefined && isPassed(verdict)).toBe(false);
  });

  it('are shown and asked for as ranges', () => {
    expect(rangesOf(['1.1.1', '1.1.2', '1.1.3', '1.1.5', '2.1', '2.2'])).toEqual([
      '1.1.1 to 1.1.3',
      '1.1.5',
      '2.1',
      '2.2',
    ]);
    expect(missing(new Set([2, 3, 5]), 8)).toBe('1,4,6-8');
  });
});
