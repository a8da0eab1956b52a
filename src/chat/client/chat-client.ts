import { CHAT_ERRORS } from '../errors.ts';
import type { LogMessage } from '../v1/field-types.ts';
import type { ServerMessageOf, ServerMessageV1 } from '../v1/messages.ts';
import { readServerMessage } from '../v1/read-message.ts';
import type { ClientEvent, ClientRequest, ClientStep } from './client-event.ts';
import { hello, logOf, MAILBOX, PATIENT_CODES } from './client-request.ts';
import { Errands } from './errands.ts';
import { Places } from './places.ts';

/** Who a client wants to be. */
export interface ChatClientOptions {
  readonly username: string;
  /** What the ids of its messages begin with, not used before: 1 to 40 of `A`–`Z`, `a`–`z`, `0`–`9`, `_`, `.`, `-`. */
  readonly idPrefix: string;
}

const DEFAULT_DELAY_MS = 1_000;

/**
 * What a client of `ws101.chat.v1` has to remember: its session, up to where it has read, and what has no answer yet. It does no input
 * or output: it is told what happens, with the time in milliseconds, and gives what to send and what there is to show. Over
 * connections that are lost at any point everything it was asked to say is said once, in its order, and everything is shown once.
 */
export class ChatClient {
  /** Who the server says that this is. */
  user: string | undefined;
  username: string;
  readonly #helloId: string;
  readonly #places = new Places();
  readonly #errands: Errands;
  /** The rooms that this connection is in. */
  readonly #live = new Set<string>();
  /** The rooms that this connection comes back to. */
  readonly #returning = new Set<string>();
  #session: string | undefined;
  #welcomed = false;
  #helloAt: number | undefined;
  #send: string[] = [];
  #events: ClientEvent[] = [];

  constructor({ username, idPrefix }: ChatClientOptions) {
    this.username = username;
    this.#helloId = `${idPrefix}-hello`;
    this.#errands = new Errands(idPrefix, (event) => this.#events.push(event));
  }

  /** How much was asked for and has no answer yet. */
  get pending(): number {
    return this.#errands.size;
  }

  /** The rooms that it is in, or comes back to. */
  get rooms(): string[] {
    return this.#places.logs.filter((log) => log !== MAILBOX);
  }

  /** When to call {@link due}, in milliseconds; undefined for never. */
  get dueAt(): number | undefined {
    return this.#helloAt ?? (this.#welcomed ? this.#errands.dueAt : undefined);
  }

  /** A connection is open. */
  opened(now: number): ClientStep {
    this.lost();
    for (const room of this.rooms) this.#returning.add(room);
    this.#greet();
    return this.#step(now);
  }

  /** The connection is lost. */
  lost(): void {
    this.#welcomed = false;
    this.#helloAt = undefined;
    this.#live.clear();
    this.#returning.clear();
    this.#errands.lost();
  }

  /** The time of {@link dueAt} has come. */
  due(now: number): ClientStep {
    if (this.#helloAt !== undefined && this.#helloAt <= now) {
      this.#helloAt = undefined;
      this.#greet();
    }
    return this.#step(now);
  }

  /** Asks for something, now or once there is a connection. What cannot be is refused at once. */
  request(request: ClientRequest, now: number): ClientStep {
    this.#errands.add(request, this.#places.of(logOf(request)) !== undefined);
    return this.#step(now);
  }

  /** The server said something. What this version does not know is ignored. */
  received(json: string, now: number): ClientStep {
    const message = readServerMessage(json);
    if (message !== undefined) this.#hear(message, now);
    return this.#step(now);
  }

