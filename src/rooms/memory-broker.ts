import type { Broker, BrokerEvents, BrokerState } from './broker.ts';
import { resolveLimits } from './limits.ts';
import type { MemoryBrokerLimits } from './memory-limits.ts';
import { MEMORY_BROKER_LIMITS } from './memory-limits.ts';
import { type MemoryHouse, MemoryLink } from './memory-link.ts';
import { MemoryRecords } from './memory-records.ts';
import { MemoryRooms } from './memory-rooms.ts';

/** What a {@link MemoryBroker} needs from above. */
export interface MemoryBrokerPorts {
  /** Milliseconds since 1970. */
  now(): number;
  /** A name for an epoch that was never used before. */
  newEpoch(): string;
}

// Old entries and rooms cost nothing but memory: to look for them now and then is enough.
const SWEEP_EVERY_MS = 10_000;

/**
 * A broker in memory: for a server that stands alone, and for several nodes in one process.
 *
 * Every answer is there when the call returns, and what is published is heard by every node before that, in one order. It sets no
 * timer: what is too old goes when a node asks for something. When the process ends, so does all that it held.
 */
export class MemoryBroker {
  readonly #house: MemoryHouse;
  #sweptAt: number;

  /** Throws a TypeError or RangeError for limits that it does not know (see {@link resolveLimits}). */
  constructor(ports: MemoryBrokerPorts, limits?: Partial<MemoryBrokerLimits>) {
    const resolved = resolveLimits('MemoryBroker', MEMORY_BROKER_LIMITS, limits);
    this.#sweptAt = ports.now();
    this.#house = {
      rooms: new MemoryRooms(resolved),
      records: new MemoryRecords(resolved.records),
      links: new Map(),
      listeners: new Map(),
      nodeTtlMs: resolved.nodeTtlMs,
      state: 'up',
      now: () => this.#now(ports),
      newEpoch: () => ports.newEpoch(),
      tell: tellInOrder(),
    };
  }

  /** What it holds at this moment. */
  get sizes(): { readonly rooms: number; readonly bytes: number; readonly records: number; readonly nodes: number } {
    const { rooms, records, links } = this.#house;
    return { rooms: rooms.size, bytes: rooms.bytes, records: records.size, nodes: links.size };
  }

  /** Gives the broker of a node of this name, which no node has that is still connected; throws a TypeError if one does. */
  connect(node: string, events: BrokerEvents): Broker {
    if (this.#house.links.has(node)) throw new TypeError(`There is a node called "${node}" already`);
    return new MemoryLink(this.#house, node, events);
  }

  /** For drills: every node finds the broker lost, or back. What it holds stays. */
  setState(state: BrokerState): void {
    if (this.#house.state === state) return;
    this.#house.state = state;
    this.#house.tell(() => {
      for (const { events } of [...this.#house.links.values()]) events.state(state);
    });
  }

  /** For drills: forgets the entries after `seq`, as a broker does whose disk has lost the last of them. */
  loseEnd(room: string, seq: number): void {
    const found = this.#house.rooms.get(room);
    const before = found?.log.bytes ?? 0;
    found?.log.cut(seq);
    if (found) this.#house.rooms.account(found, before);
  }

  /** For drills: forgets a room that may be in use, as a broker does that was emptied. */
  forgetRoom(room: string): void {
    this.#house.rooms.forget(room);
  }

  #now(ports: MemoryBrokerPorts): number {
    const now = ports.now();
    if (now - this.#sweptAt >= SWEEP_EVERY_MS) {
      this.#sweptAt = now;
      this.#house.rooms.sweep(now);
      this.#house.records.sweep(now);
    }
    return now;
  }
}

/** Runs what it is given, one after the other: what is given meanwhile waits for its turn. */
function tellInOrder(): (task: () => void) => void {
  const tasks: (() => void)[] = [];
  let telling = false;
  return (task) => {
    tasks.push(task);
    if (telling) return;
    telling = true;
    try {
      for (let next = tasks.shift(); next; next = tasks.shift()) next();
    } finally {
      telling = false;
    }
  };
}
