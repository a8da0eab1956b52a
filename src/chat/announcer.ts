import type { AnnouncementLimits, Room, RoomMember } from '../rooms/index.ts';
import { ANNOUNCEMENT_LIMITS, AnnouncementBatch } from '../rooms/index.ts';
import { CHAT_LIMITS } from './limits.ts';
import type { MembershipNotice, ServerMessage } from './wire.ts';

/** Time as the chat sees it. */
export interface ChatClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs `task` once, `delayMs` from now, unless the function that it gives is called before. */
  schedule(delayMs: number, task: () => void): () => void;
}

interface Pending<Member> {
  readonly batch: AnnouncementBatch<Member>;
  readonly cancel: () => void;
}

/**
 * Tells rooms who comes and goes: one by one in small rooms, in batches above 100 members (see {@link AnnouncementBatch}).
 *
 * Whoever comes or goes by its own will hears of it at once, in a notice of its own, and is left out of the batch that names it:
 * nobody hears one join twice.
 */
export class Announcer<Member extends RoomMember<Prepared>, Prepared> {
  readonly #clock: ChatClock;
  readonly #limits: AnnouncementLimits;
  readonly #pending = new Map<Room<Member, ServerMessage, Prepared>, Pending<Member>>();
  #stopped = false;

  constructor(clock: ChatClock, limits: AnnouncementLimits = ANNOUNCEMENT_LIMITS) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Announces `member`, who is in the room by now. */
  joined(room: Room<Member, ServerMessage, Prepared>, member: Member, name: string): void {
    if (this.#stopped) return;
    const batch = this.#batchOf(room);
    const now = this.#clock.now();
    const atOnce = batch.joined(member, name, room.size, now);
    if (!atOnce) this.#await(room, batch, now);
    room.publish(membershipNotice('join', room.name, [name], 1, now), atOnce ? undefined : [member]);
  }

  /** Announces to the room that `member` has left it. */
  left(room: Room<Member, ServerMessage, Prepared>, member: Member, name: string): void {
    if (room.size === 0) this.#forget(room);
    if (room.size === 0 || this.#stopped) return;
    const batch = this.#batchOf(room);
    const now = this.#clock.now();
    if (batch.left(member, name, room.size, now)) room.publish(membershipNotice('leave', room.name, [name], 1, now));
    else this.#await(room, batch, now);
  }

  /** Announces nothing from now on and cancels every appointment with the clock. */
  stop(): void {
    this.#stopped = true;
    for (const room of [...this.#pending.keys()]) this.#forget(room);
  }

  #batchOf(room: Room<Member, ServerMessage, Prepared>): AnnouncementBatch<Member> {
    return this.#pending.get(room)?.batch ?? new AnnouncementBatch<Member>(this.#limits);
  }

  #await(room: Room<Member, ServerMessage, Prepared>, batch: AnnouncementBatch<Member>, now: number): void {
    if (this.#pending.has(room)) return;
    const cancel = this.#clock.schedule((batch.dueAt ?? now) - now, () => this.#flush(room));
    this.#pending.set(room, { batch, cancel });
  }

  #forget(room: Room<Member, ServerMessage, Prepared>): void {
    this.#pending.get(room)?.cancel();
    this.#pending.delete(room);
  }

  #flush(room: Room<Member, ServerMessage, Prepared>): void {
    const announcements = this.#pending.get(room)?.batch.take();
    this.#pending.delete(room);
    if (!announcements) return;
    this.#announce('leave', room, announcements.left);
    this.#announce('join', room, announcements.joined);
  }

  #announce(
    type: 'join' | 'leave',
    room: Room<Member, ServerMessage, Prepared>,
    subjects: ReadonlyMap<Member, string>,
  ): void {
    if (subjects.size === 0) return;
    const now = this.#clock.now();
    const limit = CHAT_LIMITS.announcedNames;
    // One more than fits, so that whoever is left out of its own batch leaves room for the next name.
    const head = [...subjects].slice(0, limit + 1);
    const namesFor = (reader?: Member) =>
      head.flatMap(([subject, name]) => (subject === reader ? [] : [name])).slice(0, limit);

    const strangers = room.members.filter((member) => !subjects.has(member));
    if (strangers.length > 0)
      room.publish(membershipNotice(type, room.name, namesFor(), subjects.size, now), strangers);
    if (subjects.size === 1) return;
    for (const reader of subjects.keys()) {
      if (room.has(reader))
        room.publish(membershipNotice(type, room.name, namesFor(reader), subjects.size - 1, now), [reader]);
    }
  }
}

/**
 * The announcement that `count` members came or went, of whom `names` lists the first. For one it is the plain form with a
 * `username`; for several that names the first, and `usernames`, `count` and `message` tell the rest.
 */
export function membershipNotice(
  type: 'join' | 'leave',
  room: string,
  names: readonly string[],
  count: number,
  nowMs: number,
): MembershipNotice {
  const username = names[0] ?? '';
  const timestamp = new Date(nowMs).toISOString();
  if (count === 1) return { type, room, username, timestamp };
  const others = count === 2 ? '1 other' : `${count - 1} others`;
  const message = `${username} and ${others} ${type === 'join' ? 'joined' : 'left'}`;
  return { type, room, username, usernames: names, count, message, timestamp };
}
