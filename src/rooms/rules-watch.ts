import type { Refused, Subscription } from './broker.ts';
import type { RoomMember } from './delivery.ts';
import type { Eventual } from './eventual.ts';
import { whenReady } from './eventual.ts';
import type { NodeContext } from './node-context.ts';
import type { RoomRules } from './room-rules.ts';
import { decodeRules } from './rules-text.ts';

/** Who goes by the rules of a room. */
export interface RulesReader {
  /** New rules were read. */
  rulesChanged(): void;
}

/** The rules of one room as this node knows them, and how it keeps up with them. */
export class RulesWatch<Member extends RoomMember<Prepared>, Prepared> {
  /** Undefined when the broker has none that can be read: then nobody comes in. */
  rules: RoomRules | undefined;
  version = 0;
  text = '';
  readonly #context: NodeContext<Member, Prepared>;
  readonly #room: string;
  readonly #reader: RulesReader;
  /** Counts how often it was heard that there are newer rules, and which of those the rules here are an answer to. */
  #heard = 0;
  #answered = 0;

  constructor(context: NodeContext<Member, Prepared>, room: string, reader: RulesReader) {
    this.#context = context;
    this.#room = room;
    this.#reader = reader;
  }

  begin({ rules, head }: Subscription): void {
    this.#set(rules, head.rulesVersion);
  }

  /** There are newer rules: they are fetched. */
  refresh(): Eventual<Refused | undefined> {
    this.#heard++;
    return this.current();
  }

  /** Looks whether the broker has other rules. */
  compare(version: number): void {
    if (version > this.version || this.#answered !== this.#heard) void this.refresh();
  }

  /** Makes sure that the newest rules are known that this node has heard of. */
  current(): Eventual<Refused | undefined> {
    const heard = this.#heard;
    if (this.#answered === heard) return undefined;
    return whenReady(this.#context.broker.rules(this.#room), (answer) => {
      if (answer.refusal !== undefined) return answer;
      if (answer.rulesVersion < this.version) return undefined;
      this.#answered = heard;
      const isNew = answer.rulesVersion !== this.version || answer.rules !== this.text;
      this.#set(answer.rules, answer.rulesVersion);
      if (isNew) this.#reader.rulesChanged();
      return undefined;
    });
  }

  /** The room was founded anew: its versions begin anew. */
  startAfresh(): void {
    this.version = 0;
    void this.refresh();
  }

  #set(text: string, version: number): void {
    this.rules = decodeRules(text);
    this.text = text;
    this.version = version;
  }
}
