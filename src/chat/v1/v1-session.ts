import type { DeliveryStatus, Eventual, Joined } from '../../rooms/index.ts';
import { whenReady } from '../../rooms/index.ts';
import type { Answer } from '../chat-connection.ts';
import { ChatSession } from '../chat-session.ts';
import { Refusal } from '../errors.ts';
import { Latch } from '../latch.ts';
import type { Rendering } from '../rendering.ts';
import { REFRESH_MS, SESSION_TTL_MS, TOKEN_NAME_TTL_MS } from '../session-record.ts';
import type { HeldSession } from '../sessions.ts';
import type { Username } from '../username.ts';
import { parseUsername } from '../username.ts';
import { AckMemory } from './ack-memory.ts';
import { isMailbox } from './event-messages.ts';
import { greet, welcome } from './greeting.ts';
import { joinedMessage } from './joined-message.ts';
import type { ClientMessageOf, ClientMessageV1 } from './messages.ts';
import { readClientMessage } from './read-message.ts';
import { perform } from './requests.ts';

/** For how long others do not hear that a connection was lost, so that a short loss is not seen at all, in milliseconds. */
const LINGER_MS = 5_000;

/** A connection that speaks `ws101.chat.v1`. It belongs to a session that outlives it. */
export class V1Session<Prepared> extends ChatSession<Prepared> {
  /** What lets it come back; undefined before the greeting. */
  held: HeldSession | undefined;
  /** What it was told of the messages that it sent last. */
  readonly acks: AckMemory = new AckMemory();
  /** Whether it was told who it is, or is over. */
  readonly welcomed: Latch = new Latch();
  protected readonly lingerMs: number = LINGER_MS;
  #isGreeted = false;
  #resumed = false;
  /** The `id`s of requests to join that are not answered yet, by room. */
  #asked: Map<string, string> | undefined;

  /** The floor that requests stand on. */
  get stands(): typeof this.floor {
    return this.floor;
  }

  /** The rooms that it is in, its mailbox left out. */
  get rooms(): string[] {
    return this.floor.node.roomsOf(this).filter((room) => !isMailbox(room));
  }

  /** How long its name is kept after it was last said to be in use. */
  get nameTtlMs(): number {
    return this.identity ? TOKEN_NAME_TTL_MS : SESSION_TTL_MS;
  }

  override send(rendering: Rendering<Prepared>): DeliveryStatus {
    const { event } = rendering;
    if (event.kind === 'whisper' && event.sender === this.user) return 'ok';
    const { v1 } = rendering;
    return v1 === undefined ? 'ok' : this.pass(v1);
  }

  override joined(joined: Joined): void {
    const { room } = joined;
    if (isMailbox(room)) {
      welcome(this, joined, this.#resumed);
      this.welcomed.open();
    } else {
      this.tell(joinedMessage(this, joined, this.#asked?.get(room)));
      this.#asked?.delete(room);
    }
  }

  /** Under which `id` it wants to hear that it is in a room. */
  asked(room: string, id: string | undefined): void {
    if (id === undefined) this.#asked?.delete(room);
    else {
      this.#asked ??= new Map();
      this.#asked.set(room, id);
    }
  }

  override expelled(room: string, reason: 'kicked' | 'banned'): void {
    this.tell({ type: 'left', room, reason });
  }

  override tellState(state: 'up' | 'degraded'): void {
    if (this.held) this.tell({ type: 'state', state });
  }

  override tellBye(retryAfterMs: number): void {
    this.tell({ type: 'bye', retryAfterMs, reason: 'The server is shutting down.' });
  }

  /** Another connection goes on with the session: this one is over, and nothing of the session with it. */
  takenOver(): void {
    this.held = undefined;
    this.username = undefined;
    this.close(4409, 'Another connection took this session over.');
  }

  /** Takes the session, and the user that it belongs to. */
  hold(held: HeldSession, resumed: boolean): void {
    this.held = held;
    this.#resumed = resumed;
    this.become(held.record.user);
    this.#stayFresh();
  }

  /** Takes a name for the user; gives why not. */
  claim(name: Username): Eventual<Refusal | undefined> {
    return whenReady(this.floor.names.claim(name, this.user, this.nameTtlMs), (refusal) => {
      if (refusal) return refusal;
      this.username = name;
      const { held } = this;
      if (!held || held.record.name === name.name) return undefined;
      return whenReady(this.floor.sessions.rename(held, name.name), (renamed) => {
        if (this.held === held) this.held = renamed;
        return undefined;
      });
    });
  }

  /** The name for a join: the one it has, or the one that it wants and may take. */
  nameFor(wanted: string | undefined): Eventual<Refusal | undefined> {
    if (wanted === undefined) return this.username ? undefined : new Refusal('name-missing');
    const name = parseUsername(wanted);
    if (name instanceof Refusal) return name;
    if (this.username) return this.username.key === name.key ? undefined : new Refusal('name-fixed');
    return this.claim(name);
  }

  override refresh(): Eventual<void> {
    const { held } = this;
    if (!held || this.ended) return;
    this.#stayFresh();
    return whenReady(this.floor.sessions.refresh(held), (state) => {
      if (state === 'taken' && this.held === held) this.takenOver();
      else if (this.username && !this.ended) {
        return whenReady(this.floor.names.claim(this.username, this.user, this.nameTtlMs), () => undefined);
      }
      return undefined;
    });
  }

  /** Goes by a new token from now on. */
  renewed(identity: NonNullable<typeof this.identity>): void {
    this.identity = identity;
    this.expireWith(identity);
  }

  protected override tellExpiring(inMs: number): void {
    this.tell({ type: 'expiring', inMs });
  }

  protected override release(forGood: boolean): void {
    this.welcomed.open();
    const { held, username } = this;
    this.refreshAt = Infinity;
    if (!forGood || !held) return;
    void this.floor.sessions.release(held);
    if (username && !this.identity) void this.floor.names.release(username, this.user);
  }

  protected override answer(json: string): Eventual<Answer | undefined> {
    const { message, id, room } = readClientMessage(json);
    const answered = message instanceof Refusal ? message : this.#perform(message);
    return whenReady(answered, (refusal) => (refusal ? { refusal, id, room } : undefined));
  }

  #perform(message: ClientMessageV1): Eventual<Refusal | undefined> {
    if (message.type === 'hello') return this.#isGreeted ? new Refusal('late-hello') : this.#greet(message);
    if (this.#isGreeted) return perform(this, message);
    return whenReady(this.#greet({ type: 'hello' }), (refusal) => {
      if (refusal) return refusal;
      return this.ended ? undefined : perform(this, message);
    });
  }

  #greet(hello: ClientMessageOf<'hello'>): Eventual<Refusal | undefined> {
    const tooFast = this.take('joins');
    if (tooFast) return tooFast;
    this.#isGreeted = true;
    return greet(this, hello);
  }

  #stayFresh(): void {
    this.refreshAt = this.floor.now() + REFRESH_MS;
    this.floor.keepFresh(this);
  }
}
