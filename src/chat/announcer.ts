import type { AnnouncementLimits, Attendee } from '../rooms/index.ts';
import { ANNOUNCEMENT_LIMITS, AnnouncementBatch } from '../rooms/index.ts';
import { CHAT_LIMITS } from './limits.ts';
import type { MembershipNotice } from './wire.ts';

/** Time as the chat sees it. */
export interface ChatClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs `task` once, `delayMs` from now, unless the function that it gives is called before. */
  schedule(delayMs: number, task: () => void): () => void;
}

/** A member that knows four fields, and is told who comes and goes in words of those. */
export interface PlainMember<Prepared> {
  /** The id of the user. */
  readonly user: string;
  hand(prepared: Prepared): void;
}

interface Audience<Prepared> {
  readonly members: Set<PlainMember<Prepared>>;
  readonly batch: AnnouncementBatch<string>;
  cancel: (() => void) | undefined;
}

/**
 * Tells those who know four fields who comes and goes: one by one in small rooms, in batches above 100 users (see
 * {@link AnnouncementBatch}). Whoever comes or goes by its own will hears of it at once, in a notice of its own, and is left out of
 * all others that name it: nobody hears one join twice.
 */
export class Announcer<Prepared> {
  readonly #clock: ChatClock;
  readonly #prepare: (json: string) => Prepared;
  readonly #limits: AnnouncementLimits;
  readonly #audiences = new Map<string, Audience<Prepared>>();
  #stopped = false;

  constructor(clock: ChatClock, prepare: (json: string) => Prepared, limits: AnnouncementLimits = ANNOUNCEMENT_LIMITS) {
    this.#clock = clock;
    this.#prepare = prepare;
    this.#limits = limits;
  }

  /** From now on `member` hears who comes and goes. */
  attend(room: string, member: PlainMember<Prepared>): void {
    const audience = this.#audiences.get(room);
    if (audience) audience.members.add(member);
    else {
      const batch = new AnnouncementBatch<string>(this.#limits);
      this.#audiences.set(room, { members: new Set([member]), batch, cancel: undefined });
    }
  }

  /** `member` hears nothing of the room any more. */
  absent(room: string, member: PlainMember<Prepared>): void {
    const audience = this.#audiences.get(room);
    if (!audience?.members.delete(member) || audience.members.size > 0) return;
    audience.cancel?.();
    this.#audiences.delete(room);
  }

  /** Announces a user who has come, on any node; `count` users are in the room now. */
  came(room: string, { user, name }: Attendee, count: number): void {
    this.#announce(room, 'join', user, name, (batch, now) => batch.joined(user, name, count, now));
  }

  /** Announces a user who has gone, on any node; `count` users are in the room now. */
  went(room: string, { user, name }: Attendee, count: number): void {
    this.#announce(room, 'leave', user, name, (batch, now) => batch.left(user, name, count, now));
  }

  /** Announces nothing from now on and cancels every appointment with the clock. */
  stop(): void {
    this.#stopped = true;
    for (const { cancel } of this.#audiences.values()) cancel?.();
    this.#audiences.clear();
  }

  #announce(
    room: string,
    type: 'join' | 'leave',
    user: string,
    name: string,
    collect: (batch: AnnouncementBatch<string>, now: number) => boolean,
  ): void {
    const audience = this.#audiences.get(room);
    if (!audience || this.#stopped) return;
    const now = this.#clock.now();
    if (collect(audience.batch, now)) {
      this.#tell(audience, membershipNotice(type, room, [name], 1, now), (member) => member.user !== user);
    } else {
      audience.cancel ??= this.#clock.schedule((audience.batch.dueAt ?? now) - now, () => this.#flush(room, audience));
    }
  }

  #flush(room: string, audience: Audience<Prepared>): void {
    audience.cancel = undefined;
    const { left, joined } = audience.batch.take();
    this.#tellBatch('leave', room, audience, left);
    this.#tellBatch('join', room, audience, joined);
  }

  #tellBatch(
    type: 'join' | 'leave',
    room: string,
    audience: Audience<Prepared>,
    subjects: ReadonlyMap<string, string>,
  ): void {
    if (subjects.size === 0) return;
    const now = this.#clock.now();
    const limit = CHAT_LIMITS.announcedNames;
    // One more than fits, so that whoever is left out of its own batch leaves room for the next name.
    const head = [...subjects].slice(0, limit + 1);
    const namesFor = (reader?: string) =>
      head.flatMap(([subject, name]) => (subject === reader ? [] : [name])).slice(0, limit);
    const readers = [...audience.members].filter(({ user }) => subjects.has(user));
    const notice = membershipNotice(type, room, namesFor(), subjects.size, now);
    this.#tell(audience, notice, ({ user }) => !subjects.has(user));
    if (subjects.size === 1) return;
    for (const reader of readers) {
      const others = membershipNotice(type, room, namesFor(reader.user), subjects.size - 1, now);
      this.#tell(audience, others, (member) => member === reader);
    }
  }

  #tell(
    { members }: Audience<Prepared>,
    notice: MembershipNotice,
    concerns: (member: PlainMember<Prepared>) => boolean,
  ): void {
    let prepared: { readonly value: Prepared } | undefined;
    for (const member of [...members]) {
      if (!concerns(member)) continue;
      prepared ??= { value: this.#prepare(JSON.stringify(notice)) };
      member.hand(prepared.value);
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
