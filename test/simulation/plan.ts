import { type ProtocolLimits, resolveLimits } from '../../src/protocol/index.ts';
import type { Dice } from '../support/dice.ts';
import { hex, type Role } from '../support/wire.ts';
import type { Agenda } from './agenda.ts';
import type { LinkPlan } from './link.ts';
import type { Message, Party, PartyPlan } from './party.ts';

/** When the first end closes at the latest, and the second, and when both must be over: in milliseconds. */
export const LAST_CLOSE_MS: readonly [number, number] = [30_000, 40_000];
export const ALL_OVER_MS: number = 60_000;

/** How one direction behaves, drawn anew for each seed. */
export function drawLink(dice: Dice, reorders: number): LinkPlan {
  const stalls = dice.chance(0.25);
  const stallFrom = stalls ? dice.below(20_000) : Infinity;
  return {
    capacity: dice.pick([64, 512, 4096, 65_536]),
    latencyMs: dice.pick([0, 1, 20, 200]),
    slowness: dice.chance(0.3) ? 0.2 : 0,
    pieces: dice.pick([1, 1, 2, 3, 5]),
    stallFrom,
    stallUntil: stallFrom + (dice.chance(0.3) ? Infinity : dice.below(15_000)),
    reorders,
  };
}

/** Limits that are low enough to be met. */
function drawLimits(dice: Dice): ProtocolLimits {
  return resolveLimits({
    maxMessageBytes: dice.pick([150, 1000, 100_000]),
    maxFragments: dice.pick([3, 1024]),
    assemblyMs: dice.pick([1000, 30_000]),
    highWaterBytes: dice.pick([200, 4096]),
    sendQueueBytes: dice.pick([1000, 65_536]),
    pendingPongs: dice.pick([1, 16]),
    pingsPerWindow: dice.pick([3, 1000]),
    closeTimeoutMs: dice.pick([500, 3000]),
  });
}

/** How an end is set up, drawn anew for each seed. */
export function drawParty(dice: Dice, role: Role, wrap: PartyPlan['wrap']): PartyPlan {
  return {
    role,
    limits: drawLimits(dice),
    keepalive: dice.chance(0.4)
      ? { intervalMs: dice.pick([500, 5000]), timeoutMs: dice.pick([1000, 5000]) }
      : undefined,
    inParts: dice.chance(0.2),
    borrow: dice.chance(0.2),
    keepsRest: dice.chance(0.5),
    wrap,
  };
}

const TEXTS = ['', 'a', 'Hello', 'Grüße', '日本', '𝒳', 'x'.repeat(130)];

function drawMessage(dice: Dice, isText: boolean = dice.chance(0.5)): Message {
  if (isText) return dice.pick(TEXTS) + dice.pick(TEXTS);
  const length = dice.chance(0.01) ? 20_000 : dice.below(dice.chance(0.1) ? 1500 : 150);
  return new Uint8Array(length).fill(dice.below(256));
}

// What breaks a rule of a server comes unmasked or masked with zeros; the codes are those that it may be refused with.
const CRIMES: readonly (readonly [client: string, server: string, codes: readonly string[]])[] = [
  ['8300', '8380 00000000', ['reserved-opcode']],
  ['c200', 'c280 00000000', ['reserved-bit']],
  ['8280 00000000', '8200', ['mask-unexpected', 'mask-missing']],
  ['0900', '0980 00000000', ['control-fragmented']],
  ['88 02 03ed', '8882 00000000 03ed', ['close-code-invalid']],
  ['88 01 03', '8881 00000000 03', ['close-payload-truncated']],
  ['897e 0080', '89fe 0080 00000000', ['control-too-long']],
  ['81 01 ff', '8181 00000000 ff', ['text-not-utf8', 'message-interleaved']],
];

const REASONS = ['', 'bye', 'Grüße'];

/** One thing that the application of an end does now. */
function act(dice: Dice, party: Party): 'violation' | undefined {
  const choice = dice.below(20);
  if (party.sendsParts && choice < 12) party.sendPart(drawMessage(dice, party.partsAreText), dice.chance(0.4));
  else if (choice < 6) party.send(drawMessage(dice), dice.chance(0.2));
  else if (choice < 8)
    for (let i = dice.below(8); i >= 0 && !party.sendsParts; i--) party.send(drawMessage(dice), false);
  else if (choice < 10) party.sendPart(drawMessage(dice), false);
  else if (choice < 12) party.ping(dice.chance(0.5) ? dice.bytes(dice.below(126)) : undefined);
  else if (choice === 12) for (let i = 0; i < 6; i++) party.ping(undefined);
  else if (choice < 15) party.pause();
  else if (choice < 17) party.resume();
  else if (choice === 17) return breakRule(dice, party) ? 'violation' : undefined;
  else if (choice === 18) drawClose(dice, party);
  else if (dice.chance(0.3)) party.terminate();
  else drawClose(dice, party);
  return undefined;
}

/** True when the bytes went out. */
function breakRule(dice: Dice, party: Party): boolean {
  const [toClient, toServer, codes] = dice.pick(CRIMES);
  return party.violate(hex(party.plan.role === 'server' ? toClient : toServer), codes);
}

function drawClose(dice: Dice, party: Party): void {
  if (dice.chance(0.2)) party.close(undefined, '');
  else party.close(dice.pick([1000, 1001, 3000, 4999]), dice.pick(REASONS));
}

/** Plans all that an end does by itself, until it closes at the latest. */
export function planActs(dice: Dice, party: Party, agenda: Agenda, lastMs: number, violated: () => void): void {
  const spanMs = dice.pick([100, 2000, 20_000]);
  for (let count = dice.between(1, 8); count > 0; count--) {
    agenda.at(dice.unit() * spanMs, () => {
      if (act(dice, party) === 'violation') violated();
    });
  }
  agenda.at(lastMs, () => {
    if (party.heard.ends.length === 0) party.close(1000, 'over');
    party.resume();
  });
}

/** Lets both ends do the same thing before either can know of the other: close, or break a rule. */
export function planCoincidence(dice: Dice, parties: readonly Party[], agenda: Agenda, violated: () => void): void {
  const at = dice.below(2000);
  const closes = dice.chance(0.4);
  for (const party of parties) {
    agenda.at(at, () => {
      if (closes) drawClose(dice, party);
      else if (breakRule(dice, party)) violated();
    });
  }
}
