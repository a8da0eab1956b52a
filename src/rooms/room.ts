import type { DeliveryCount, RoomMember, RoomPorts } from './delivery.ts';

interface Parcel<Member, Message> {
  readonly message: Message;
  readonly to: readonly Member[];
  readonly count: DeliveryCount;
}

/**
 * One room: its members, and delivery to them in one order.
 *
 * A message is encoded once and the same prepared value is handed to every member. Members are kept in the order of their joining.
 * Rooms are made and freed by a {@link RoomHub}.
 */
export class Room<Member extends RoomMember<Prepared>, Message, Prepared> {
  readonly name: string;
  readonly #ports: RoomPorts<Member, Message, Prepared>;
  readonly #members = new Set<Member>();
  readonly #parcels: Parcel<Member, Message>[] = [];
  #roster: readonly Member[] | undefined;
  #delivering = false;

  constructor(name: string, ports: RoomPorts<Member, Message, Prepared>) {
    this.name = name;
    this.#ports = ports;
  }

  /** How many members the room has. */
  get size(): number {
    return this.#members.size;
  }

  /** The members of this moment, the longest-standing first: a list that later joins and leaves do not change. */
  get members(): readonly Member[] {
    this.#roster ??= [...this.#members];
    return this.#roster;
  }

  /** Whether `member` is in the room. */
  has(member: Member): boolean {
    return this.#members.has(member);
  }

  /** Takes `member` in; false if it was in already. For the hub, which keeps the limits. */
  add(member: Member): boolean {
    if (this.#members.has(member)) return false;
    this.#members.add(member);
    this.#roster = undefined;
    return true;
  }

  /** Lets `member` go; false if it was not in the room. For the hub, which frees empty rooms. */
  delete(member: Member): boolean {
    this.#roster = undefined;
    return this.#members.delete(member);
  }

  /**
   * Delivers `message` to the members of this moment, or to those of them listed in `to`, and gives what became of it.
   *
   * All members see published messages in the order of the calls. A call made from inside a delivery (by a member's `send` or by
   * `undelivered`) waits until that delivery is done, and its figures are filled in then. Who has left meanwhile is skipped.
   */
  publish(message: Message, to: readonly Member[] = this.members): DeliveryCount {
    const count: DeliveryCount = { recipients: 0, ok: 0, pressured: 0, dropped: 0, closed: 0 };
    if (to.length === 0) return count;
    this.#parcels.push({ message, to, count });
    if (this.#delivering) return count;
    this.#delivering = true;
    try {
      for (let parcel = this.#parcels.shift(); parcel; parcel = this.#parcels.shift()) this.#deliver(parcel);
    } finally {
      this.#delivering = false;
    }
    return count;
  }

  #deliver({ message, to, count }: Parcel<Member, Message>): void {
    const prepared = this.#ports.encode(message);
    let missed: [Member, 'dropped' | 'closed'][] | undefined;
    for (const member of to) {
      if (!this.#members.has(member)) continue;
      const status = member.send(prepared);
      count.recipients++;
      count[status]++;
      if (status === 'dropped' || status === 'closed') {
        missed ??= [];
        missed.push([member, status]);
      }
    }
    for (const [member, status] of missed ?? []) this.#ports.undelivered?.(member, status, this.name);
  }
}
