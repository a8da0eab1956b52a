import { describe, expect, it } from 'vitest';
import { CLOSING_TABLE } from '../../src/protocol/index.ts';
import { gapsOf, PAIRS, runCampaign, UNREACHABLE } from './campaign.ts';
import { type Sabotage, simulate } from './simulator.ts';

const SEEDS = 100_000;
const LEAST = 1000;

describe('two ends of a simulated connection', () => {
  it(`keep every invariant in ${SEEDS} seeds, in which every fault and pair of closing states occurs often`, () => {
    const campaign = runCampaign(1, SEEDS);
    expect(campaign.failures).toEqual([]);
    expect(campaign.seeds).toBe(SEEDS);
    expect(gapsOf(campaign, LEAST)).toEqual([]);
  }, 240_000);

  it('do the same for the same seed, and something else for another', () => {
    const hashes = Array.from({ length: 200 }, (_, seed) => simulate(seed).hash);
    expect(Array.from({ length: 200 }, (_, seed) => simulate(seed, true).hash)).toEqual(hashes);
    expect(new Set(hashes).size).toBe(200);
  });

  it('can be in every pair of closing states but those with a reason', () => {
    expect(PAIRS.length + Object.keys(UNREACHABLE).length).toBe(Object.keys(CLOSING_TABLE).length ** 2);
  });
});

/** The problems that the first few hundred seeds have with a bug planted. */
function found(sabotage: Sabotage): string {
  return Array.from({ length: 300 }, (_, seed) => simulate(seed, false, sabotage).problems.join('\n')).join('\n');
}

describe('a planted bug is found', () => {
  it('when the end is reported twice', () => {
    const wrap: Sabotage['wrap'] = (handler) => ({
      ...handler,
      ended(info) {
        handler.ended(info);
        handler.ended(info);
      },
    });
    expect(found({ wrap })).toContain('2 reports of the end');
  });

  it('when something is told after the end', () => {
    const wrap: Sabotage['wrap'] = (handler) => ({
      ...handler,
      ended(info) {
        handler.ended(info);
        handler.message('late');
      },
    });
    expect(found({ wrap })).toContain('events after the end');
  });

  it('when the end is never reported', () => {
    expect(found({ wrap: (handler) => ({ ...handler, ended: () => {} }) })).toContain('0 reports of the end');
  });

  it('when a close code is changed on the way', () => {
    const wrap: Sabotage['wrap'] = (handler) => ({
      ...handler,
      ended: (info) => handler.ended({ ...info, code: info.code + 1 }),
    });
    expect(found({ wrap })).toMatch(/reports \d+ .*, the peer sent/);
  });

  it('when each end says that the other began to close', () => {
    const wrap: Sabotage['wrap'] = (handler) => ({
      ...handler,
      ended: (info) => handler.ended({ ...info, by: 'remote' }),
    });
    expect(found({ wrap })).toContain('each end says that the other began');
  });

  it('when a message is told twice', () => {
    const wrap: Sabotage['wrap'] = (handler) => ({
      ...handler,
      message(data) {
        handler.message(data);
        return handler.message(data);
      },
    });
    expect(found({ wrap })).toMatch(/is not the one that was sent|messages came of/);
  });

  it('when the network changes the order of what it carries', () => {
    expect(found({ reorders: 0.5 })).toMatch(/of which the peer is innocent|is not the one that was sent/);
  });

  it('when nothing ever ends a connection', () => {
    expect(found({ neverClose: true })).toContain('is open when all is over');
  });
});
