import { refuseUnknown } from '../protocol/index.ts';
import type { Entry, UserChange } from '../rooms/index.ts';
import { ANNOUNCEMENT_LIMITS, ROOM_LIMITS, RoomNode, resolveLimits } from '../rooms/index.ts';
import { Announcer } from './announcer.ts';
import { Tickets } from './auth/tickets.ts';
import type { ChatConnection, ConnectionFacts } from './chat-connection.ts';
import type { ChatFloor } from './chat-floor.ts';
import { NO_LOG } from './chat-log.ts';
import type { ChatOptions, ChatPorts, Dialect } from './chat-options.ts';
import { CHAT_OPTIONS, CHAT_RATE_LIMIT, memoryBroker } from './chat-options.ts';
import type { ChatSession } from './chat-session.ts';
import { ChatCounters } from './counters.ts';
import { Names } from './names.ts';
import { decodeRulesNote } from './payloads.ts';
import { PlainSession } from './plain-session.ts';
import { RateGate } from './rate-gate.ts';
import { Rendering } from './rendering.ts';
import { decodeTakeover, encodeTakeover, nodeOf } from './session-record.ts';
import { Sessions } from './sessions.ts';
import { Upkeep } from './upkeep.ts';
import { isMailbox } from './v1/event-messages.ts';
import { V1Session } from './v1/v1-session.ts';

/**
 * The chat without sockets: rooms, names and what is said, over connections that are handed in.
 *
 * A name belongs to one user in the whole chat, whatever its case. Everybody in a room, the sender included, gets its messages in
 * one order. A connection whose queue is full is closed with 1013 rather than left with a gap.
 */
export class Chat<Prepared> {
  /** What it has done. */
  readonly counters: ChatCounters = new ChatCounters();
  /** Tickets that stand for tokens. */
  readonly tickets: Tickets;
  readonly #node: RoomNode<ChatSession<Prepared>, Rendering<Prepared>>;
  readonly #floor: ChatFloor<Prepared>;
  readonly #upkeep: Upkeep;
  readonly #sessions = new Map<number, ChatSession<Prepared>>();
  readonly #lost: ChatSession<Prepared>[] = [];
  #sweeping = false;
  #connections = 0;

  /** Throws a TypeError or RangeError for options that it does not know or that make no sense. */
  constructor(ports: ChatPorts<Prepared>, options: ChatOptions = {}) {
    refuseUnknown('Chat', options, CHAT_OPTIONS);
    refuseUnknown('rateLimit', options.rateLimit ?? {}, Object.keys(CHAT_RATE_LIMIT));
    const now = (): number => ports.now();
    const schedule = (delayMs: number, task: () => void) => ports.schedule(delayMs, task);
    const prepare = (json: string): Prepared => ports.prepare(json);
    const announcements = resolveLimits('announcements', ANNOUNCEMENT_LIMITS, options.announcements);
    const announcer = new Announcer<Prepared>(ports, prepare, announcements);
    const rates = new RateGate({ ...CHAT_RATE_LIMIT, ...options.rateLimit }, options.rateLimits);
    const log = options.log ?? NO_LOG;
    const limits = resolveLimits('rooms', ROOM_LIMITS, options.rooms);
    this.#upkeep = new Upkeep(ports);
    this.#node = new RoomNode(
      options.broker ?? memoryBroker(now, limits.rooms),
      {
        encode: (event) =>
          new Rendering(event, prepare, event.kind === 'presence' ? this.#node.rulesOf(event.room) : undefined),
        now,
        schedule,
        joined: (session, joined) => session.joined(joined),
        undelivered: (session) => this.#giveUp(session),
        ruled: (room, entry) => this.#kick(room, entry),
        expelled: (session, room, why) => session.expelled(room, why === 'banned' ? 'banned' : 'kicked'),
        attended: (room, change) => this.#announce(room, change),
        signal: (payload) => this.#heed(payload),
        state: (state) => {
          log('broker', { state });
          for (const session of this.#sessions.values()) session.tellState(state);
        },
      },
      {
        ...(options.slowPolicyOf ? { policyOf: options.slowPolicyOf } : {}),
        // How many rooms there may be is a matter of all nodes, and mailboxes are none: one more for each member.
        limits: { membersPerRoom: limits.membersPerRoom, rooms: Infinity, roomsPerMember: limits.roomsPerMember + 1 },
      },
    );
    const { broker } = this.#node;
    this.tickets = new Tickets(broker);
    this.#floor = {
      now,
      schedule,
      prepare,
      log,
      roomsPerSession: limits.roomsPerMember,
      node: this.#node,
      names: new Names(broker),
      sessions: new Sessions(broker),
      rates,
      counters: this.counters,
      announcer,
      verify: options.verify,
      holderOf: (session) => `${broker.node}/${session.number}`,
      forget: (session) => {
        this.#sessions.delete(session.number);
        this.#upkeep.forget(session);
      },
      giveUp: (session) => this.#giveUp(session),
      takeOver: (session, holder) => this.#takeOver(session, holder),
      keepFresh: (session) => this.#upkeep.keep(session),
    };
  }

