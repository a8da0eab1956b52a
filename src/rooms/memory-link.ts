import type {
  Attendance,
  Broker,
  BrokerEvents,
  BrokerState,
  Founding,
  Publication,
  Published,
  RecordCondition,
  RecordResult,
  Refused,
  RoomList,
  RulesRecord,
  Subscription,
  Survey,
} from './broker.ts';
import { type Head, isMailbox, type Page, type Position, type ReadRange } from './log.ts';
import type { MemoryRecords } from './memory-records.ts';
import type { MemoryRoom } from './memory-room.ts';
import type { MemoryRooms } from './memory-rooms.ts';
import type { PresenceChange } from './presence.ts';

/** What all nodes of a {@link MemoryBroker} share. */
export interface MemoryHouse {
  readonly rooms: MemoryRooms;
  readonly records: MemoryRecords;
  readonly links: Map<string, MemoryLink>;
  /** Who listens to each room. */
  readonly listeners: Map<string, readonly MemoryLink[]>;
  readonly nodeTtlMs: number;
  state: BrokerState;
  now(): number;
  newEpoch(): string;
  tell(task: () => void): void;
}

const UNAVAILABLE: Refused = Object.freeze({ refusal: 'unavailable' });
const NO_ROOM: Refused = Object.freeze({ refusal: 'no-room' });
const GONE: Refused = Object.freeze({ refusal: 'gone' });
const NO_RULES: Founding = Object.freeze({ rules: '', listed: false });

/** One node's end of a {@link MemoryBroker}. */
export class MemoryLink implements Broker {
  readonly node: string;
  readonly events: BrokerEvents;
  readonly #house: MemoryHouse;
  readonly #subscribed = new Set<string>();
  /** Who listens where only this node does, which is so in most rooms: one list for all of them. */
  readonly #alone: readonly MemoryLink[] = Object.freeze([this]);
  #heardAt: number;
  #closed = false;

  constructor(house: MemoryHouse, node: string, events: BrokerEvents) {
    this.#house = house;
    this.node = node;
    this.events = events;
    this.#heardAt = house.now();
    house.links.set(node, this);
  }

  get state(): BrokerState {
    return this.#closed ? 'degraded' : this.#house.state;
  }

  /** Whether the node has asked for something not long ago. */
  alive(nowMs: number): boolean {
    return nowMs - this.#heardAt < this.#house.nodeTtlMs;
  }

