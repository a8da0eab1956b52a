import { describe, expect, test } from 'vitest';
import { Roster } from '../../src/node/roster.ts';

const PLACE = Symbol('place');

describe('a roster', () => {
  test('has those who came and have not left, each once', () => {
    const roster = new Roster<{ readonly name: string }>(PLACE);
    const [a, b, c] = ['a', 'b', 'c'].map((name) => ({ name }));
    roster.add(a!).add(b!).add(c!).add(a!);
    expect([roster.size, roster.has(a!), roster.delete(a!), roster.delete(a!)]).toEqual([3, true, true, false]);
    expect([roster.size, roster.has(a!), roster.has(c!)]).toEqual([2, false, true]);
    expect([...roster].map(({ name }) => name).sort()).toEqual(['b', 'c']);
    expect([roster.delete(b!), roster.delete(c!), roster.size]).toEqual([true, true, 0]);
    expect([...roster.add(b!)]).toEqual([b]);
  });

  test('agrees with a set over a thousand comings and goings', () => {
    const roster = new Roster<object>(PLACE);
    const set = new Set<object>();
    const all = Array.from({ length: 40 }, () => ({}));
    for (let i = 0; i < 1_000; i++) {
      const member = all[(i * i * 7 + i) % 40]!;
      if (set.has(member)) {
        set.delete(member);
        expect(roster.delete(member)).toBe(true);
      } else {
        set.add(member);
        roster.add(member);
      }
      expect([roster.size, all.every((one) => roster.has(one) === set.has(one))]).toEqual([set.size, true]);
    }
    expect(new Set(roster)).toEqual(set);
  });

  test('shows a loop who was there at its beginning and has not left since', () => {
    const roster = new Roster<{ readonly name: string }>(PLACE);
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => ({ name }));
    roster.add(a!).add(b!).add(c!);
    const seen: string[] = [];
    for (const { name } of roster) {
      seen.push(name);
      if (name === 'a') {
        roster.delete(a!);
        roster.delete(b!);
        roster.add(d!);
      }
    }
    expect(seen).toEqual(['a', 'c']);
  });
});
