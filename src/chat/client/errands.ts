import { CHAT_ERRORS, Refusal } from '../errors.ts';
import { WORDS } from '../v1/fields.ts';
import type { ServerMessageOf } from '../v1/messages.ts';
import type { ClientEvent, ClientRequest } from './client-event.ts';
import { logOf, MAILBOX, PATIENT_CODES } from './client-request.ts';
import { Outbox } from './outbox.ts';

const DEFAULT_DELAY_MS = 1_000;

/** What a client asked for and has no answer to yet, from the wish to `done` or `refused`. */
export class Errands {
  readonly #outbox = new Outbox<ClientRequest>();
  readonly #idPrefix: string;
  readonly #tell: (event: ClientEvent) => void;
  #made = 0;

  constructor(idPrefix: string, tell: (event: ClientEvent) => void) {
    this.#idPrefix = idPrefix;
    this.#tell = tell;
  }

  get size(): number {
    return this.#outbox.size;
  }

  /** When there is more to send by itself, in milliseconds. */
  get dueAt(): number | undefined {
    return this.#outbox.dueAt;
  }

  /** Whether an id was made here, whether or not an answer to it is still awaited. */
  isOwn(id: string | undefined): boolean {
    return id?.startsWith(`${this.#idPrefix}-`) ?? false;
  }

  awaits(id: string | undefined): boolean {
    return id !== undefined && this.#outbox.find(id) !== undefined;
  }

  /** Takes a wish on, or refuses it. @param isMember of the room that it is about */
  add(request: ClientRequest, isMember: boolean): void {
    const refusal = this.#judge(request, isMember);
    if (refusal) this.refuse(request, logOf(request), refusal.code, CHAT_ERRORS[refusal.code]);
    else this.#outbox.add(logOf(request), { id: this.#newId(), request });
  }

  /** Asks for something before all else in its room, but not before an instant. */
  addFirst(request: ClientRequest, at: number): void {
    const id = this.#newId();
    this.#outbox.add(logOf(request), { id, request }, true);
    this.#outbox.delay(id, at);
  }

  /** Takes what can be sent now. @param isLive the log can be reached on this connection */
  ready(now: number, isLive: (log: string) => boolean): string[] {
    const ready = this.#outbox.ready(now, (log, { type }) => type === 'join' || type === 'rooms' || isLive(log));
    return ready.map(({ id, request }) => JSON.stringify({ ...request, id }));
  }

  answered(id: string | undefined): void {
    const errand = id === undefined ? undefined : this.#outbox.answered(id);
    if (errand) this.#tell({ kind: 'done', request: errand.request });
  }

  /** Puts off what was refused for now, gives up what was refused for good, and with a room all that was wanted there. */
  failed({ id = '', code, message: remedy, room, retryAfterMs }: ServerMessageOf<'error'>, now: number): void {
    const request = this.#outbox.find(id)?.request;
    if (request === undefined) return;
    if (PATIENT_CODES.has(code)) {
      const inMs = retryAfterMs ?? DEFAULT_DELAY_MS;
      if (this.#outbox.delay(id, now + inMs) === 1) this.#tell({ kind: 'delayed', request, code, inMs });
    } else if (request.type === 'join' && code === 'already-joined') this.answered(id);
    else {
      this.#outbox.answered(id);
      this.refuse(request, room, code, remedy);
      if (request.type === 'join') this.drop(logOf(request), code, remedy);
    }
  }

  /** Gives up all that was wanted in a room. */
  drop(room: string, code: string, remedy: string): void {
    for (const { request } of this.#outbox.drop(room)) this.refuse(request, room, code, remedy);
  }

  refuse(request: ClientRequest | undefined, room: string | undefined, code: string, remedy: string): void {
    this.#tell({ kind: 'refused', request, room: room === MAILBOX ? undefined : room, code, remedy });
  }

  /** The connection is lost. */
  lost(): void {
    this.#outbox.lost();
  }

  #newId(): string {
    this.#made++;
    return `${this.#idPrefix}-${this.#made}`;
  }

  #judge(request: ClientRequest, isMember: boolean): Refusal | undefined {
    if (request.type === 'message' || request.type === 'direct') {
      const words = WORDS.read(request.message);
      if (words instanceof Refusal) return words;
    }
    const log = logOf(request);
    if (request.type === 'join' || request.type === 'rooms' || log === MAILBOX) return undefined;
    const types = this.#outbox.of(log).map((errand) => errand.request.type);
    const [joins, leaves] = [types.lastIndexOf('join'), types.lastIndexOf('leave')];
    const willBe = joins === leaves ? isMember : joins > leaves;
    return willBe ? undefined : new Refusal('not-joined');
  }
}
