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
  readonly #slots: readonly Slot[];
  readonly #results = new Map<string, Map<Slot, ConversationResult>>();

  constructor(slots: readonly Slot[]) {
    this.#slots = slots;
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
    const found = this.#results.get(name) ?? new Map<Slot, ConversationResult>();
    const results = new Map<ConformanceCase, CaseResult>();
    for (const slot of this.#slots) {
      const result = found.get(slot);
      if (result === undefined) continue;
      const { one, conversation } = slot;
      const before = results.get(one);
      const worst = before === undefined || worseOf<ConversationResult>(result, before) === result ? result : before;
      const name = worst === before ? before.conversation : conversation.name;
      const durationMs = (before?.durationMs ?? 0) + result.durationMs;
      const { number, title, sections } = one;
      const conversations = (before?.conversations ?? 0) + 1;
      results.set(one, { ...worst, number, title, sections, conversation: name, conversations, durationMs });
    }
    return [...results.values()];
  }
}
