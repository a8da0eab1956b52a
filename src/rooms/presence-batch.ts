import type { Attendee } from './presence.ts';
import type { UserChange } from './presence-view.ts';

/** How presence is told: how long changes are collected, and up to how many users they are told by name. */
export const PRESENCE_LIMITS: Readonly<Record<'intervalMs' | 'namedUsers', number>> = Object.freeze({
  intervalMs: 100,
  namedUsers: 100,
});

/** Who came and went since members were told last. Who comes and goes meanwhile is not mentioned. */
export class PresenceBatch {
  readonly #joined = new Map<string, Attendee>();
  readonly #left = new Map<string, Attendee>();

  add({ joined, left }: UserChange): void {
    for (const attendee of left) {
      if (!this.#joined.delete(attendee.user) && !this.#left.has(attendee.user))
        this.#left.set(attendee.user, attendee);
    }
    for (const attendee of joined) {
      if (this.#left.get(attendee.user)?.name === attendee.name) this.#left.delete(attendee.user);
      else this.#joined.set(attendee.user, attendee);
    }
  }

  /** Gives what is to be told to a room of `count` users; undefined if all came to nothing. */
  take(count: number): UserChange | undefined {
    const joined = [...this.#joined.values()];
    const left = [...this.#left.values()];
    if (joined.length + left.length === 0) return undefined;
    return count > PRESENCE_LIMITS.namedUsers ? { joined: [], left: [] } : { joined, left };
  }
}
