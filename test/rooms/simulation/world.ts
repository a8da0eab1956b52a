import type { BrokerEvents } from '../../../src/rooms/index.ts';
import { encodeRules, foundRules, MemoryBroker, type RoomEvent, RoomNode } from '../../../src/rooms/index.ts';
import { Agenda } from '../../simulation/agenda.ts';
import { Dice } from '../../support/dice.ts';
import { SimClient, SimConnection } from './client.ts';
import { type LinkPlan, lossyLink } from './lossy-link.ts';

/** What may happen in a simulated world beside ordinary talk. */
export interface Faults {
  readonly link: LinkPlan;
  /** Nodes are killed and started again, the broker is away for a while, connections are cut, readers stall. */
  readonly kills: boolean;
  readonly outages: boolean;
  readonly cuts: boolean;
  readonly stalls: boolean;
  /** The log loses its last entries. */
  readonly losses: boolean;
}

/** How a simulated world ended. */
export interface Ended {
  readonly problems: readonly string[];
  readonly acked: number;
  readonly resets: number;
  readonly repairs: number;
  readonly happened: ReadonlySet<string>;
  readonly hash: string;
}

type Node = { readonly name: string; readonly rooms: RoomNode<SimConnection, RoomEvent>; kill(): void };

const TALK_MS = 8000;
const QUIET_MS = 60_000;
const FOUNDING = { rules: encodeRules(foundRules('')), listed: true };
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Some nodes, rooms and clients on one broker, in time that is not real. */
export class World {
  readonly #dice: Dice;
  readonly #faults: Faults;
  readonly #agenda = new Agenda();
  readonly #memory: MemoryBroker;
  readonly #nodes: Node[] = [];
  readonly #clients: SimClient[] = [];
  readonly #happened = new Set<string>();
  readonly #roomNames: readonly string[];
  #nodesMade = 0;
  #talking = true;
  #repairs = 0;
  #hash = 7;

