import type { RoomMember, RoomPorts } from './delivery.ts';
import type { RoomLimits } from './limits.ts';
import { ROOM_LIMITS, resolveLimits } from './limits.ts';
import { Room } from './room.ts';

/** Why a join was refused; each of the last three is a limit of {@link RoomLimits}. */
export type JoinRefusal = 'already-joined' | 'too-many-rooms' | 'room-full' | 'member-in-too-many-rooms';

/** What {@link RoomHub.join} gives: the room, or why not. */
export type JoinResult<Member extends RoomMember<Prepared>, Message, Prepared> =
  | { readonly room: Room<Member, Message, Prepared>; readonly refusal?: undefined }
  | { readonly room?: undefined; readonly refusal: JoinRefusal };

/**
 * All rooms of one server, without sockets, clock or timers.
 *
 * A room exists from the first join until the last leave. Members are compared by identity; names of rooms are taken as they are,
 * so whoever reads them from a stranger checks them first.
 */
export class RoomHub<Member extends RoomMember<Prepared>, Message, Prepared> {
  /** The limits in force. */
  readonly limits: RoomLimits;
  readonly #ports: RoomPorts<Member, Message, Prepared>;
  readonly #rooms = new Map<string, Room<Member, Message, Prepared>>();
  /** Lists of exactly their length, not to be changed: of ten thousand members each spare slot is felt. */
  readonly #roomsByMember = new Map<Member, readonly Room<Member, Message, Prepared>[]>();

  /** Throws a TypeError or RangeError for limits that it does not know (see {@link resolveLimits}). */
  constructor(ports: RoomPorts<Member, Message, Prepared>, limits?: Partial<RoomLimits>) {
    this.#ports = ports;
    this.limits = resolveLimits('RoomHub', ROOM_LIMITS, limits);
  }

  /** How many rooms exist. */
  get size(): number {
    return this.#rooms.size;
  }

  /** How many members are in at least one room. */
  get memberCount(): number {
    return this.#roomsByMember.size;
  }

  /** The names of the rooms that exist, in the order of their making. */
  names(): string[] {
    return [...this.#rooms.keys()];
  }

  /** The room called `name`, if somebody is in it. */
  get(name: string): Room<Member, Message, Prepared> | undefined {
    return this.#rooms.get(name);
  }

  /** The rooms that `member` is in, in the order of its joining. */
  roomsOf(member: Member): Room<Member, Message, Prepared>[] {
    return [...(this.#roomsByMember.get(member) ?? [])];
  }

  /** Puts `member` into the room called `name`, which is made if nobody was in it; a refused join changes nothing. */
  join(name: string, member: Member): JoinResult<Member, Message, Prepared> {
    const existing = this.#rooms.get(name);
    const joined = this.#roomsByMember.get(member);
    if (existing?.has(member)) return { refusal: 'already-joined' };
    if ((joined?.length ?? 0) >= this.limits.roomsPerMember) return { refusal: 'member-in-too-many-rooms' };
    if (existing && existing.size >= this.limits.membersPerRoom) return { refusal: 'room-full' };
    if (!existing && this.#rooms.size >= this.limits.rooms) return { refusal: 'too-many-rooms' };

    const room = existing ?? new Room<Member, Message, Prepared>(name, this.#ports);
    if (!existing) this.#rooms.set(name, room);
    room.add(member);
    this.#roomsByMember.set(member, joined ? [...joined, room] : [room]);
    return { room };
  }

  /** Takes `member` out of the room called `name`, which is freed if nobody is left; false if it was not there. */
  leave(name: string, member: Member): boolean {
    const room = this.#rooms.get(name);
    if (!room?.delete(member)) return false;
    if (room.size === 0) this.#rooms.delete(name);
    const others = this.#roomsByMember.get(member)?.filter((joined) => joined !== room) ?? [];
    if (others.length > 0) this.#roomsByMember.set(member, others);
    else this.#roomsByMember.delete(member);
    return true;
  }
}
