import type { ConformanceCase, Conversation } from '../model.ts';
import type { CaseResult, ConversationResult } from '../result.ts';
import { worseOf } from '../run-case.ts';

/** One conversation of a case, which a client asks for by its place in the list, counted from 1. */
export interface Slot {
  readonly one: ConformanceCase;
  readonly conversation: Conversation;
}

/** Every conversation of these cases, in order: the known suite has one for each case, ours may have several. */
export function slotsOf(cases: readonly ConformanceCase[]): readonly Slot[] {
  return cases.flatMap((one) => one.conversations.map((conversation) => ({ one, conversation })));
}

/** Beyond so many names nobody is taken in: each keeps a result for each case. */
const MOST_AGENTS = 32;
const LONGEST_NAME = 100;

/** What clients have come to, by what they call themselves. */
export class Agents {
  readonly #slotsOf = new Map<ConformanceCase, Slot[]>();
  readonly #results = new Map<string, Map<Slot, ConversationResult>>();

  constructor(slots: readonly Slot[]) {
    for (const slot of slots) this.#slotsOf.set(slot.one, [...(this.#slotsOf.get(slot.one) ?? []), slot]);
  }

  /** The names, in the order in which they came. */
  get names(): readonly string[] {
    return [...this.#results.keys()];
  }

  /** A name as it is kept: printable and of bounded length; undefined when there are too many others. */
  admit(name: string): string | undefined {
    const kept = name.replace(/[^\x20-\x7e]/g, '?').slice(0, LONGEST_NAME) || 'unnamed';
    if (!this.#results.has(kept)) {
      if (this.#results.size >= MOST_AGENTS) return undefined;
      this.#results.set(kept, new Map());
    }
    return kept;
  }

  /** Keeps how a client did; doing it again replaces what was. `name` must have been admitted. */
  keep(name: string, slot: Slot, result: ConversationResult): void {
    this.#results.get(name)?.set(slot, result);
  }

  /** How a client did in what it asked for, by case. */
  resultsOf(name: string): readonly CaseResult[] {
    return [...this.#slotsOf.keys()].flatMap((one) => this.resultOf(name, one) ?? []);
  }

  /** How a client did in a case, all of its conversations that it asked for put together; undefined when it asked for none. */
  resultOf(name: string, one: ConformanceCase): CaseResult | undefined {
    const { number, title, sections } = one;
    let whole: CaseResult | undefined;
    for (const slot of this.#slotsOf.get(one) ?? []) {
      const result = this.#results.get(name)?.get(slot);
      if (result === undefined) continue;
      const isWorst = whole === undefined || worseOf<ConversationResult>(result, whole) === result;
      const worst = isWorst || whole === undefined ? { ...result, conversation: slot.conversation.name } : whole;
      const durationMs = (whole?.durationMs ?? 0) + result.durationMs;
      whole = { ...worst, number, title, sections, conversations: (whole?.conversations ?? 0) + 1, durationMs };
    }
    return whole;
  }
}