  constructor(seed: number, faults: Faults) {
    this.#dice = new Dice(seed);
    this.#faults = faults;
    let epochs = 0;
    this.#memory = new MemoryBroker({ now: () => this.#agenda.now, newEpoch: () => `e${++epochs}` });
    this.#roomNames = Array.from({ length: this.#dice.between(1, 3) }, (_, index) => `room${index}`);
    for (let index = this.#dice.between(1, 3); index > 0; index--) this.#nodes.push(this.#start());
    for (let index = this.#dice.between(2, 6); index > 0; index--) {
      const rooms = this.#roomNames.filter(() => this.#dice.chance(0.7));
      this.#clients.push(new SimClient(`u${index}`, rooms.length > 0 ? rooms : this.#roomNames.slice(0, 1)));
    }
  }

  async run(): Promise<Ended> {
    for (const client of this.#clients) this.#soon(200, () => this.#connect(client));
    for (const client of this.#clients) this.#talk(client);
    for (const fault of this.#troubles()) this.#trouble(fault);
    await this.#until(TALK_MS);
    this.#talking = false;
    this.#memory.setState('up');
    await this.#until(TALK_MS + QUIET_MS);
    const problems = this.#problems();
    const resets = this.#clients
      .flatMap(({ beliefs }) => [...beliefs.values()])
      .reduce((sum, { resets }) => sum + resets, 0);
    for (const { rooms } of this.#nodes) this.#repairs += rooms.totals.repairs;
    const acked = this.#clients.flatMap(({ wishes }) => wishes).filter((wish) => wish.acked).length;
    problems.push(...(await this.#emptied()));
    return {
      problems,
      acked,
      resets,
      repairs: this.#repairs,
      happened: this.#happened,
      hash: (this.#hash >>> 0).toString(16),
    };
  }

  #start(): Node {
    const name = `n${++this.#nodesMade}`;
    let kill = () => {};
    let alive = true;
    const connect = (events: BrokerEvents) => {
      const link = lossyLink(this.#memory, name, events, this.#agenda, this.#dice, this.#faults.link);
      kill = link.kill;
      return link.broker;
    };
    const rooms = new RoomNode<SimConnection, RoomEvent>(connect, {
      encode: (event) => event,
      now: () => this.#agenda.now,
      schedule: (delayMs, task) => {
        let cancelled = false;
        this.#agenda.at(this.#agenda.now + delayMs, () => cancelled || !alive || task());
        return () => {
          cancelled = true;
        };
      },
      joined: ({ client, open }, joined) => {
        if (open) client.joined(joined);
      },
      undelivered: (connection) => this.#agenda.at(this.#agenda.now, () => this.#cut(connection, 'slow')),
      ruled: () => {},
      expelled: () => {},
      signal: () => {},
      state: () => {},
    });
    const node: Node = {
      name,
      rooms,
      kill: () => {
        kill();
        alive = false;
        this.#nodes.splice(this.#nodes.indexOf(node), 1);
      },
    };
    return node;
  }

  #connect(client: SimClient): void {
    if (client.connection) return;
    if (this.#nodes.length === 0) {
      this.#soon(500, () => this.#connect(client));
      return;
    }
    const { rooms } = this.#dice.pick(this.#nodes);
    const connection = new SimConnection(client, this.#faults.stalls ? this.#dice.between(4, 40) : Infinity);
    client.connection = connection;
    this.#homes.set(connection, rooms);
    this.#drain(connection);
    this.#insist(connection);
    for (const room of client.rooms) void this.#join(connection, rooms, room);
  }

  readonly #homes = new Map<SimConnection, RoomNode<SimConnection, RoomEvent>>();

  async #join(connection: SimConnection, rooms: RoomNode<SimConnection, RoomEvent>, room: string): Promise<void> {
    const { client } = connection;
    client.asked.add(room);
    const since = client.beliefs.get(room)?.position;
    const outcome = await rooms.join(room, connection, {
      attendee: { user: client.user, name: client.user },
      admit: () => undefined,
      founding: FOUNDING,
      since,
    });
    if (outcome !== undefined && connection.open) {
      if (outcome.refusal !== 'unavailable')
        client.complaints.push(`${client.user} is refused: ${JSON.stringify(outcome)}`);
      this.#cut(connection, 'refused');
      return;
    }
  }

  async #send(connection: SimConnection, wish: SimClient['wishes'][number]): Promise<void> {
    const { client } = connection;
    const rooms = this.#homes.get(connection);
    if (!connection.open || !rooms || !client.inside.has(wish.room)) return;
    const outcome = await rooms.say(wish.room, { user: client.user, payload: wish.text, id: wish.id });
    if (!connection.open) return;
    if (outcome.refusal !== undefined) {
      this.#happened.add(`refused ${outcome.refusal}`);
      return;
    }
    if (outcome.duplicate) this.#happened.add('duplicate');
    wish.acked = { epoch: outcome.epoch, seq: outcome.seq };
  }

  #talk(client: SimClient): void {
    this.#soon(600, () => {
      if (!this.#talking) return;
      const text = `${client.user}-${client.wishes.length}`;
      const wish = { room: this.#dice.pick(client.rooms), id: text, text, acked: undefined };
      client.wishes.push(wish);
      if (client.connection) void this.#send(client.connection, wish);
      this.#talk(client);
    });
  }

  /** Sends again and again what is not acknowledged. */
  #insist(connection: SimConnection): void {
    this.#soon(1000, () => {
      if (!connection.open) return;
      for (const wish of connection.client.wishes) if (!wish.acked) void this.#send(connection, wish);
      this.#insist(connection);
    });
  }

  #drain(connection: SimConnection): void {
    this.#soon(this.#talking ? 400 : 50, () => {
      if (!connection.open) return;
      if (connection.queued > 0) {
        connection.queued = 0;
        this.#homes.get(connection)?.drained(connection);
      }
      this.#drain(connection);
    });
  }

  #cut(connection: SimConnection, why: string): void {
    if (!connection.open) return;
    this.#happened.add(why);
    connection.open = false;
    const { client } = connection;
    client.connection = undefined;
    client.asked.clear();
    client.inside.clear();
    const rooms = this.#homes.get(connection);
    this.#homes.delete(connection);
    for (const room of rooms?.roomsOf(connection) ?? []) rooms?.leave(room, connection, this.#dice.pick([0, 300]));
    this.#soon(1000, () => this.#connect(client));
  }

  #troubles(): string[] {
    const { kills, outages, cuts, losses } = this.#faults;
    return [
      kills ? 'kill' : '',
      outages ? 'outage' : '',
      cuts ? 'cut' : '',
      cuts ? 'cut' : '',
      losses ? 'loss' : '',
    ].filter(Boolean);
  }

  #trouble(kind: string): void {
    this.#soon(2500, () => {
      if (!this.#talking) return;
      this.#happened.add(kind);
      if (kind === 'cut') {
        const connection = this.#dice.pick(this.#clients).connection;
        if (connection) this.#cut(connection, 'cut');
      } else if (kind === 'kill' && this.#nodes.length > 0) {
        const node = this.#dice.pick(this.#nodes);
        this.#repairs += node.rooms.totals.repairs;
        node.kill();
        for (const [connection, rooms] of this.#homes) if (rooms === node.rooms) this.#cut(connection, 'killed');
        this.#soon(1500, () => this.#nodes.push(this.#start()));
      } else if (kind === 'outage' || kind === 'loss') {
        this.#memory.setState('degraded');
        this.#soon(1500, () => {
          if (kind === 'loss') {
            const room = this.#dice.pick(this.#roomNames);
            this.#memory.loseEnd(room, this.#dice.below(30));
          }
          this.#memory.setState('up');
        });
      }
      this.#trouble(kind);
    });
  }

  #soon(withinMs: number, task: () => void): void {
    this.#agenda.at(this.#agenda.now + 1 + this.#dice.below(withinMs), task);
  }

  async #until(end: number): Promise<void> {
    while (this.#agenda.next <= end) {
      this.#agenda.step();
      await turn();
    }
  }

  #problems(): string[] {
    const problems = this.#clients.flatMap(({ complaints }) => complaints);
    const reader = this.#memory.connect('reader', new Proxy({}, { get: () => () => {} }) as BrokerEvents);
    for (const room of this.#roomNames) {
      const page = reader.read(room, { before: Infinity, limit: 100_000 });
      if (page instanceof Promise || page.refusal !== undefined) continue;
      const log = new Map(page.entries.map(({ seq, payload }) => [seq, payload]));
      for (const [seq, text] of log) this.#mix(`${room}${seq}${text}`);
      const inLog = [...log.values()];
      if (new Set(inLog).size !== inLog.length) problems.push(`${room} holds something twice`);
      for (const { user, wishes, beliefs, connection } of this.#clients) {
        for (const { acked, text, room: to } of wishes) {
          if (to !== room) continue;
          if (!acked) problems.push(`${user} was never told that ${text} is taken`);
          else if (!this.#faults.losses && log.get(acked.seq) !== text)
            problems.push(`${text} was acknowledged and is lost`);
        }
        const belief = beliefs.get(room);
        if (!belief) continue;
        if (!connection) problems.push(`${user} is not back`);
        const { position, from, texts } = belief;
        if (position?.epoch !== page.epoch || position.seq !== page.seq) {
          problems.push(
            `${user} ends at ${position?.epoch}/${position?.seq} of ${room}, which ends at ${page.epoch}/${page.seq}`,
          );
        }
        for (let seq = Math.max(from, page.first); seq <= page.seq; seq++) {
          if (texts.get(seq) !== log.get(seq))
            problems.push(`${user} has ${texts.get(seq)} where ${room} has ${log.get(seq)}`);
        }
        if (!this.#faults.losses && belief.resets > 0) problems.push(`${user} had to begin anew in ${room}`);
      }
      this.#checkPresence(room, problems);
    }
    return problems;
  }

  /** Long after the last change every node sees who is there, and nobody else. */
  #checkPresence(room: string, problems: string[]): void {
    const here = this.#clients
      .filter(({ rooms, connection }) => connection && rooms.includes(room))
      .map(({ user }) => user);
    for (const { name, rooms } of this.#nodes) {
      if (rooms.membersOf(room).length === 0) continue;
      const seen = rooms.who(room, 100).attendees.map(({ user }) => user);
      if (`${seen.sort()}` !== `${here.sort()}`) problems.push(`${name} sees ${seen} in ${room}, where ${here} are`);
    }
  }

  /** When everybody has gone, nothing is left. */
  async #emptied(): Promise<string[]> {
    for (const [connection, rooms] of this.#homes) {
      for (const room of rooms.roomsOf(connection)) rooms.leave(room, connection);
    }
    await this.#until(TALK_MS + QUIET_MS + 10_000);
    return this.#nodes.flatMap(({ name, rooms }) =>
      Object.values(rooms.sizes).every((size) => size === 0) ? [] : [`${name} keeps ${JSON.stringify(rooms.sizes)}`],
    );
  }

  #mix(text: string): void {
    for (let index = 0; index < text.length; index++)
      this.#hash = Math.imul(this.#hash ^ text.charCodeAt(index), 0x01000193);
  }
}
