import { refuseUnknown } from '../protocol/index.ts';
import type { AnnouncementLimits, JoinRefusal, Room, RoomLimits, TokenBucketOptions } from '../rooms/index.ts';
import { ANNOUNCEMENT_LIMITS, RoomHub, resolveLimits, TokenBucket } from '../rooms/index.ts';
import type { ChatClock } from './announcer.ts';
import { Announcer, membershipNotice } from './announcer.ts';
import type { ChatConnection, ChatFloor } from './chat-session.ts';
import { ChatSession } from './chat-session.ts';
import type { ChatErrorCode } from './errors.ts';
import { Refusal } from './errors.ts';
import { checkRoomName } from './room-name.ts';
import type { Username } from './username.ts';
import { parseUsername } from './username.ts';
import type { ClientMessage, ServerMessage } from './wire.ts';
import { DEFAULT_ROOM, encodeServerMessage } from './wire.ts';

/** What a chat needs from above. */
export interface ChatPorts<Prepared> extends ChatClock {
  /** Turns JSON text into the form that connections take; called once for a message, however many receive it. */
  prepare(json: string): Prepared;
}

/** How a chat may differ from the default one. */
export interface ChatOptions {
  /** Of each connection, one bucket for texts and one for joins and leaves: 10 at once, one more each second. */
  readonly rateLimit?: Partial<TokenBucketOptions>;
  /** How far rooms may grow. */
  readonly rooms?: Partial<RoomLimits>;
  /** When joins and leaves are announced in batches. */
  readonly announcements?: Partial<AnnouncementLimits>;
}

/** The rate limit of a connection that was told nothing else. */
export const CHAT_RATE_LIMIT: TokenBucketOptions = Object.freeze({ capacity: 10, refillPerSecond: 1 });

const JOIN_REFUSALS: Readonly<Record<JoinRefusal, ChatErrorCode>> = {
  'already-joined': 'already-joined',
  'too-many-rooms': 'too-many-rooms',
  'room-full': 'room-full',
  'member-in-too-many-rooms': 'room-limit',
};

type ChatRoom<Prepared> = Room<ChatSession<Prepared>, ServerMessage, Prepared>;

/**
 * The chat without sockets: rooms, names and what is said, over connections that are handed in.
 *
 * A connection has one name from its first join until it has left its last room; a name belongs to one connection in the whole
 * chat, whatever its case. Everybody in a room, the sender included, gets its messages in one order. A connection whose queue is
 * full is closed with 1013 rather than left with a gap.
 */
export class Chat<Prepared> {
  readonly #floor: ChatFloor<Prepared>;
  readonly #hub: RoomHub<ChatSession<Prepared>, ServerMessage, Prepared>;
  readonly #announcer: Announcer<ChatSession<Prepared>, Prepared>;
  readonly #names = new Map<string, ChatSession<Prepared>>();
  readonly #lost: ChatSession<Prepared>[] = [];
  #sweeping = false;
  readonly #now: () => number;