  /** The names of the rooms with somebody of this node in them. */
  get rooms(): string[] {
    return this.#node.rooms.filter((room) => !isMailbox(room));
  }

  /** How many connections take part. */
  get size(): number {
    return this.#sessions.size;
  }

  /** The rooms of this node, with their figures. */
  get node(): RoomNode<ChatSession<Prepared>, Rendering<Prepared>> {
    return this.#node;
  }

  /** Takes a connection in, which is in no room yet. Give the session what arrives, and `end` it when the connection is gone. */
  connect(
    connection: ChatConnection<Prepared>,
    facts: ConnectionFacts & { readonly dialect?: Dialect } = {},
  ): ChatSession<Prepared> {
    const number = ++this.#connections;
    const session =
      facts.dialect === 'v1'
        ? new V1Session(this.#floor, connection, number, facts)
        : new PlainSession(this.#floor, connection, number, facts);
    this.#sessions.set(number, session);
    return session;
  }

  /**
   * Tells everybody who can be told that the server goes down, and when to come back: from `retryAfterMs` to twice that, evenly, so
   * that they do not come all at once. Leaves are announced no more.
   */
  sayBye(retryAfterMs: number): void {
    this.#floor.announcer.stop();
    const sessions = [...this.#sessions.values()];
    for (const [index, session] of sessions.entries()) {
      session.tellBye(retryAfterMs + Math.floor((retryAfterMs * index) / sessions.length));
    }
  }

  /** Ends the part of this node in all rooms. For when the server has shut down: no appointment with the clock is left. */
  stop(): void {
    this.#floor.announcer.stop();
    this.#upkeep.stop();
    void this.#node.stop();
  }

  #announce(room: string, { joined, left }: UserChange): void {
    const count = this.#node.who(room, 0).count;
    for (const attendee of left) this.#floor.announcer.went(room, attendee, count);
    for (const attendee of joined) this.#floor.announcer.came(room, attendee, count);
  }

  #kick(room: string, entry: Entry): void {
    const note = decodeRulesNote(entry.payload);
    if (note?.action !== 'kick') return;
    for (const session of this.#node.membersOf(room)) {
      if (session.user !== note.user) continue;
      this.#node.leave(room, session);
      session.expelled(room, 'kicked');
    }
  }

  #takeOver(sessionHash: string, holder: string): void {
    const { broker } = this.#node;
    if (nodeOf(holder) === broker.node) this.#release(sessionHash, holder);
    else broker.signal(nodeOf(holder), encodeTakeover({ session: sessionHash, holder }));
  }

  #heed(payload: string): void {
    const takeover = decodeTakeover(payload);
    if (takeover && nodeOf(takeover.holder) === this.#node.broker.node)
      this.#release(takeover.session, takeover.holder);
  }

  #release(sessionHash: string, holder: string): void {
    const session = this.#sessions.get(Number(holder.slice(holder.lastIndexOf('/') + 1)));
    if (!(session instanceof V1Session) || session.held?.hash !== sessionHash) return;
    this.counters.sessionsTakenOver++;
    session.takenOver();
  }

  // Whoever is put out here leaves rooms, and telling those may find others to put out: a list, so that the stack stays flat.
  #giveUp(session: ChatSession<Prepared>): void {
    this.#lost.push(session);
    if (this.#sweeping) return;
    this.#sweeping = true;
    for (let lost = this.#lost.shift(); lost; lost = this.#lost.shift()) lost.close(1013, 'Too slow.');
    this.#sweeping = false;
  }
}
