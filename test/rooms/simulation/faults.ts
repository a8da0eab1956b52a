import type { Faults } from './world.ts';

/** Everything arrives, if late. */
export const CALM: Faults = {
  link: { loses: 0, repeats: 0, announceMs: 20, answerMs: 10, unknown: 0 },
  kills: false,
  outages: false,
  cuts: false,
  stalls: false,
  losses: false,
};

/** Whatever may go wrong without a loss at the broker. */
export const ROUGH: Faults = {
  link: { loses: 0.1, repeats: 0.1, announceMs: 150, answerMs: 60, unknown: 0.05 },
  kills: true,
  outages: true,
  cuts: true,
  stalls: true,
  losses: false,
};

/** The broker loses the end of its logs, too. */
export const WRECKED: Faults = { ...ROUGH, losses: true };

/** Each kind of world by its name. */
export const FAULTS: ReadonlyMap<string, Faults> = new Map([
  ['calm', CALM],
  ['rough', ROUGH],
  ['wrecked', WRECKED],
]);
