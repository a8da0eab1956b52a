import { element, type Markup } from '../../report/index.ts';
import type { CaseResult, ConformanceReport } from '../result.ts';
import { groupOf } from '../select.ts';
import { failuresOf, tallyGroups } from '../tally.ts';
import { failureWords, passes } from '../verdict.ts';

/** The report as JUnit XML, which CI systems show: a suite for each group, a test for each case. */
export function junitXml(report: ConformanceReport): string {
  const suites = tallyGroups(report).map(({ group, title, total, passed }) => {
    const results = report.results.filter(({ number }) => groupOf(number) === group);
    const skipped = results.filter(({ behavior }) => behavior === 'UNIMPLEMENTED').length;
    const seconds = results.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000;
    const counts = { tests: total, failures: total - passed, skipped, time: seconds.toFixed(3) };
    const attributes = { name: `${group} ${title}`.trim(), ...counts, timestamp: report.startedAt };
    return element('testsuite', attributes, ...results.map((result) => testcase(result, report)));
  });
  const failures = failuresOf(report).length;
  const root = element(
    'testsuites',
    {
      name: `ws101 conform: ${report.agent}`,
      tests: report.results.length,
      failures,
      time: (report.durationMs / 1000).toFixed(3),
    },
    ...suites,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root.text}\n`;
}

function testcase(result: CaseResult, { agent, strict, repeat }: ConformanceReport): Markup {
  const { number, title, behavior, durationMs, reason, expected, got, section } = result;
  const attributes = {
    name: `${number} ${title}`,
    classname: `${agent}.${groupOf(number)}`,
    time: (durationMs / 1000).toFixed(3),
  };
  if (passes(result, strict))
    return behavior === 'UNIMPLEMENTED'
      ? element('testcase', attributes, element('skipped', { message: reason }))
      : element('testcase', attributes);
  const lines = [
    reason,
    expected === '' ? '' : `expected: ${expected}`,
    got === '' ? '' : `got: ${got}`,
    section === '' ? '' : `section: ${section}`,
    repeat === '' ? '' : `again: ${repeat.replace('{case}', number)}`,
  ];
  return element(
    'testcase',
    attributes,
    element('failure', { message: reason, type: failureWords(result) }, lines.filter((line) => line !== '').join('\n')),
  );
}
