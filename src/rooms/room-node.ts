import type { Broker, BrokerEvents, Publication, Published, Refused, RoomList } from './broker.ts';
import type { DeliveryTotals, RoomMember } from './delivery.ts';
import { addTotals, type NodeTotals, noTotals } from './delivery-totals.ts';
import type { Eventual } from './eventual.ts';
import { LocalRoom } from './local-room.ts';
import type { Page, Position } from './log.ts';
import type { NodeContext } from './node-context.ts';
import { PreparedEntries } from './prepared-entries.ts';
import type { Attendee } from './presence.ts';
import { redact } from './redaction.ts';
import type {
  ActRefused,
  EntryRefusal,
  JoinRequest,
  RoomEvent,
  RoomNodeOptions,
  RoomNodePorts,
  Utterance,
} from './room-events.ts';
import { lastingOf } from './room-events.ts';
import { RoomHub } from './room-hub.ts';
import type { Role, RuleAction } from './room-rules.ts';
import { applyAction, say } from './speech.ts';
import { Survey } from './survey.ts';

/**
 * One node's part of all rooms: members of this process on one side, a {@link Broker} on the other.
 *
 * Every member gets each entry of its rooms once, in order, from the position of its join on, whatever the broker repeats, delays or
 * loses; what cannot be made good is said (`reset`, `missed`, `recovered: false`). Everything is bounded, and nothing is left of a
 * room that its last member has left. With a broker whose answers are there at once, everything has happened when a call returns.
 */
export class RoomNode<Member extends RoomMember<Prepared>, Prepared> {
  readonly broker: Broker;
  readonly #context: NodeContext<Member, Prepared>;
  readonly #hub: RoomHub<Member, RoomEvent, Prepared>;
  readonly #rooms = new Map<string, LocalRoom<Member, Prepared>>();
  readonly #past: DeliveryTotals = noTotals();
  readonly #repairs = { repairs: 0, resets: 0 };
  readonly #survey: Survey<Member, Prepared>;
  #stopped = false;

  /** `connect` gives the broker of this node, which tells what it hears to the events that it is handed. */
  constructor(
    connect: (events: BrokerEvents) => Broker,
    ports: RoomNodePorts<Member, Prepared>,
    options: RoomNodeOptions = {},
  ) {
    const { policyOf, limits } = options;
    const encode = (event: RoomEvent): Prepared => ports.encode(event);
    const prepared = new PreparedEntries(encode);
    this.#hub = new RoomHub<Member, RoomEvent, Prepared>(
      {
        encode: (event) => (event.kind === 'entry' ? prepared.of(event) : encode(event)),
        undelivered: (member, status, room) => ports.undelivered(member, status, room),
        lasting: lastingOf,
        missed: (room, from, to) => ({ kind: 'missed', room, epoch: this.position(room)?.epoch ?? '', from, to }),
        policyOf: (room) => policyOf?.(room) ?? 'close',
      },
      limits,
    );
    this.broker = connect(this.#events(ports));
    this.#context = {
      broker: this.broker,
      ports,
      hub: this.#hub,
      prepared,
      repairs: this.#repairs,
      letGo: (room, member) => {
        const totals = this.#hub.get(room)?.totals;
        const left = this.#hub.leave(room, member);
        if (left && !this.#hub.get(room)) addTotals(this.#past, totals);
        return left;
      },
      forget: (room) => this.#forget(room),
    };
    this.#survey = new Survey(this.#context, this.#rooms);
  }

