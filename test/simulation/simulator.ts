import { type ClosingState, MemoryBudget, type ProtocolHandler } from '../../src/protocol/index.ts';
import { Dice } from '../support/dice.ts';
import { Agenda } from './agenda.ts';
import { problemsOf } from './invariants.ts';
import { type Fault, Link } from './link.ts';
import { Party } from './party.ts';
import { ALL_OVER_MS, drawLink, drawParty, LAST_CLOSE_MS, planActs, planCoincidence } from './plan.ts';
import { Trace } from './trace.ts';

/** What can be planted into a simulation to see that it is found. */
export interface Sabotage {
  /** How often two pieces of the stream change places. */
  readonly reorders?: number;
  /** Stands between each protocol and its handler. */
  readonly wrap?: (handler: ProtocolHandler) => ProtocolHandler;
  /** Both ends never close, so that nothing ends the connection. */
  readonly neverClose?: boolean;
}

/** How one simulated connection went. */
export interface Simulated {
  readonly hash: string;
  /** Only when asked for. */
  readonly lines: readonly string[] | undefined;
  readonly problems: readonly string[];
  readonly faults: ReadonlySet<Fault>;
  /** Pairs of closing states that the two ends were in at the same time, client first, as `open/close-sent`. */
  readonly pairs: ReadonlySet<string>;
  readonly messages: number;
  readonly steps: number;
}

// What no connection of this size needs: one that goes on beyond it does not end.
const MOST_STEPS = 20_000;
const PARTIAL_BYTES = 1 << 20;

/** Plays the connection of this seed from its first byte to its end. The same seed, the same hash. */
export function simulate(seed: number, keepLines: boolean = false, sabotage: Sabotage = {}): Simulated {
  const dice = new Dice(seed);
  const agenda = new Agenda();
  const trace = new Trace(keepLines);
  const faults = new Set<Fault>();
  const pairs = new Set<string>();
  const budget = new MemoryBudget(dice.chance(0.1) ? 300 : PARTIAL_BYTES);
  const suffer = (fault: Fault): void => {
    faults.add(fault);
    trace.note(agenda.now, 'net', fault, 0);
  };
  const { reorders = 0, wrap, neverClose = false } = sabotage;
  const up = new Link(agenda, dice, drawLink(dice, reorders), suffer);
  const down = new Link(agenda, dice, drawLink(dice, reorders), suffer);

  /** Both directions are gone at once; each end learns of it in its own time. */
  const reset = (): void => {
    up.cutOff();
    down.cutOff();
    for (const party of [client, server]) agenda.at(agenda.now + dice.below(100), () => party.disconnect());
  };
  const client = new Party(drawParty(dice, 'client', wrap), agenda, dice, trace, up, down, budget, reset);
  const server = new Party(drawParty(dice, 'server', wrap), agenda, dice, trace, down, up, budget, reset);
  up.connect(client, server);
  down.connect(server, client);

  const [lastOfOne, lastOfOther] = dice.chance(0.5) ? LAST_CLOSE_MS : [LAST_CLOSE_MS[1], LAST_CLOSE_MS[0]];
  const violated = (): void => suffer('violation');
  planActs(dice, client, agenda, neverClose ? Infinity : lastOfOne, violated);
  planActs(dice, server, agenda, neverClose ? Infinity : lastOfOther, violated);
  if (dice.chance(0.15)) planCoincidence(dice, [client, server], agenda, violated);
  if (dice.chance(0.15)) {
    agenda.at(dice.below(20_000), () => {
      suffer('reset');
      reset();
    });
  }
  if (dice.chance(0.1)) {
    const party = dice.pick([client, server]);
    agenda.at(dice.below(20_000), () => {
      suffer('half-close');
      party.halfClose();
    });
  }

  let before: ClosingState | '' = '';
  let beforeOfOther: ClosingState | '' = '';
  let steps = 0;
  for (; steps < MOST_STEPS; steps++) {
    const due = Math.min(client.deadline, server.deadline);
    const next = Math.min(agenda.next, due);
    if (next > ALL_OVER_MS) break;
    if (due < agenda.next) {
      const party = client.deadline <= server.deadline ? client : server;
      agenda.at(due, () => party.tick());
    }
    agenda.step();
    const [state, stateOfOther] = [client.protocol.state, server.protocol.state];
    if (state === before && stateOfOther === beforeOfOther) continue;
    pairs.add(`${state}/${stateOfOther}`);
    [before, beforeOfOther] = [state, stateOfOther];
  }
  const problems = problemsOf(client, server);
  if (steps === MOST_STEPS) problems.push(`${MOST_STEPS} steps and no end`);
  if (budget.used !== 0) problems.push(`${budget.used} bytes of unfinished messages were not given back`);
  const messages = client.heard.messages.length + server.heard.messages.length;
  return { hash: trace.hash, lines: trace.lines, problems, faults, pairs, messages, steps };
}
