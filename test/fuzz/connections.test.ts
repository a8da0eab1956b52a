import { describe, expect, it } from 'vitest';
import { DIFFERENCES } from './differences.ts';
import { outcomes, replayCorpus, runSeeded } from './fuzz-runs.ts';
import { DOCUMENTED_CODES } from './rules.ts';
import { TARGETS } from './targets/index.ts';

const CONNECTIONS = TARGETS.filter(({ name }) => name.startsWith('connection-'));
const INPUTS = 60_000;

// What bytes alone lead to: not what time, or other connections, lead to.
const REACHABLE = DOCUMENTED_CODES.filter((code) => code !== 'message-too-slow' && code !== 'partial-messages-full');

describe('a connection that is fed with arbitrary bytes', () => {
  it(`comes to a documented end for ${INPUTS} inputs, of which more than 50,000 open it, and breaks every rule in some`, async () => {
    const report = await runSeeded(CONNECTIONS, INPUTS);
    expect(report.opened).toBeGreaterThan(50_000);
    const seen = new Set(outcomes(report).keys());
    for (const target of CONNECTIONS)
      for (const outcome of outcomes(await replayCorpus(target)).keys()) seen.add(outcome);
    expect(REACHABLE.filter((code) => !seen.has(code))).toEqual([]);
  }, 240_000);

  it.each(CONNECTIONS)('comes to a documented end for the corpus of $name', async (target) => {
    expect((await replayCorpus(target)).inputs).toBeGreaterThan(10);
  });

  it('differs from ws in every way that is written down, so that none is listed in vain', async () => {
    const seen = new Set<string>();
    for (const target of CONNECTIONS)
      for (const outcome of outcomes(await replayCorpus(target)).keys()) seen.add(outcome);
    expect(Object.keys(DIFFERENCES).filter((name) => !seen.has(`ws:${name}`))).toEqual([]);
  });
});
