import type { DeliveryStatus, Eventual, Joined } from '../rooms/index.ts';
import { whenReady } from '../rooms/index.ts';
import { membershipNotice } from './announcer.ts';
import type { Answer, ChatConnection, ConnectionFacts } from './chat-connection.ts';
import type { ChatFloor } from './chat-floor.ts';
import { ChatSession } from './chat-session.ts';
import { Refusal } from './errors.ts';
import { encodeMessage } from './payloads.ts';
import { saidRefusal } from './refusals.ts';
import type { Rendering } from './rendering.ts';
import { enterRoom, roomNamed } from './room-entry.ts';
import { checkRoomName } from './room-name.ts';
import { anonymousUser } from './secrets.ts';
import { REFRESH_MS, SESSION_TTL_MS, TOKEN_NAME_TTL_MS } from './session-record.ts';
import type { Username } from './username.ts';
import { parseUsername } from './username.ts';
import { DEFAULT_ROOM, parseClientMessage } from './wire.ts';

/**
 * A connection that knows four fields. It has one name from its first join until it has left its last room, and is in the room or
 * not: there is no history, no coming back, and whoever is lost has left.
 */
export class PlainSession<Prepared> extends ChatSession<Prepared> {
  protected readonly lingerMs: number = 0;

  constructor(
    floor: ChatFloor<Prepared>,
    connection: ChatConnection<Prepared>,
    number: number,
    facts: ConnectionFacts,
  ) {
    super(floor, connection, number, facts);
    this.become(facts.identity?.user ?? anonymousUser());
  }

  override send(rendering: Rendering<Prepared>): DeliveryStatus {
    const { plain } = rendering;
    return plain === undefined ? 'ok' : this.connection.send(plain);
  }

  override joined({ room }: Joined): void {
    this.floor.announcer.attend(room, this);
    this.tell(membershipNotice('join', room, [this.#name], 1, this.floor.now()));
  }

  override leave(room: string, lingerMs: number = 0): void {
    super.leave(room, lingerMs);
    this.expelled(room);
  }

  override expelled(room: string): void {
    this.floor.announcer.absent(room, this);
    this.tell(membershipNotice('leave', room, [this.#name], 1, this.floor.now()));
    if (this.floor.node.roomsOf(this).length === 0) this.#setNameFree();
  }

  override tellState(): void {}
  override tellBye(): void {}
  protected override tellExpiring(): void {}

  override refresh(): Eventual<void> {
    this.refreshAt = this.floor.now() + REFRESH_MS;
    if (!this.username) return;
    return whenReady(this.floor.names.claim(this.username, this.user, this.#nameTtlMs), () => undefined);
  }

  protected override release(): void {
    this.#setNameFree();
  }

  protected override answer(json: string): Eventual<Answer | undefined> {
    const message = parseClientMessage(json);
    if (message instanceof Refusal) return { refusal: message };
    const tooFast = this.take(message.type === 'message' ? 'messages' : 'joins');
    if (tooFast) return { refusal: tooFast };
    if (message.type === 'join') return toAnswer(this.#join(message.room ?? DEFAULT_ROOM, message.username));
    const room = roomNamed(this.floor.node.roomsOf(this), message.room);
    if (room instanceof Refusal) return { refusal: room };
    if (message.type === 'message') return toAnswer(this.#say(room, message.message));
    this.leave(room);
    return undefined;
  }

  #join(wantedRoom: string, wantedName: string | undefined): Eventual<Refusal | undefined> {
    const room = checkRoomName(wantedRoom);
    if (room instanceof Refusal) return room;
    const name = this.#nameFor(wantedName);
    if (name instanceof Refusal) return name;
    return whenReady(this.#claim(name), (taken) => {
      if (taken || this.ended) return taken;
      return this.#enter(room);
    });
  }

  #enter(room: string): Eventual<Refusal | undefined> {
    const entering = enterRoom(this.floor, this, { room, history: 0 });
    return whenReady(entering, (refusal) => {
      if (refusal && this.floor.node.roomsOf(this).length === 0) this.#setNameFree();
      return refusal;
    });
  }

  #nameFor(wanted: string | undefined): Username | Refusal {
    const given = this.identity?.name;
    const own = this.username ?? (given === undefined ? undefined : parseUsername(given));
    if (wanted === undefined) return own ?? new Refusal('name-missing');
    const name = parseUsername(wanted);
    if (name instanceof Refusal || own === undefined || own instanceof Refusal) return name;
    return own.key === name.key ? own : new Refusal('name-fixed');
  }

  #claim(name: Username): Eventual<Refusal | undefined> {
    if (this.username) return undefined;
    return whenReady(this.floor.names.claim(name, this.user, this.#nameTtlMs), (taken) => {
      if (taken) return taken;
      this.username = name;
      // Lost while the answer was on its way.
      if (this.ended) this.#setNameFree();
      else {
        this.refreshAt = this.floor.now() + REFRESH_MS;
        this.floor.keepFresh(this);
      }
      return undefined;
    });
  }

  #say(room: string, text: string): Eventual<Refusal | undefined> {
    const payload = encodeMessage({ name: this.#name, text });
    return whenReady(this.floor.node.say(room, { user: this.user, payload }), (said) => {
      if (said.refusal) return saidRefusal(said);
      this.floor.counters.published++;
      return undefined;
    });
  }

  get #name(): string {
    return this.username?.name ?? '';
  }

  get #nameTtlMs(): number {
    return this.identity ? TOKEN_NAME_TTL_MS : SESSION_TTL_MS;
  }

  #setNameFree(): void {
    const { username } = this;
    this.username = undefined;
    this.refreshAt = Infinity;
    this.floor.keepFresh(this);
    // Somebody with a token keeps the name for later.
    if (username && !this.identity) void this.floor.names.release(username, this.user);
  }
}

function toAnswer(refusal: Eventual<Refusal | undefined>): Eventual<Answer | undefined> {
  return whenReady(refusal, (is) => (is ? { refusal: is } : undefined));
}
