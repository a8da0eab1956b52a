import type { DeliveryStatus, Entry, Joined, JoinRequest, RoomEvent, RoomNodeOptions } from '../../src/rooms/index.ts';
import { encodeRules, foundRules, MemoryBroker, type MemoryBrokerLimits, RoomNode } from '../../src/rooms/index.ts';
import { Agenda } from '../simulation/agenda.ts';

/** A member that keeps what it is told; `status` is what its connection answers. */
export class Guest {
  readonly user: string;
  readonly joins: Joined[] = [];
  readonly events: RoomEvent[] = [];
  readonly lost: string[] = [];
  readonly expelled: string[] = [];
  status: DeliveryStatus = 'ok';

  constructor(user: string) {
    this.user = user;
  }

  send(event: RoomEvent): DeliveryStatus {
    if (this.status === 'ok' || this.status === 'pressured') this.events.push(event);
    return this.status;
  }

  get entries(): Entry[] {
    return this.events.flatMap((event) => (event.kind === 'entry' ? [event.entry] : []));
  }

  get texts(): string[] {
    return this.entries.map(({ payload }) => payload);
  }

  /** What it was told of who came and went, as `+Ann -Bob 2`. */
  get presence(): string[] {
    return this.events.flatMap((event) =>
      event.kind === 'presence'
        ? [
            [
              ...event.joined.map(({ name }) => `+${name}`),
              ...event.left.map(({ name }) => `-${name}`),
              event.count,
            ].join(' '),
          ]
        : [],
    );
  }
}

/** Nodes on one broker in memory, in time that passes when it is told to. */
export function stageNodes(options: RoomNodeOptions = {}, limits: Partial<MemoryBrokerLimits> = {}) {
  const agenda = new Agenda();
  let epochs = 0;
  let nodes = 0;
  let encodings = 0;
  const memory = new MemoryBroker({ now: () => agenda.now, newEpoch: () => `e${++epochs}` }, limits);
  const start = () => {
    const ruled: Entry[] = [];
    const attended: string[] = [];
    const signals: string[] = [];
    const states: string[] = [];
    const node: RoomNode<Guest, RoomEvent> = new RoomNode<Guest, RoomEvent>(
      (events) => memory.connect(`n${++nodes}`, events),
      {
        encode: (event) => {
          encodings++;
          return event;
        },
        now: () => agenda.now,
        schedule: (delayMs, task) => {
          let cancelled = false;
          agenda.at(agenda.now + delayMs, () => cancelled || task());
          return () => {
            cancelled = true;
          };
        },
        joined: (guest, joined) => guest.joins.push(joined),
        undelivered: (guest, status, room) => {
          guest.lost.push(status);
          node.leave(room, guest);
        },
        ruled: (_room, entry) => ruled.push(entry),
        expelled: (guest, room, why) => guest.expelled.push(`${room}: ${why}`),
        attended: (_room, { joined, left }) => {
          attended.push(...left.map(({ name }) => `-${name}`), ...joined.map(({ name }) => `+${name}`));
        },
        signal: (payload) => signals.push(payload),
        state: (state) => states.push(state),
      },
      options,
    );
    return Object.assign(node, { ruled, attended, signals, states });
  };
  return {
    memory,
    start,
    encodings: () => encodings,
    pass(ms: number) {
      const end = agenda.now + ms;
      while (agenda.next <= end) agenda.step();
      agenda.now = end;
    },
  };
}

/** Lets somebody into a room that is founded for it, and gives what it was told. */
export function enter(
  node: RoomNode<Guest, RoomEvent>,
  room: string,
  guest: Guest,
  more: Partial<JoinRequest> & { readonly owner?: string } = {},
): unknown {
  const { owner = '', ...request } = more;
  return node.join(room, guest, {
    attendee: { user: guest.user, name: guest.user },
    founding: { rules: encodeRules(foundRules(owner)), listed: true },
    ...request,
  });
}