  #greet(): void {
    this.#send.push(hello(this.username, this.#session, this.#helloId, this.#places));
  }

  #step(now: number): ClientStep {
    if (this.#welcomed) this.#send.push(...this.#errands.ready(now, (log) => this.#isLive(log)));
    const step = { send: this.#send, events: this.#events };
    this.#send = [];
    this.#events = [];
    return step;
  }

  #isLive(log: string): boolean {
    return log === MAILBOX || this.#live.has(log);
  }

  #hear(message: ServerMessageV1, now: number): undefined {
    switch (message.type) {
      case 'welcome':
        return this.#welcome(message);
      case 'joined':
        return this.#joined(message);
      case 'error':
        return this.#failed(message, now);
      case 'message':
      case 'redact':
      case 'moderation':
      case 'direct':
        return this.#entry(message);
      case 'ack':
        this.#errands.answered(message.id);
        return undefined;
      case 'reset':
        return this.#reset(message.inbox ? MAILBOX : message.room, message);
      case 'missed':
        return this.#skipped(message);
      case 'left':
        return this.#left(message);
      default:
        this.#events.push({ kind: 'told', message });
        if ('id' in message) this.#errands.answered(message.id);
        return undefined;
    }
  }

  #welcome({ user, username, session, resumed, inbox, state }: ServerMessageOf<'welcome'>): undefined {
    if (user !== this.user) this.#places.set(MAILBOX, inbox);
    this.user = user;
    this.#session = session;
    // Without a name an error follows, which says why.
    if (username === null) return;
    this.username = username;
    this.#welcomed = true;
    this.#events.push({ kind: 'welcome', user, username, resumed, inbox: inbox.seq, state });
  }

  #joined(message: ServerMessageOf<'joined'>): undefined {
    const { room, epoch, seq, history, recovered, id } = message;
    const isWanted = this.#returning.delete(room) || this.#errands.awaits(id);
    if (!isWanted) return;
    this.#live.add(room);
    if (recovered === true) this.#events.push({ kind: 'resumed', room });
    else if (recovered === false) this.#reset(room, { epoch, seq, history });
    else {
      this.#places.set(room, { epoch, seq, timestamp: history.at(-1)?.timestamp });
      this.#events.push({ kind: 'joined', message });
    }
    this.#errands.answered(id);
  }

  #entry(message: LogMessage): undefined {
    const log = message.type === 'direct' ? MAILBOX : message.room;
    if (!this.#isLive(log) || !this.#places.pass(log, message)) return;
    const own = 'id' in message && message.user === this.user && this.#errands.isOwn(message.id);
    this.#events.push({ kind: 'entry', message, own });
  }

  #reset(log: string | undefined, head: Pick<ServerMessageOf<'reset'>, 'epoch' | 'seq' | 'history'>): undefined {
    if (log === undefined || !this.#isLive(log)) return;
    const { epoch, seq, history } = head;
    const latest = history.filter((entry) => this.#places.isNew(log, entry));
    this.#places.set(log, { epoch, seq, timestamp: history.at(-1)?.timestamp });
    this.#events.push({ kind: 'missed', room: log === MAILBOX ? undefined : log, latest });
  }

  #skipped({ inbox, room, epoch, from, to }: ServerMessageOf<'missed'>): undefined {
    const log = inbox ? MAILBOX : room;
    if (log === undefined || !this.#isLive(log)) return;
    if (this.#places.pass(log, { epoch, seq: to })) this.#events.push({ kind: 'missed', room, from, to, latest: [] });
  }

  #left(message: ServerMessageOf<'left'>): undefined {
    const { room, reason } = message;
    this.#events.push({ kind: 'told', message });
    this.#errands.answered(message.id);
    this.#live.delete(room);
    this.#places.forget(room);
    // Behind a leave of one's own there is nothing but a wish to come back.
    if (reason !== 'left') this.#errands.drop(room, 'not-joined', CHAT_ERRORS['not-joined']);
  }

  #failed(error: ServerMessageOf<'error'>, now: number): undefined {
    const { code, message: remedy, id, room, retryAfterMs = DEFAULT_DELAY_MS } = error;
    if (id === this.#helloId) {
      if (PATIENT_CODES.has(code)) this.#helloAt = now + retryAfterMs;
      else this.#events.push({ kind: 'nameless', code, remedy });
    } else if (this.#errands.isOwn(id)) this.#errands.failed(error, now);
    else if (room === undefined || !this.#returning.delete(room)) this.#errands.refuse(undefined, room, code, remedy);
    else if (PATIENT_CODES.has(code)) {
      this.#errands.addFirst({ type: 'join', room, ...this.#places.of(room) }, now + retryAfterMs);
    } else {
      this.#places.forget(room);
      this.#errands.refuse(undefined, room, code, remedy);
      this.#errands.drop(room, code, remedy);
    }
  }
}
