import type { RoomEvent, RoomRules } from '../rooms/index.ts';
import { plainMessageOf } from './plain-messages.ts';
import { messageOf } from './v1/event-messages.ts';

/**
 * One event of a room in the forms that connections take. Each form is made when the first member asks for it, and once: an event
 * costs one encoding for each protocol that is spoken in the room, whatever the number of members.
 */
export class Rendering<Prepared> {
  readonly event: RoomEvent;
  readonly #prepare: (json: string) => Prepared;
  readonly #rules: RoomRules | undefined;
  #plain: { readonly prepared: Prepared | undefined } | undefined;
  #v1: { readonly prepared: Prepared | undefined } | undefined;

  /** @param rules those of the room, where it is told who has which role */
  constructor(event: RoomEvent, prepare: (json: string) => Prepared, rules: RoomRules | undefined) {
    this.event = event;
    this.#prepare = prepare;
    this.#rules = rules;
  }

  /** For clients that know four fields; undefined if it tells them nothing. */
  get plain(): Prepared | undefined {
    this.#plain ??= { prepared: this.#encode(plainMessageOf(this.event)) };
    return this.#plain.prepared;
  }

  /** For clients of `ws101.chat.v1`; undefined if it tells them nothing. */
  get v1(): Prepared | undefined {
    this.#v1 ??= { prepared: this.#encode(messageOf(this.event, this.#rules)) };
    return this.#v1.prepared;
  }

  #encode(message: object | undefined): Prepared | undefined {
    return message === undefined ? undefined : this.#prepare(JSON.stringify(message));
  }
}
