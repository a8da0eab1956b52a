import type { Founding } from './broker.ts';
import { isMailbox } from './log.ts';
import type { MemoryBrokerLimits } from './memory-limits.ts';
import type { MemoryRoomLimits } from './memory-room.ts';
import { MemoryRoom } from './memory-room.ts';

/** All logs of a {@link MemoryBroker}, bounded in number and in bytes. */
export class MemoryRooms {
  readonly #limits: MemoryBrokerLimits;
  /** By when they were published to last, the longest ago first. */
  readonly #rooms = new Map<string, MemoryRoom>();
  /** Those that nobody listens to, and since when, the longest ago first. */
  readonly #idle = new Map<string, number>();
  readonly #roomLimits: MemoryRoomLimits;
  readonly #mailLimits: MemoryRoomLimits;
  #mailboxes = 0;
  #bytes = 0;

  constructor(limits: MemoryBrokerLimits) {
    const { entriesPerRoom, bytesPerRoom, entryAgeMs, mailEntries, mailAgeMs, dedupMs, dedupIds } = limits;
    this.#limits = limits;
    this.#roomLimits = { log: { entries: entriesPerRoom, bytes: bytesPerRoom, ageMs: entryAgeMs }, dedupMs, dedupIds };
    this.#mailLimits = { log: { entries: mailEntries, bytes: bytesPerRoom, ageMs: mailAgeMs }, dedupMs, dedupIds };
  }

  get size(): number {
    return this.#rooms.size;
  }

  /** What the entries of all logs cost. */
  get bytes(): number {
    return this.#bytes;
  }

  get(name: string): MemoryRoom | undefined {
    return this.#rooms.get(name);
  }

  values(): Iterable<MemoryRoom> {
    return this.#rooms.values();
  }

  /** Makes a room, idle until it is said to be in use; undefined if there are too many and all are in use. */
  found(name: string, epoch: string, founding: Founding, nowMs: number): MemoryRoom | undefined {
    const mail = isMailbox(name);
    const count = mail ? this.#mailboxes : this.#rooms.size - this.#mailboxes;
    if (count >= this.#limits.rooms && !this.#giveWay(mail)) return undefined;
    const room = new MemoryRoom(name, epoch, founding, mail ? this.#mailLimits : this.#roomLimits);
    this.#rooms.set(name, room);
    if (mail) this.#mailboxes++;
    this.#idle.set(name, nowMs);
    return room;
  }

  /** Somebody listens. */
  use(name: string): void {
    this.#idle.delete(name);
  }

  /** Nobody listens any more. A room without a log has nothing to be kept for. */
  idle(room: MemoryRoom, nowMs: number): void {
    if (room.log.seq === 0) this.forget(room.name);
    else this.#idle.set(room.name, nowMs);
  }

  /** Counts what an act on a room changed in bytes, and gives up the logs of other rooms if all are too much. */
  account(room: MemoryRoom, bytesBefore: number): void {
    this.#bytes += room.log.bytes - bytesBefore;
    this.#rooms.delete(room.name);
    this.#rooms.set(room.name, room);
    if (this.#bytes <= this.#limits.bytes) return;
    for (const other of this.#rooms.values()) {
      if (this.#bytes <= this.#limits.bytes || other === room) return;
      this.#bytes -= other.log.bytes;
      other.log.clear();
    }
  }

  /** Forgets what is too old: rooms, entries, ids. */
  sweep(nowMs: number): void {
    for (const [name, since] of this.#idle) {
      const keepMs = isMailbox(name) ? this.#limits.mailAgeMs : this.#limits.keepMs;
      if (nowMs - since >= keepMs) this.forget(name);
    }
    for (const room of this.#rooms.values()) {
      const before = room.log.bytes;
      room.sweep(nowMs);
      this.#bytes += room.log.bytes - before;
    }
  }

  /** Gives a room up with all that it has. */
  forget(name: string): void {
    this.#bytes -= this.#rooms.get(name)?.log.bytes ?? 0;
    if (this.#rooms.delete(name) && isMailbox(name)) this.#mailboxes--;
    this.#idle.delete(name);
  }

  #giveWay(mail: boolean): boolean {
    for (const name of this.#idle.keys()) {
      if (isMailbox(name) !== mail) continue;
      this.forget(name);
      return true;
    }
    return false;
  }
}
