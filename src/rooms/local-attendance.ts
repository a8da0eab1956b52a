import type { Attendee, PresenceChange } from './presence.ts';

interface Stay {
  attendee: Attendee;
  members: number;
  /** When it counts as gone; `Infinity` while somebody is there. */
  until: number;
}

/**
 * Who is in this node's part of a room: users, not connections. A user comes with its first member and goes with its last, or a
 * while after it: who is lost and back within that time has never been away.
 */
export class LocalAttendance {
  readonly #stays = new Map<string, Stay>();
  #lingering = 0;

  /** How many users are here, lingering ones included. */
  get size(): number {
    return this.#stays.size;
  }

  /** How many of them have no member here any more. */
  get lingering(): number {
    return this.#lingering;
  }

  get attendees(): Attendee[] {
    return [...this.#stays.values()].map(({ attendee }) => attendee);
  }

  /** When the first of those who linger is gone; undefined if nobody lingers. */
  get dueAt(): number | undefined {
    let dueAt = Infinity;
    if (this.#lingering > 0) for (const { until } of this.#stays.values()) dueAt = Math.min(dueAt, until);
    return dueAt === Infinity ? undefined : dueAt;
  }

  /** A member of this user is here; gives the change that others are to be told, if it is one. */
  come(attendee: Attendee): PresenceChange | undefined {
    const stay = this.#stays.get(attendee.user);
    if (!stay) {
      this.#stays.set(attendee.user, { attendee, members: 1, until: Infinity });
      return { joined: [attendee], left: [] };
    }
    if (stay.members === 0) this.#lingering--;
    stay.members++;
    stay.until = Infinity;
    if (stay.attendee.name === attendee.name) return undefined;
    stay.attendee = attendee;
    return { joined: [attendee], left: [] };
  }

  /** A member of this user is gone; its last one lets the user linger for `lingerMs`. Gives the change to tell, if it is one. */
  go(user: string, nowMs: number, lingerMs: number): PresenceChange | undefined {
    const stay = this.#stays.get(user);
    if (!stay || stay.members === 0) return undefined;
    stay.members--;
    if (stay.members > 0) return undefined;
    if (lingerMs > 0) {
      stay.until = nowMs + lingerMs;
      this.#lingering++;
      return undefined;
    }
    this.#stays.delete(user);
    return { joined: [], left: [user] };
  }

  /** Lets those go whose time has come. */
  expire(nowMs: number): PresenceChange | undefined {
    if (this.#lingering === 0) return undefined;
    const left: string[] = [];
    for (const [user, { until }] of this.#stays) if (until <= nowMs) left.push(user);
    for (const user of left) this.#stays.delete(user);
    this.#lingering -= left.length;
    return left.length > 0 ? { joined: [], left } : undefined;
  }
}
