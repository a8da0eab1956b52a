import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Dice } from '../support/dice.ts';
import { outcomes, replayCorpus, runSeeded } from './fuzz-runs.ts';
import { FuzzFailure, fuzz } from './fuzzer.ts';
import { NODE_REFUSES, WE_REFUSE } from './head-differences.ts';
import { readState, writeState } from './state.ts';
import type { Target } from './target.ts';
import { TARGETS } from './targets/index.ts';

const PARSERS = TARGETS.filter(({ name }) => !name.startsWith('connection-'));
const INPUTS = 40_000;

describe('a parser that is fed with arbitrary bytes', () => {
  it(`gives a documented result for ${INPUTS} inputs, the same however they are cut`, async () => {
    const report = await runSeeded(PARSERS, INPUTS);
    expect([...report.byTarget.keys()].sort()).toEqual(PARSERS.map(({ name }) => name).sort());
  }, 240_000);

  it.each(PARSERS)('gives a documented result for the corpus of $name', async (target) => {
    expect((await replayCorpus(target)).inputs).toBeGreaterThan(5);
  });
});

describe('the differences between our reading of heads and that of node:http', () => {
  it('all occur in the corpus, so that none is listed in vain', async () => {
    const seen = new Set<string>();
    for (const target of PARSERS.filter(({ name }) => name.endsWith('-head'))) {
      for (const outcome of outcomes(await replayCorpus(target)).keys()) seen.add(outcome);
    }
    const listed = [
      ...Object.keys(WE_REFUSE).map((code) => `node:refused:${code}`),
      ...Object.keys(NODE_REFUSES).map((code) => `node:read:${code}`),
    ];
    expect(listed.filter((name) => !seen.has(name))).toEqual([]);
  });
});

describe('the fuzzer', () => {
  const fragile: Target = {
    name: 'fragile',
    share: 1,
    dictionary: [],
    generate: (dice) => dice.bytes(4),
    run(input) {
      if (input[0] === 0x42) throw new Error('0x42 is too much');
    },
  };

  it('finds a fault, prints the input as hexadecimal digits and how to repeat and keep it', async () => {
    const failure = await fuzz({ targets: [fragile], seed: 1, inputs: 10_000 }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(FuzzFailure);
    expect((failure as FuzzFailure).input[0]).toBe(0x42);
    expect(String(failure)).toMatch(
      /npm run fuzz -- --target fragile --input 42[0-9a-f]{6}\n[\s\S]*--keep[\s\S]*0x42 is too much/,
    );
  });

  it('makes the same inputs of the same seed', async () => {
    const seen: string[] = [];
    const target: Target = { ...fragile, run: (input) => void seen.push(Buffer.from(input).toString('hex')) };
    await fuzz({ targets: [target], seed: 7, inputs: 50 });
    await fuzz({ targets: [target], seed: 7, inputs: 50 });
    expect(seen.slice(50)).toEqual(seen.slice(0, 50));
    expect(new Dice(7).unit()).not.toBe(new Dice(8).unit());
  });

  it('goes on with the figures and finds that an earlier run left in a file', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'ws101-fuzz-')), 'state.json');
    onTestFinished(() => rmSync(dirname(file), { recursive: true }));
    const counted: Target = { ...fragile, run: (_input, watch) => watch.count('accepted') };
    let runs = 0;
    const coverage = { news: () => ++runs % 5 === 0, reached: () => 1, total: 1 };
    const first = readState(file);
    await fuzz({ targets: [counted], seed: 1, inputs: 20, coverage, report: first.report });
    first.seeds.push(1);
    writeState(file, first);
    const second = readState(file);
    expect(second).toEqual(first);
    expect(second.report.found.get('fragile')).toHaveLength(4);
    await fuzz({ targets: [counted], seed: 2, inputs: 30, report: second.report });
    expect(second.report.inputs).toBe(50);
    expect(second.report.outcomes.get('fragile accepted')).toBe(50);
  });
});
