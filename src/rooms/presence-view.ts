import type { Attendee, PresenceChange, PresenceOfNode } from './presence.ts';

/** What changed for those who look at users and not at nodes. */
export interface UserChange {
  readonly joined: readonly Attendee[];
  readonly left: readonly Attendee[];
}

interface User {
  attendee: Attendee;
  nodes: number;
}

/** Who is in a room, put together from what every node says of its own part: a user on two nodes is one user. */
export class PresenceView {
  readonly #nodes = new Map<string, Map<string, Attendee>>();
  readonly #users = new Map<string, User>();

  /** How many users are in the room. */
  get count(): number {
    return this.#users.size;
  }

  /** The first users, the longest-standing first. */
  attendees(most: number): Attendee[] {
    const list: Attendee[] = [];
    for (const { attendee } of this.#users.values()) {
      if (list.length >= most) break;
      list.push(attendee);
    }
    return list;
  }

  /** The user of this id, if it is in the room. */
  get(user: string): Attendee | undefined {
    return this.#users.get(user)?.attendee;
  }

  /** Takes what a node says about who came and went. */
  apply(node: string, { joined, left }: PresenceChange): UserChange {
    const before = new Map<string, Attendee | undefined>();
    for (const user of left) this.#leave(node, user, before);
    for (const attendee of joined) this.#join(node, attendee, before);
    return this.#changeSince(before);
  }

  /** Takes a list of everybody on every node in place of what was known. */
  replace(presence: readonly PresenceOfNode[]): UserChange {
    const before = new Map<string, Attendee | undefined>();
    const lists = new Map(presence.map(({ node, attendees }) => [node, attendees]));
    for (const node of [...this.#nodes.keys()]) {
      const staying = new Set(lists.get(node)?.map(({ user }) => user));
      for (const user of [...(this.#nodes.get(node)?.keys() ?? [])]) {
        if (!staying.has(user)) this.#leave(node, user, before);
      }
    }
    for (const [node, attendees] of lists) for (const attendee of attendees) this.#join(node, attendee, before);
    return this.#changeSince(before);
  }

  /** Forgets what was said by nodes that are not among `alive`. */
  keep(alive: ReadonlySet<string>): UserChange {
    const before = new Map<string, Attendee | undefined>();
    for (const [node, attendees] of [...this.#nodes]) {
      if (!alive.has(node)) for (const user of [...attendees.keys()]) this.#leave(node, user, before);
    }
    return this.#changeSince(before);
  }

  #join(node: string, attendee: Attendee, before: Map<string, Attendee | undefined>): void {
    const { user, name } = attendee;
    let attendees = this.#nodes.get(node);
    const said = attendees?.get(user);
    if (said?.name === name) return;
    if (!attendees) {
      attendees = new Map();
      this.#nodes.set(node, attendees);
    }
    attendees.set(user, attendee);
    const known = this.#users.get(user);
    if (!before.has(user)) before.set(user, known?.attendee);
    if (!known) this.#users.set(user, { attendee, nodes: 1 });
    else {
      known.attendee = attendee;
      if (!said) known.nodes++;
    }
  }

  #leave(node: string, user: string, before: Map<string, Attendee | undefined>): void {
    const attendees = this.#nodes.get(node);
    if (!attendees?.delete(user)) return;
    if (attendees.size === 0) this.#nodes.delete(node);
    const known = this.#users.get(user);
    if (!known) return;
    if (!before.has(user)) before.set(user, known.attendee);
    known.nodes--;
    if (known.nodes === 0) this.#users.delete(user);
  }

  #changeSince(before: ReadonlyMap<string, Attendee | undefined>): UserChange {
    const joined: Attendee[] = [];
    const left: Attendee[] = [];
    for (const [user, was] of before) {
      const is = this.#users.get(user)?.attendee;
      if (was?.name === is?.name) continue;
      if (was) left.push(was);
      if (is) joined.push(is);
    }
    return { joined, left };
  }
}
