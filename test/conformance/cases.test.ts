import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { KNOWN_CASES } from '../../src/conformance/cases/all.ts';
import { GROUPS } from '../../src/conformance/cases/groups.ts';
import { SEQUENCES } from '../../src/conformance/cases/utf8-sequences.ts';
import { ALL_CASES, compareNumbers, groupOf } from '../../src/conformance/index.ts';
import type { Setting, Step } from '../../src/conformance/model.ts';

const NUMBERS = readFileSync(new URL('./known-numbers.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n');

const SIDE = { noContextTakeover: false, windowBits: 15 };
const SETTING: Setting = { testee: 'server', masks: true, deflate: { suite: SIDE, testee: SIDE } };

/** The steps of the small cases: the others have thousands. */
function* smallCases(): Generator<readonly [number: string, steps: readonly Step[]]> {
  for (const { number, conversations } of KNOWN_CASES) {
    if (/^(?:9|12|13)\./.test(number)) continue;
    for (const { steps } of conversations) yield [number, [...steps(SETTING)]];
  }
}

describe('the known cases', () => {
  it('are all 517 under their numbers, in their order, each once', () => {
    expect(NUMBERS).toHaveLength(517);
    expect(KNOWN_CASES.map(({ number }) => number)).toEqual(NUMBERS);
  });

  it('are for both testees, need no --limits, and have one conversation each', () => {
    for (const { number, testees, needsLimits, conversations } of KNOWN_CASES)
      expect([number, [...testees], needsLimits, conversations.length]).toEqual([
        number,
        ['server', 'client'],
        false,
        1,
      ]);
  });

  it('leave open what is right only where the RFC says nothing', () => {
    const open = KNOWN_CASES.filter(({ informational }) => informational).map(({ number }) => number);
    expect(open).toEqual(['7.1.6', '7.13.1', '7.13.2']);
  });

  it('end with the end of the connection', () => {
    for (const [number, steps] of smallCases()) expect([number, steps.at(-1)?.kind]).toEqual([number, 'end']);
  });

  it('make their steps anew each time, so that a case can be run again', () => {
    for (const { conversations } of KNOWN_CASES.filter(({ number }) => number.startsWith('9.7.'))) {
      const count = (): number => [...(conversations[0]?.steps(SETTING) ?? [])].length;
      expect(count()).toBe(2002);
      expect(count()).toBe(2002);
    }
  });

  it('take of UTF-8 what a decoder of another hand takes', () => {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    for (const { number, octets, valid } of SEQUENCES) {
      const decode = (): string => decoder.decode(octets);
      if (valid) expect(decode, number).not.toThrow();
      else expect(decode, number).toThrow();
    }
  });

  it('ask for compression in groups 12 and 13 and nowhere else', () => {
    for (const { number, conversations } of KNOWN_CASES)
      expect([number, conversations[0]?.opening.deflate !== undefined]).toEqual([number, /^1[23]\./.test(number)]);
  });
});

describe('every case', () => {
  it('has a number that no other has', () => {
    expect(new Set(ALL_CASES.map(({ number }) => number)).size).toBe(ALL_CASES.length);
  });

  it('names the sections that it tests, and belongs to a group with a title', () => {
    for (const { number, title, sections } of ALL_CASES) {
      expect(sections.length, number).toBeGreaterThan(0);
      for (const section of sections) expect(section).toMatch(/^RFC \d{4} §\d+(?:\.\d+)*$/);
      expect(title, number).toMatch(/^\S.*[^.\s]$/);
      expect([...GROUPS.keys()]).toContain(groupOf(number));
    }
  });

  it('stands in the order of the numbers', () => {
    const sorted = [...ALL_CASES].sort(compareNumbers);
    expect(ALL_CASES.map(({ number }) => number)).toEqual(sorted.map(({ number }) => number));
  });
});
