import { CLOSING_TABLE, type ClosingState } from '../../src/protocol/index.ts';
import { FAULTS } from './link.ts';
import { simulate } from './simulator.ts';

const STATES = Object.keys(CLOSING_TABLE) as ClosingState[];

/** Pairs of closing states that cannot occur, client first, and the reason. */
export const UNREACHABLE: Readonly<Record<string, string>> = {
  'exchanged/open': 'the client has read a close frame that an open server has not sent',
  'open/exchanged': 'the server has read a close frame that an open client has not sent',
};

/** Every pair of closing states that two ends can be in at the same time, client first. */
export const PAIRS: readonly string[] = STATES.flatMap((one) => STATES.map((other) => `${one}/${other}`)).filter(
  (pair) => !Object.hasOwn(UNREACHABLE, pair),
);

/** What many simulated connections came to. */
export interface Campaign {
  seeds: number;
  messages: number;
  steps: number;
  /** Of how many seeds each fault was part. */
  readonly faults: Map<string, number>;
  /** In how many seeds each pair of closing states occurred. */
  readonly pairs: Map<string, number>;
  readonly failures: { readonly seed: number; readonly problems: readonly string[] }[];
}

/** Simulates `seeds` connections from seed `first` on, or fewer when `goOn` says so. */
export function runCampaign(first: number, seeds: number, goOn: () => boolean = () => true): Campaign {
  const campaign: Campaign = { seeds: 0, messages: 0, steps: 0, faults: new Map(), pairs: new Map(), failures: [] };
  for (let seed = first; campaign.seeds < seeds && goOn(); seed++) {
    const { problems, faults, pairs, messages, steps } = simulate(seed);
    campaign.seeds++;
    campaign.messages += messages;
    campaign.steps += steps;
    for (const fault of faults) campaign.faults.set(fault, (campaign.faults.get(fault) ?? 0) + 1);
    for (const pair of pairs) campaign.pairs.set(pair, (campaign.pairs.get(pair) ?? 0) + 1);
    if (problems.length > 0) campaign.failures.push({ seed, problems });
    if (campaign.failures.length >= 10) break;
  }
  return campaign;
}

/** Which faults and reachable pairs occurred in fewer seeds than `least`, and which impossible pairs occurred at all. */
export function gapsOf({ faults, pairs }: Campaign, least: number): string[] {
  const rare = [
    ...FAULTS.map((fault) => [fault, faults.get(fault) ?? 0] as const),
    ...PAIRS.map((pair) => [pair, pairs.get(pair) ?? 0] as const),
  ]
    .filter(([, count]) => count < least)
    .map(([what, count]) => `${what} occurred in ${count} seeds only`);
  return [
    ...rare,
    ...[...pairs.keys()].filter((pair) => Object.hasOwn(UNREACHABLE, pair)).map((pair) => `${pair} occurred`),
  ];
}