  /** Throws a TypeError or RangeError for limits that make no sense. */
  constructor(ports: ChatPorts<Prepared>, options: ChatOptions = {}) {
    refuseUnknown('Chat', options, ['rateLimit', 'rooms', 'announcements']);
    refuseUnknown('rateLimit', options.rateLimit ?? {}, Object.keys(CHAT_RATE_LIMIT));
    const rateLimit = { ...CHAT_RATE_LIMIT, ...options.rateLimit };
    new TokenBucket(rateLimit, 0); // refuses bad figures here rather than at the first connection
    const encode = (message: ServerMessage) => ports.prepare(encodeServerMessage(message));
    this.#now = () => ports.now();
    this.#hub = new RoomHub({ encode, undelivered: (session) => this.#sweep(session) }, options.rooms);
    this.#announcer = new Announcer(ports, resolveLimits('announcements', ANNOUNCEMENT_LIMITS, options.announcements));
    this.#floor = {
      rateLimit,
      now: this.#now,
      prepare: encode,
      perform: (session, message) => this.#perform(session, message),
      remove: (session) => this.#remove(session),
    };
  }

  /** The names of the rooms with somebody in them. */
  get rooms(): string[] {
    return this.#hub.names();
  }

  /** Takes a connection in, which is in no room yet. Give the session what arrives, and `end` it when the connection is gone. */
  connect(connection: ChatConnection<Prepared>): ChatSession<Prepared> {
    return new ChatSession(this.#floor, connection);
  }

  /** Announces no more joins and leaves. For when the server shuts down: no appointment with the clock is left. */
  stop(): void {
    this.#announcer.stop();
  }

  #perform(session: ChatSession<Prepared>, message: ClientMessage): Refusal | undefined {
    if (message.type === 'join') return this.#join(session, message.room ?? DEFAULT_ROOM, message.username);
    const room = this.#roomOf(session, message.room);
    if (room instanceof Refusal) return room;
    if (message.type === 'leave') this.#leave(session, room);
    else this.#say(session, room, message.message);
    return undefined;
  }

  #join(session: ChatSession<Prepared>, wantedRoom: string, wantedName: string | undefined): Refusal | undefined {
    const roomName = checkRoomName(wantedRoom);
    if (roomName instanceof Refusal) return roomName;
    const username = this.#nameFor(session, wantedName);
    if (username instanceof Refusal) return username;
    const { room, refusal } = this.#hub.join(roomName, session);
    if (refusal) return new Refusal(JOIN_REFUSALS[refusal]);
    session.username = username;
    this.#names.set(username.key, session);
    this.#announcer.joined(room, session, username.name);
    return undefined;
  }

  #nameFor(session: ChatSession<Prepared>, wanted: string | undefined): Username | Refusal {
    if (wanted === undefined) return session.username ?? new Refusal('name-missing');
    const username = parseUsername(wanted);
    if (username instanceof Refusal) return username;
    if (session.username) return session.username.key === username.key ? session.username : new Refusal('name-fixed');
    return this.#names.has(username.key) ? new Refusal('name-taken') : username;
  }

  #roomOf(session: ChatSession<Prepared>, named: string | undefined): ChatRoom<Prepared> | Refusal {
    if (named !== undefined) {
      const roomName = checkRoomName(named);
      if (roomName instanceof Refusal) return roomName;
      const room = this.#hub.get(roomName);
      return room?.has(session) ? room : new Refusal('not-joined');
    }
    const rooms = this.#hub.roomsOf(session);
    const room = rooms.length === 1 ? rooms[0] : rooms.find(({ name }) => name === DEFAULT_ROOM);
    return room ?? new Refusal(rooms.length === 0 ? 'not-joined' : 'room-missing');
  }

  #say(session: ChatSession<Prepared>, room: ChatRoom<Prepared>, message: string): void {
    const username = session.username?.name ?? '';
    const timestamp = new Date(this.#now()).toISOString();
    room.publish({ type: 'message', room: room.name, username, message, timestamp });
  }

  #leave(session: ChatSession<Prepared>, room: ChatRoom<Prepared>): void {
    const name = session.username?.name ?? '';
    this.#hub.leave(room.name, session);
    if (session.username && this.#hub.roomsOf(session).length === 0) {
      this.#names.delete(session.username.key);
      session.username = undefined;
    }
    session.tell(membershipNotice('leave', room.name, [name], 1, this.#now()));
    this.#announcer.left(room, session, name);
  }

  #remove(session: ChatSession<Prepared>): void {
    for (const room of this.#hub.roomsOf(session)) this.#leave(session, room);
  }

  // Whoever is put out here leaves rooms, and telling those may find others to put out: a list, so that the stack stays flat.
  #sweep(session: ChatSession<Prepared>): void {
    this.#lost.push(session);
    if (this.#sweeping) return;
    this.#sweeping = true;
    for (let lost = this.#lost.shift(); lost; lost = this.#lost.shift()) lost.close(1013, 'Too slow.');
    this.#sweeping = false;
  }
}
