import type { BrokerEvents, Founding, PresenceChange, Refused, Subscription } from '../../rooms/index.ts';
import { tellAnnouncement } from './announcement.ts';
import type { RedisAttending } from './attending.ts';
import { UNAVAILABLE } from './calls.ts';
import type { RedisConnection } from './connection.ts';
import type { RedisKeys } from './keys.ts';
import { isLogName } from './keys.ts';

/** Announcements kept for a room whose subscription is not answered yet; what is beyond is found as a gap. */
const HELD = 256;
/** Rooms that are dealt with at one time, and calls of `refresh` from one word on a room to the next. */
const AT_ONCE = 100;
const TURNS = 5;

interface Listened {
  readonly attendees: Map<string, string>;
  /** Subscriptions that wait for an answer. */
  waiting: number;
  confirmed: boolean;
  held: Uint8Array[] | undefined;
  /** Whether Redis may know other attendees than there are. */
  stale: boolean;
  /** The turn in which it is due for a refresh. */
  due: number;
}

/** The rooms that a node listens to, and whom it has in them: said to Redis, kept there, and said again after an outage. */
export class RedisListening {
  readonly #attending: RedisAttending;
  readonly #keys: RedisKeys;
  readonly #events: BrokerEvents;
  readonly #connection: () => RedisConnection | undefined;
  readonly #rooms = new Map<string, Listened>();
  /** Rooms that were left while Redis was away. */
  readonly #left = new Set<string>();
  #turn = 0;

  constructor(
    attending: RedisAttending,
    keys: RedisKeys,
    events: BrokerEvents,
    connection: () => RedisConnection | undefined,
  ) {
    this.#attending = attending;
    this.#keys = keys;
    this.#events = events;
    this.#connection = connection;
  }

  async subscribe(room: string, founding?: Founding): Promise<Subscription | Refused> {
    const connection = this.#connection();
    if (!connection) return UNAVAILABLE;
    if (!isLogName(room)) return { refusal: 'no-room' };
    const listened = this.#rooms.get(room) ?? this.#begin(room);
    listened.waiting += 1;
    const [heard, answer] = await Promise.all([
      connection.listen([this.#keys.room(room)]).then(
        () => true,
        () => false,
      ),
      this.#attending.listen(room, listened.attendees, founding),
    ]);
    listened.waiting -= 1;
    const subscription = heard ? answer : UNAVAILABLE;
    if (subscription.refusal === undefined) {
      listened.confirmed = true;
      // Whoever waits for the answer gets it before what was announced meanwhile.
      setImmediate(() => this.#release(room, listened));
    } else if (!listened.confirmed && listened.waiting === 0 && this.#rooms.get(room) === listened) {
      this.unsubscribe(room);
    }
    return subscription;
  }

  unsubscribe(room: string): void {
    if (!this.#rooms.delete(room)) return;
    const connection = this.#connection();
    connection?.unlisten([this.#keys.room(room)]).catch(() => undefined);
    void this.#leave(room, connection);
  }

  attend(room: string, change: PresenceChange): void {
    const listened = this.#rooms.get(room);
    if (!listened) return;
    for (const user of change.left) listened.attendees.delete(user);
    for (const { user, name } of change.joined) listened.attendees.set(user, name);
    void this.#attending.attend(room, change).then((known) => {
      if (!known) listened.stale = true;
    });
  }

  /** Takes an announcement in the channel of a room. */
  hear(room: string, bytes: Uint8Array): void {
    const listened = this.#rooms.get(room);
    if (!listened?.held) {
      if (listened) tellAnnouncement(this.#events, room, bytes);
    } else if (listened.held.length < HELD) listened.held.push(bytes);
  }

  /** Listens again over a new connection, and says what happened meanwhile. Rejects if that connection is lost. */
  async restore(connection: RedisConnection): Promise<void> {
    for (const listened of this.#rooms.values()) listened.stale = true;
    const channels = [...this.#rooms.keys()].map((room) => this.#keys.room(room));
    for (let i = 0; i < channels.length; i += AT_ONCE) await connection.listen(channels.slice(i, i + AT_ONCE));
    while (this.#left.size > 0) {
      const rooms = [...this.#left].slice(0, AT_ONCE);
      await Promise.all(rooms.map((room) => this.#attending.leave(connection, room)));
      for (const room of rooms) this.#left.delete(room);
    }
    let more = true;
    while (more) more = await this.#sayAnew(connection);
  }

  /** Says of rooms that are due that the node is still there; call it {@link TURNS} times in a third of the time that it counts. */
  async refresh(): Promise<void> {
    this.#turn += 1;
    const due = [...this.#rooms].filter(([, { due, confirmed }]) => confirmed && due <= this.#turn);
    for (let i = 0; i < due.length; i += AT_ONCE) {
      const part = due.slice(i, i + AT_ONCE);
      for (const [, listened] of part) listened.due = this.#turn + TURNS;
      for (const room of await this.#attending.refresh(part.map(([room]) => room))) {
        const lapsed = typeof room === 'string' ? this.#rooms.get(room) : undefined;
        if (lapsed) lapsed.stale = true;
      }
    }
    const connection = this.#connection();
    if (connection) await this.#sayAnew(connection).catch(() => undefined);
  }

  /** Leaves every room. */
  async close(): Promise<void> {
    const rooms = [...this.#rooms.keys()];
    this.#rooms.clear();
    await Promise.all(rooms.map((room) => this.#leave(room, this.#connection())));
  }

  #begin(room: string): Listened {
    const due = this.#turn + 1 + (this.#rooms.size % TURNS);
    const listened = { attendees: new Map(), waiting: 0, confirmed: false, held: [], stale: false, due };
    this.#rooms.set(room, listened);
    this.#left.delete(room);
    return listened;
  }

  #release(room: string, listened: Listened): void {
    const held = listened.held ?? [];
    listened.held = undefined;
    if (this.#rooms.get(room) === listened) for (const bytes of held) this.hear(room, bytes);
  }

  /** Says of some rooms of which Redis may know something else who is there; false if there is none such. */
  async #sayAnew(connection: RedisConnection): Promise<boolean> {
    const stale = [...this.#rooms].filter(([, listened]) => listened.stale).slice(0, AT_ONCE);
    const say = async ([room, listened]: [string, Listened]): Promise<void> => {
      listened.stale = false;
      try {
        await this.#attending.listenAnew(connection, room, listened.attendees);
      } catch (error) {
        listened.stale = true;
        throw error;
      }
    };
    await Promise.all(stale.map(say));
    return stale.length > 0;
  }

  async #leave(room: string, connection: RedisConnection | undefined): Promise<void> {
    const left = connection ? this.#attending.leave(connection, room) : Promise.reject(new Error('Redis is away'));
    await left.catch(() => {
      if (!this.#rooms.has(room)) this.#left.add(room);
    });
  }
}