  /** How much there is: rooms with a member here, rooms listened to, members. */
  get sizes(): { readonly rooms: number; readonly listened: number; readonly members: number } {
    return { rooms: this.#hub.size, listened: this.#rooms.size, members: this.#hub.memberCount };
  }

  /** What became of all messages of all rooms of this node. */
  get totals(): NodeTotals {
    const totals = { ...this.#past };
    for (const name of this.#hub.names()) addTotals(totals, this.#hub.get(name)?.totals);
    return { ...totals, ...this.#repairs };
  }

  /** What became of the messages of one room, while it has members here. */
  totalsOf(room: string): Readonly<DeliveryTotals> | undefined {
    return this.#hub.get(room)?.totals;
  }

  /**
   * Lets a member into a room. It is told by the port `joined`, which may be before this returns and may be after its promise is
   * settled; a refusal is told by what this gives.
   */
  join(room: string, member: Member, request: JoinRequest): Eventual<{ readonly refusal: EntryRefusal } | undefined> {
    if (this.#stopped) return { refusal: 'unavailable' };
    const { refusal } = this.#hub.join(room, member);
    if (refusal !== undefined) return { refusal };
    // The founding is not kept for as long as the member stays.
    const { founding, ...stay } = request;
    let local = this.#rooms.get(room);
    if (!local) {
      local = new LocalRoom(this.#context, room, founding);
      this.#rooms.set(room, local);
      this.#survey.goOn();
    }
    return local.join(member, stay);
  }

  /** Takes a member out of a room; false if it was not in it. For `lingerMs` others go on seeing its user there. */
  leave(room: string, member: Member, lingerMs: number = 0): boolean {
    if (!this.#context.letGo(room, member)) return false;
    this.#rooms.get(room)?.leave(member, lingerMs);
    return true;
  }

  /** The rooms that a member is in, in the order of its joining. */
  roomsOf(member: Member): string[] {
    return this.#hub.roomsOf(member).map(({ name }) => name);
  }

  /** The members of this node in a room, the longest-standing first. */
  membersOf(room: string): readonly Member[] {
    return this.#hub.get(room)?.members ?? [];
  }

  /** The rooms with a member of this node. */
  get rooms(): string[] {
    return this.#hub.names();
  }

  /** Up to where this node has a room's log; undefined unless somebody here is in it. */
  position(room: string): Position | undefined {
    return this.#rooms.get(room)?.feed.position;
  }

  /** Says something in a room as far as its rules allow. Whoever asks has seen to it that the user is in it. */
  say(room: string, utterance: Utterance): Eventual<Published | ActRefused> {
    const local = this.#rooms.get(room);
    return local ? say(this.#context, local, utterance) : { refusal: 'not-joined' };
  }

  /** Puts something into a log that nobody here need be in: the mailbox of a user. */
  post(log: string, { user, payload, id }: Utterance): Eventual<Published | Refused> {
    const publication: Publication = { kind: 'message', sender: user, payload, ...(id === undefined ? {} : { id }) };
    return this.broker.publish(log, publication);
  }

  /**
   * Changes the rules of a room, or applies them to somebody; `payload` is what members are told. `asRole` is what the user counts
   * as, if not what the rules say.
   */
  moderate(
    room: string,
    { user, payload, id }: Utterance,
    action: RuleAction,
    asRole?: Role,
  ): Eventual<Published | ActRefused> {
    const local = this.#rooms.get(room);
    return local ? applyAction(this.#context, local, { user, payload, id }, action, asRole) : { refusal: 'not-joined' };
  }

  /** Takes a message back: one's own, or that of somebody below. */
  redact(
    room: string,
    { user, id }: Omit<Utterance, 'payload'>,
    target: number,
    asRole?: Role,
  ): Eventual<Published | ActRefused> {
    const local = this.#rooms.get(room);
    return local ? redact(this.#context, local, { user, id }, target, asRole) : { refusal: 'not-joined' };
  }

  /** Tells the others in a room something of the moment. */
  whisper(room: string, user: string, payload: string): void {
    this.broker.whisper(room, user, payload);
  }

  /** The last `limit` entries before `before`. */
  history(room: string, limit: number, before: number = Infinity): Eventual<Page | Refused> {
    return this.broker.read(room, { before, limit });
  }

  /** Who is in a room, as this node knows it: how many users, and the first `most` of them. */
  who(room: string, most: number): { readonly count: number; readonly attendees: readonly Attendee[] } {
    const view = this.#rooms.get(room)?.presence?.view;
    return { count: view?.count ?? 0, attendees: view?.attendees(most) ?? [] };
  }

  /** What a user is in a room; undefined while the rules are not known. */
  rulesOf(room: string): LocalRoom<Member, Prepared>['rules']['rules'] {
    return this.#rooms.get(room)?.rules.rules;
  }

  /** The listed rooms with somebody in them. */
  list(after: string, limit: number): Eventual<RoomList | Refused> {
    return this.broker.list(after, limit);
  }

  /** The connection of a member has taken what it had: what waits for it in any room goes on. */
  drained(member: Member): void {
    for (const { name } of this.#hub.roomsOf(member)) {
      this.#rooms.get(name)?.drained(member);
      this.#hub.get(name)?.drained(member);
    }
  }

  /** Leaves everything: no appointment with the clock is left, and the broker is closed. */
  stop(): Eventual<void> {
    this.#stopped = true;
    this.#survey.stop();
    for (const local of this.#rooms.values()) local.stop();
    this.#rooms.clear();
    return this.broker.close();
  }

  #forget(room: string): void {
    if (this.#hub.get(room)) return;
    this.#rooms.get(room)?.stop();
    if (this.#rooms.delete(room)) this.broker.unsubscribe(room);
    if (this.#rooms.size === 0) this.#survey.stop();
  }

  #events(ports: RoomNodePorts<Member, Prepared>): BrokerEvents {
    return {
      entry: (room, epoch, entry) => this.#rooms.get(room)?.feed.heard(epoch, entry),
      renewed: (room, head) => this.#rooms.get(room)?.feed.look(head),
      whisper: (room, sender, payload) => {
        this.#hub.get(room)?.publish({ kind: 'whisper', room, sender, payload });
      },
      presence: (room, node, change, version) => this.#rooms.get(room)?.presence?.heard(node, change, version),
      signal: (payload) => ports.signal(payload),
      state: (state) => {
        ports.state(state);
        if (state === 'up') for (const local of this.#rooms.values()) local.verify();
      },
    };
  }
}
