import type { RoomMember } from './delivery.ts';
import { whenReady } from './eventual.ts';
import type { LocalRoom } from './local-room.ts';
import type { NodeContext } from './node-context.ts';

/** How often a node compares what it has with what the broker has. */
export const SURVEY_EVERY_MS: number = 2000;

/** Compares all rooms of a node with the broker now and then: a last entry that was lost is noticed by nothing else. */
export class Survey<Member extends RoomMember<Prepared>, Prepared> {
  readonly #context: NodeContext<Member, Prepared>;
  readonly #rooms: ReadonlyMap<string, LocalRoom<Member, Prepared>>;
  #cancel: (() => void) | undefined;

  constructor(context: NodeContext<Member, Prepared>, rooms: ReadonlyMap<string, LocalRoom<Member, Prepared>>) {
    this.#context = context;
    this.#rooms = rooms;
  }

  /** Compares from now on, as long as there are rooms. */
  goOn(): void {
    this.#cancel ??= this.#context.ports.schedule(SURVEY_EVERY_MS, () => {
      this.#cancel = undefined;
      this.#compare();
      if (this.#rooms.size > 0) this.goOn();
    });
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #compare(): void {
    const asked = new Map([...this.#rooms].map(([name, { feed }]) => [name, feed.position]));
    void whenReady(this.#context.broker.survey([...asked.keys()]), (survey) => {
      if (survey.refusal !== undefined) return;
      for (const [name, position] of asked) {
        this.#rooms.get(name)?.compare(survey.heads.get(name), position, survey.nodes);
      }
    });
  }
}
