import type { DeliveryStatus, DeliveryTotals, Lasting, RoomMember } from './delivery.ts';
import type { SlowPolicy } from './member-queue.ts';
import { MemberQueue } from './member-queue.ts';

/** One member's place in one room: whether it is behind, what waits for it, and what it has missed. */
export class MemberSeat<Member extends RoomMember<Prepared>, Prepared> {
  readonly member: Member;
  /** Whether it gets what is published; one that is still catching up does not. */
  live = true;
  /** Whether it has left the room. */
  left = false;
  #behind = false;
  #queue: MemberQueue<Prepared> | undefined;
  #missedFrom = 0;
  #missedTo = 0;

  constructor(member: Member) {
    this.member = member;
  }

  /** Whether it has not taken all that was handed to it, as far as is known. */
  get isBehind(): boolean {
    return this.#behind;
  }

  /**
   * Hands a message to the member, or lets it wait as the policy says; `undefined` for `lasting` is a message of the moment, which
   * a member that is behind does not get. `tellMissed` makes the message that says what was left out. How many that waited
   * went for it is added to `totals`.
   */
  deliver(
    prepared: Prepared,
    lasting: Lasting | undefined,
    policy: SlowPolicy,
    tellMissed: (from: number, to: number) => Prepared | undefined,
    totals: DeliveryTotals,
  ): DeliveryStatus {
    if (!lasting) return this.#behind ? 'dropped' : this.#offer(prepared);
    if (policy === 'close') return this.#offer(prepared);
    if ((policy === 'drop-oldest' || policy === 'conflate') && this.#behind) {
      this.#queue ??= new MemberQueue(policy);
      const displaced = this.#queue.push({ prepared, ...lasting });
      for (const { seq } of displaced) this.#miss(seq);
      totals.displaced += displaced.length;
      return 'pressured';
    }
    const told = policy === 'drop-newest' ? this.#tellMissed(tellMissed) : 'ok';
    const status = told === 'dropped' || told === 'closed' ? told : this.#offer(prepared);
    if (status === 'dropped' && policy === 'drop-newest') this.#miss(lasting.seq);
    if (status === 'dropped' && (policy === 'drop-oldest' || policy === 'conflate')) {
      // Its connection was filled by others than this room.
      this.#queue ??= new MemberQueue(policy);
      this.#queue.push({ prepared, ...lasting });
      return 'pressured';
    }
    return status;
  }

  /** The member's connection has taken what it had: hands on what waits. Gives `closed` if it turns out to be gone. */
  drained(tellMissed: (from: number, to: number) => Prepared | undefined): DeliveryStatus {
    this.#behind = false;
    const told = this.#tellMissed(tellMissed);
    if (told === 'dropped' || told === 'closed') return told;
    let last: DeliveryStatus = told;
    const isEmpty = this.#queue?.flush(({ prepared }) => {
      last = this.#offer(prepared);
      return last;
    });
    if (isEmpty) this.#queue = undefined;
    else if (this.#queue) this.#behind = true;
    return last;
  }

  #offer(prepared: Prepared): DeliveryStatus {
    const status = this.member.send(prepared);
    this.#behind = status === 'pressured' || status === 'dropped';
    return status;
  }

  #tellMissed(tellMissed: (from: number, to: number) => Prepared | undefined): DeliveryStatus {
    if (this.#missedFrom === 0) return 'ok';
    const notice = tellMissed(this.#missedFrom, this.#missedTo);
    const status = notice === undefined ? 'ok' : this.#offer(notice);
    if (status !== 'dropped') this.#missedFrom = 0;
    return status;
  }

  #miss(seq: number): void {
    const isFirst = this.#missedFrom === 0;
    this.#missedFrom = isFirst ? seq : Math.min(this.#missedFrom, seq);
    this.#missedTo = isFirst ? seq : Math.max(this.#missedTo, seq);
  }
}
