import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as bench from '../../src/bench/index.ts';

describe('the library of the bench', () => {
  it('is what the package exports as ./bench', () => {
    const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(manifest.exports['./bench']).toEqual({
      types: './dist/bench/index.d.ts',
      default: './dist/bench/index.js',
    });
  });

  it('gives out these names', () => {
    expect(Object.keys(bench).sort()).toEqual([
      'BENCH_SCHEMA',
      'BaselineError',
      'Histogram',
      'RunFailure',
      'SCENARIOS',
      'createNullServer',
      'endGroup',
      'formatReport',
      'hasEnded',
      'quoteWord',
      'readNdjson',
      'runBench',
      'splitCommand',
      'startGroup',
      'startServer',
      'toHgrm',
      'toHtml',
      'toNdjson',
    ]);
  });

  it('has every scenario under its own name', () => {
    for (const [name, scenario] of Object.entries(bench.SCENARIOS)) expect(scenario.name).toBe(name);
    expect(Object.keys(bench.SCENARIOS)).toContain('echo');
  });
});
