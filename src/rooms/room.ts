import type { DeliveryCount, DeliveryStatus, DeliveryTotals, Lasting, RoomMember, RoomPorts } from './delivery.ts';
import { NO_TOTALS, noTotals } from './delivery-totals.ts';
import type { SlowPolicy } from './member-queue.ts';
import { MemberSeat } from './member-seat.ts';

interface Parcel<Member extends RoomMember<Prepared>, Message, Prepared> {
  readonly message: Message;
  readonly to: readonly MemberSeat<Member, Prepared>[];
  readonly count: DeliveryCount;
}

// Of a hub that says nothing about waiting every message lasts, and none waits.
const ALWAYS: Lasting = Object.freeze({ seq: 0, key: '', bytes: 0 });

/**
 * One room: its members, and delivery to them in one order.
 *
 * A message is encoded once and the same prepared value is handed to every member. Members are kept in the order of their joining.
 * What becomes of a member that does not read is the policy of the room (see {@link SlowPolicy}); it never delays another member.
 * Rooms are made and freed by a {@link RoomHub}.
 */
export class Room<Member extends RoomMember<Prepared>, Message, Prepared> {
  readonly name: string;
  readonly policy: SlowPolicy;
  readonly #ports: RoomPorts<Member, Message, Prepared>;
  readonly #seats = new Map<Member, MemberSeat<Member, Prepared>>();
  // Mailboxes are rooms too, one for each user: what few rooms need is made when it is needed.
  #totals: DeliveryTotals | undefined;
  #parcels: Parcel<Member, Message, Prepared>[] | undefined;
  #roster: readonly Member[] | undefined;
  #audience: readonly MemberSeat<Member, Prepared>[] | undefined;
  #delivering = false;

  constructor(name: string, ports: RoomPorts<Member, Message, Prepared>) {
    this.name = name;
    this.#ports = ports;
    this.policy = ports.policyOf?.(name) ?? 'close';
  }

  /** What became of all messages so far. */
  get totals(): Readonly<DeliveryTotals> {
    return this.#totals ?? NO_TOTALS;
  }

  /** How many members the room has. */
  get size(): number {
    return this.#seats.size;
  }

  /** The members of this moment, the longest-standing first: a list that later joins and leaves do not change. */
  get members(): readonly Member[] {
    this.#roster ??= [...this.#seats.keys()];
    return this.#roster;
  }

  /** Whether `member` is in the room. */
  has(member: Member): boolean {
    return this.#seats.has(member);
  }

  /** Takes `member` in; false if it was in already. For the hub, which keeps the limits. */
  add(member: Member): boolean {
    if (this.#seats.has(member)) return false;
    this.#seats.set(member, new MemberSeat<Member, Prepared>(member));
    this.#forgetLists();
    return true;
  }

  /** Lets `member` go; false if it was not in the room. For the hub, which frees empty rooms. */
  delete(member: Member): boolean {
    this.#forgetLists();
    const seat = this.#seats.get(member);
    if (seat !== undefined) seat.left = true;
    return this.#seats.delete(member);
  }

  /** Whether `member` gets what is published from now on: one that is to catch up first does not. New members do. */
  setLive(member: Member, live: boolean): void {
    const seat = this.#seats.get(member);
    if (!seat || seat.live === live) return;
    seat.live = live;
    this.#audience = undefined;
  }

  /**
   * Delivers `message` to the live members of this moment, or to those of them listed in `to`, and gives what became of it.
   *
   * All members see published messages in the order of the calls. A call made from inside a delivery (by a member's `send` or by
   * `undelivered`) waits until that delivery is done, and its figures are filled in then. Who has left meanwhile is skipped.
   */
  publish(message: Message, to?: readonly Member[]): DeliveryCount {
    const count: DeliveryCount = { recipients: 0, ok: 0, pressured: 0, dropped: 0, closed: 0 };
    const audience = to === undefined ? this.#liveSeats() : this.#seatsOf(to);
    if ((to ?? audience).length === 0) return count;
    this.#parcels ??= [];
    this.#parcels.push({ message, to: audience, count });
    if (this.#delivering) return count;
    this.#delivering = true;
    try {
      for (let parcel = this.#parcels.shift(); parcel; parcel = this.#parcels.shift()) this.#deliver(parcel);
    } finally {
      this.#delivering = false;
    }
    return count;
  }

  /** The connection of `member` has taken what it had: hands on what waits for it in this room. */
  drained(member: Member): void {
    const seat = this.#seats.get(member);
    const tellMissed = (from: number, to: number) => this.#missed(from, to);
    if (seat?.drained(tellMissed) === 'closed') this.#ports.undelivered?.(member, 'closed', this.name);
  }

  #liveSeats(): readonly MemberSeat<Member, Prepared>[] {
    this.#audience ??= [...this.#seats.values()].filter((seat) => seat.live);
    return this.#audience;
  }

  #seatsOf(members: readonly Member[]): readonly MemberSeat<Member, Prepared>[] {
    return members.map((member) => this.#seats.get(member)).filter((seat) => seat !== undefined);
  }

  #forgetLists(): void {
    this.#roster = undefined;
    this.#audience = undefined;
  }

  #missed(from: number, to: number): Prepared | undefined {
    const notice = this.#ports.missed?.(this.name, from, to);
    return notice === undefined ? undefined : this.#ports.encode(notice);
  }

  #deliver({ message, to, count }: Parcel<Member, Message, Prepared>): void {
    const prepared = this.#ports.encode(message);
    const lasting = this.#ports.lasting ? this.#ports.lasting(message) : ALWAYS;
    const tellMissed = (from: number, to: number) => this.#missed(from, to);
    this.#totals ??= noTotals();
    const totals = this.#totals;
    let missed: [Member, 'dropped' | 'closed'][] | undefined;
    for (const seat of to) {
      if (seat.left) continue;
      const status = seat.deliver(prepared, lasting, this.policy, tellMissed, totals);
      add(count, status);
      const isLost = status === 'closed' || (status === 'dropped' && lasting && this.policy === 'close');
      if (isLost) {
        missed ??= [];
        missed.push([seat.member, status]);
      }
    }
    totals.published++;
    for (const figure of ['recipients', 'ok', 'pressured', 'dropped', 'closed'] as const) {
      totals[figure] += count[figure];
    }
    for (const [member, status] of missed ?? []) this.#ports.undelivered?.(member, status, this.name);
  }
}

// Each by its name: by a name that is only known here the engine looks the property up for every delivery.
function add(count: DeliveryCount, status: DeliveryStatus): void {
  count.recipients++;
  if (status === 'ok') count.ok++;
  else if (status === 'pressured') count.pressured++;
  else if (status === 'dropped') count.dropped++;
  else count.closed++;
}