  subscribe(name: string, founding?: Founding): Subscription | Refused {
    if (!this.#reached()) return UNAVAILABLE;
    const { rooms, listeners } = this.#house;
    const existing = rooms.get(name);
    const wanted = founding ?? (isMailbox(name) ? NO_RULES : undefined);
    if (!existing && !wanted) return NO_ROOM;
    const room = existing ?? (wanted && rooms.found(name, this.#house.newEpoch(), wanted, this.#heardAt));
    if (!room) return { refusal: 'too-many-rooms' };
    const others = listeners.get(name)?.filter((link) => link !== this) ?? [];
    listeners.set(name, others.length > 0 ? [...others, this] : this.#alone);
    this.#subscribed.add(name);
    rooms.use(name);
    return { head: room.head, rules: room.rules, presence: this.#presenceOf(room), founded: !existing };
  }

  unsubscribe(name: string): void {
    if (!this.#subscribed.delete(name)) return;
    const room = this.#house.rooms.get(name);
    if (room) this.#attend(room, { joined: [], left: room.attendeesOf(this.node).map(({ user }) => user) });
    const others = this.#house.listeners.get(name)?.filter((link) => link !== this) ?? [];
    if (others.length > 0) {
      this.#house.listeners.set(name, others);
      return;
    }
    this.#house.listeners.delete(name);
    if (room) this.#house.rooms.idle(room, this.#house.now());
  }

  publish(name: string, publication: Publication): Published | Refused {
    if (!this.#reached()) return UNAVAILABLE;
    const { rooms } = this.#house;
    const room =
      rooms.get(name) ??
      (isMailbox(name) ? rooms.found(name, this.#house.newEpoch(), NO_RULES, this.#heardAt) : undefined);
    if (!room) return isMailbox(name) ? { refusal: 'too-many-rooms' } : NO_ROOM;
    const before = room.log.bytes;
    const { outcome, entry, renewed } = room.publish(publication, this.#heardAt, this.#house.newEpoch);
    if (renewed) this.#announceRenewal(room);
    if (entry) {
      rooms.account(room, before);
      const { epoch } = room.log;
      this.#tell(name, (events) => events.entry(name, epoch, entry));
    }
    return outcome;
  }

  findPublished(name: string, sender: string, id: string): Published | Refused {
    if (!this.#reached()) return UNAVAILABLE;
    const room = this.#house.rooms.get(name);
    return room ? (room.find(sender, id, this.#heardAt) ?? GONE) : NO_ROOM;
  }

  read(name: string, range: ReadRange): Page | Refused {
    if (!this.#reached()) return UNAVAILABLE;
    const room = this.#house.rooms.get(name);
    return room ? (room.log.read(range) ?? GONE) : NO_ROOM;
  }

  rules(name: string): RulesRecord | Refused {
    if (!this.#reached()) return UNAVAILABLE;
    const room = this.#house.rooms.get(name);
    return room ? { rules: room.rules, rulesVersion: room.rulesVersion } : NO_ROOM;
  }

  renew(name: string, seen: Position): { readonly head: Head; readonly refusal?: undefined } | Refused {
    if (!this.#reached()) return UNAVAILABLE;
    const room = this.#house.rooms.get(name);
    if (!room) return NO_ROOM;
    if (room.log.epoch === seen.epoch) {
      room.log.renew(this.#house.newEpoch());
      this.#announceRenewal(room);
    }
    return { head: room.head };
  }

  survey(names: readonly string[]): Survey | Refused {
    if (!this.#reached()) return UNAVAILABLE;
    const heads = new Map<string, Head>();
    for (const name of names) {
      const room = this.#house.rooms.get(name);
      if (room) heads.set(name, room.head);
    }
    return { heads, nodes: new Set([...this.#house.links.keys()].filter(this.#isAlive)) };
  }

  whisper(name: string, sender: string, payload: string): void {
    if (this.#reached()) this.#tell(name, (events) => events.whisper(name, sender, payload));
  }

  attend(name: string, change: PresenceChange): void {
    const room = this.#house.rooms.get(name);
    if (room && this.#subscribed.has(name)) this.#attend(room, change);
  }

  attendance(name: string): Attendance | Refused {
    if (!this.#reached()) return UNAVAILABLE;
    const room = this.#house.rooms.get(name);
    return room ? { presence: this.#presenceOf(room), presenceVersion: room.presenceVersion } : NO_ROOM;
  }

  list(after: string, limit: number): RoomList | Refused {
    if (!this.#reached()) return UNAVAILABLE;
    const found: { room: string; users: number }[] = [];
    for (const room of this.#house.rooms.values()) {
      const users = room.listed && room.name > after ? room.users(this.#isAlive) : 0;
      if (users > 0) found.push({ room: room.name, users });
    }
    found.sort((one, other) => (one.room < other.room ? -1 : 1));
    const rooms = found.slice(0, limit);
    return { rooms, next: found.length > limit ? rooms.at(-1)?.room : undefined };
  }

  putRecord(key: string, value: string, ttlMs: number, when: RecordCondition): RecordResult | Refused {
    return this.#reached() ? this.#house.records.put(key, value, ttlMs, when, this.#heardAt) : UNAVAILABLE;
  }

  getRecord(key: string): RecordResult | Refused {
    return this.#reached() ? this.#house.records.get(key, this.#heardAt) : UNAVAILABLE;
  }

  deleteRecord(key: string, when: Exclude<RecordCondition, 'absent'>): RecordResult | Refused {
    return this.#reached() ? this.#house.records.delete(key, when, this.#heardAt) : UNAVAILABLE;
  }

  signal(node: string, payload: string): void {
    if (!this.#reached()) return;
    this.#house.tell(() => this.#house.links.get(node)?.events.signal(payload));
  }

  close(): void {
    for (const name of [...this.#subscribed]) this.unsubscribe(name);
    this.#closed = true;
    this.#house.links.delete(this.node);
  }

  readonly #isAlive = (node: string): boolean => this.#house.links.get(node)?.alive(this.#heardAt) ?? false;

  /** Whether the broker can be reached; it notes that this node is alive. */
  #reached(): boolean {
    if (this.state === 'degraded') return false;
    this.#heardAt = this.#house.now();
    return true;
  }

  #presenceOf(room: MemoryRoom): ReturnType<MemoryRoom['presence']> {
    return room.presence(this.#isAlive);
  }

  #attend(room: MemoryRoom, change: PresenceChange): void {
    if (!room.attend(this.node, change)) return;
    const { name, presenceVersion } = room;
    this.#tell(name, (events) => events.presence(name, this.node, change, presenceVersion));
  }

  #announceRenewal(room: MemoryRoom): void {
    const { name, head } = room;
    this.#tell(name, (events) => events.renewed(name, head));
  }

  /** A lost broker tells nobody anything. */
  #tell(name: string, say: (events: BrokerEvents) => void): void {
    if (this.#house.state === 'degraded') return;
    this.#house.tell(() => {
      for (const link of this.#house.listeners.get(name) ?? []) say(link.events);
    });
  }
}
