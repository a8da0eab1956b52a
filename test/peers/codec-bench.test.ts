import { expect, it } from 'vitest';
import { maskContests, utf8Contests } from '../../bench/codec/bytes.ts';
import { type Contest, hold } from '../../bench/codec/contest.ts';
import { encodeContests } from '../../bench/codec/encode.ts';
import { parseContests } from '../../bench/codec/parse.ts';
import { codecTable } from '../../bench/codec-page.ts';
import { environmentOf } from '../../src/bench/run/environment.ts';

const CONTESTS = [
  ...parseContests([8, 2000]),
  ...encodeContests([8, 2000]),
  ...maskContests([125, 2000]),
  ...utf8Contests(500),
];

it('measures parsing, encoding, masking and UTF-8 by everybody who is installed, with the same outcome', async () => {
  const contests = [];
  for (const contest of CONTESTS) contests.push(await hold(contest, 2, 0.2));
  expect(contests.map(({ contenders }) => contenders.length)).not.toContain(0);
  for (const { contenders } of contests)
    for (const { values, median } of contenders) {
      expect(values).toHaveLength(2);
      expect(median).toBeGreaterThan(0);
    }
  const lines = codecTable({ environment: environmentOf('a test'), rounds: 2, sliceMs: 0.2, contests });
  for (const { name } of CONTESTS)
    expect(
      lines.some((line) => line.startsWith(`| ${name} |`)),
      name,
    ).toBe(true);
});

it('refuses a contender that leaves the work out', async () => {
  const idle = { name: 'idle', run: () => 0 };
  const contest: Contest = { name: 'work', unit: 'ns/frame', units: 1, comesTo: 1, contenders: [idle] };
  await expect(hold(contest, 2, 1)).rejects.toThrow('work: idle came to 0 instead of 1');
});
