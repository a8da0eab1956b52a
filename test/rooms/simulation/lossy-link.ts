import type { Broker, BrokerEvents, BrokerState, Eventual, MemoryBroker } from '../../../src/rooms/index.ts';
import type { Agenda } from '../../simulation/agenda.ts';
import type { Dice } from '../../support/dice.ts';

/** How a link to a broker behaves. */
export interface LinkPlan {
  /** Chances of an announcement to get lost, and to come twice. */
  readonly loses: number;
  readonly repeats: number;
  /** The longest that an announcement and an answer take. */
  readonly announceMs: number;
  readonly answerMs: number;
  /** The chance of a publication to be taken although its publisher is told that the broker is not to be had. */
  readonly unknown: number;
}

const REFUSED = Object.freeze({ refusal: 'unavailable' } as const);

/** A broker at the far end of a bad line: answers take time, announcements get lost, come late, twice and in any order. */
export function lossyLink(
  memory: MemoryBroker,
  node: string,
  events: BrokerEvents,
  agenda: Agenda,
  dice: Dice,
  plan: LinkPlan,
): { readonly broker: Broker; kill(): void } {
  let alive = true;
  const later = (say: () => void): void => {
    const copies = dice.chance(plan.loses) ? 0 : dice.chance(plan.repeats) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      agenda.at(agenda.now + dice.below(plan.announceMs + 1), () => alive && say());
    }
  };
  const inner = memory.connect(node, {
    entry: (room, epoch, entry) => later(() => events.entry(room, epoch, entry)),
    renewed: (room, head) => later(() => events.renewed(room, head)),
    whisper: (room, sender, payload) => later(() => events.whisper(room, sender, payload)),
    presence: (room, from, change, version) => later(() => events.presence(room, from, change, version)),
    signal: (payload) => later(() => events.signal(payload)),
    // A node learns of its own broker's state in any case, and in order.
    state: (state: BrokerState) => agenda.at(agenda.now, () => alive && events.state(state)),
  });
  // What is asked reaches the broker in the order of the asking, half way through the time that the answer takes.
  let lastAsked = 0;
  const ask = <T>(call: () => Eventual<T>, unanswered?: T): Promise<T> =>
    new Promise((resolve) => {
      const half = dice.below(plan.answerMs + 1) / 2;
      lastAsked = Math.max(lastAsked, agenda.now + half);
      agenda.at(lastAsked, () => {
        if (!alive) return;
        const answer = call() as T;
        agenda.at(agenda.now + half, () => alive && resolve(unanswered ?? answer));
      });
    });
  const unanswered = (): typeof REFUSED | undefined => (dice.chance(plan.unknown) ? REFUSED : undefined);
  return {
    kill() {
      alive = false;
    },
    broker: {
      node,
      get state() {
        return inner.state;
      },
      subscribe: (room, founding) => ask(() => inner.subscribe(room, founding)),
      unsubscribe: (room) => void ask(async () => inner.unsubscribe(room)),
      publish: (room, publication) => ask(() => inner.publish(room, publication), unanswered()),
      findPublished: (room, sender, id) => ask(() => inner.findPublished(room, sender, id)),
      read: (room, range) => ask(() => inner.read(room, range)),
      rules: (room) => ask(() => inner.rules(room)),
      renew: (room, seen) => ask(() => inner.renew(room, seen)),
      survey: (rooms) => ask(() => inner.survey(rooms)),
      whisper: (room, sender, payload) => void ask(async () => inner.whisper(room, sender, payload)),
      attend: (room, change) => void ask(async () => inner.attend(room, change)),
      attendance: (room) => ask(() => inner.attendance(room)),
      list: (after, limit) => ask(() => inner.list(after, limit)),
      putRecord: (key, value, ttlMs, when) => ask(() => inner.putRecord(key, value, ttlMs, when)),
      getRecord: (key) => ask(() => inner.getRecord(key)),
      deleteRecord: (key, when) => ask(() => inner.deleteRecord(key, when)),
      signal: (to, payload) => inner.signal(to, payload),
      close: () => inner.close(),
    },
  };
}
