import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { UNREACHABLE } from '../simulation/campaign.ts';
import { DIFFERENCES } from './differences.ts';
import { NODE_REFUSES, WE_REFUSE } from './head-differences.ts';
import { TARGETS } from './targets/index.ts';

it('the page on assurance names every target, every deliberate difference with its reason, and every impossible pair', () => {
  const page = readFileSync(new URL('../../docs/assurance.md', import.meta.url), 'utf8');
  const differences = Object.values(DIFFERENCES).map(({ name, why }) => [name, why] as const);
  const rows = [...differences, ...Object.entries(WE_REFUSE), ...Object.entries(NODE_REFUSES)];
  const missing = rows.filter(
    ([name, why]) => !page.split('\n').some((line) => line.includes(`\`${name}\``) && line.includes(why)),
  );
  expect(missing).toEqual([]);
  const names = [...TARGETS.map(({ name }) => name), ...Object.keys(UNREACHABLE)];
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});
