import { describe, expect, it } from 'vitest';
import { ALL_CASES, type Selection, selectCases } from '../../src/conformance/index.ts';
import { defineCase, send } from '../../src/conformance/steps.ts';

function select(selection: Partial<Selection>): string[] {
  const given = { cases: [], exclude: [], limits: false, testee: 'server' as const, ...selection };
  return selectCases(ALL_CASES, given).cases.map(({ number }) => number);
}

describe('a selection of cases', () => {
  it('takes a number, the beginning of numbers, and a group', () => {
    expect(select({ cases: ['6.4.2'] })).toEqual(['6.4.2']);
    expect(select({ cases: ['6.4'] })).toEqual(['6.4.1', '6.4.2', '6.4.3', '6.4.4']);
    expect(select({ cases: ['3'] })).toHaveLength(7);
  });

  it('takes * for any part and a range for some', () => {
    expect(select({ cases: ['7.7.1-3'] })).toEqual(['7.7.1', '7.7.2', '7.7.3']);
    expect(select({ cases: ['4.*.1'] })).toEqual(['4.1.1', '4.2.1']);
    expect(select({ cases: ['10.*'] })).toEqual(['10.1.1']);
  });

  it('takes 1 for group 1 alone, and not for 10, 12 and 13', () => {
    expect(select({ cases: ['1'] })).toHaveLength(16);
  });

  it('takes sections, with those under them', () => {
    const under = select({ cases: ['RFC 6455 §5.5'] });
    expect(under).toContain('2.1');
    expect(under).toContain('7.1.1');
    expect(under).not.toContain('6.1.1');
    expect(select({ cases: ['rfc 6455 5.5'] })).toEqual(under);
    expect(select({ cases: ['§8.1'] })).toContain('6.20.1');
    expect(select({ cases: ['RFC 7692'] })).toContain('12.1.1');
    expect(select({ cases: ['§5'] })).not.toContain('6.20.1');
  });

  it('leaves out what is excluded', () => {
    expect(select({ cases: ['2'], exclude: ['2.1', '2.3-11'] })).toEqual(['2.2']);
  });

  it('refuses a pattern that no case fits, by name', () => {
    expect(() => select({ cases: ['8'] })).toThrow(new RangeError('no case fits "8"'));
    expect(() => select({ exclude: ['6.99'] })).toThrow(new RangeError('no case fits "6.99"'));
  });

  it('takes cases of limits only when asked, and those of the other testee never', () => {
    const cases = [
      defineCase('L.1', 'a flood', ['RFC 6455 §10.4'], () => [send()], { needsLimits: true }),
      defineCase('H.1', 'a response', ['RFC 6455 §4.1'], () => [send()], { testees: ['client'] }),
      defineCase('2.1', 'a ping', ['RFC 6455 §5.5.2'], () => [send()]),
    ];
    const given = { cases: [], exclude: [], testee: 'server' as const };
    const without = selectCases(cases, { ...given, limits: false });
    expect(without).toMatchObject({
      cases: [{ number: '2.1' }],
      leftOut: [{ number: 'L.1', reason: 'it needs --limits' }],
    });
    expect(selectCases(cases, { ...given, limits: true }).cases.map(({ number }) => number)).toEqual(['L.1', '2.1']);
  });

  it('refuses to be empty, and says why it would be', () => {
    expect(() => select({ cases: ['2'], exclude: ['2'] })).toThrow(/no case is left to run; exclude fewer/);
    expect(() => select({ cases: ['L'] })).toThrow(/--limits/);
    expect(() => select({ cases: ['H.2'], testee: 'client' })).toThrow(/not for testing a client/);
  });
});
