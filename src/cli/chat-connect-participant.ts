import { randomBytes } from 'node:crypto';
import type { ClientEvent, ClientStep } from '../chat/index.ts';
import { ChatClient } from '../chat/index.ts';
import { steadyNow } from '../node/index.ts';
import { CHAT_COMMANDS, parseChatLine } from './chat-connect-lines.ts';
import type { ChatPlan } from './chat-connect-plan.ts';
import type { ChatView } from './chat-connect-view.ts';
import { EXIT } from './exit-code.ts';
import type { LineInput } from './line-input.ts';
import { UsageError } from './usage-error.ts';

/** What somebody who takes part needs of the connection of the moment. */
export interface ChatLink {
  /** Sends one message. Without a connection it does nothing. */
  send(json: string): void;
  /** It is over: nothing is left to say. @param code the exit code, where it is known */
  end(code?: number): void;
}

// What is read ahead of the answers.
const MOST_PENDING = 64;

/** Whoever takes part by `ws101 chat --connect`: says what the lines say, and shows what happens, whatever becomes of connections. */
export class ChatParticipant {
  readonly client: ChatClient;
  /** How long the server wants to be left alone, in milliseconds. */
  askedMs = 0;
  /** What of a pipe was refused. */
  refusals = 0;
  readonly #view: ChatView;
  readonly #link: ChatLink;
  /** Where the talk is. */
  #room: string | undefined;
  #isTyped = false;
  #inputEnded = false;
  #isOver = false;
  /** How long to stay after the end of input; undefined for ever. */
  #waitMs: number | undefined;
  #alarm: NodeJS.Timeout | undefined;
  #quiet: NodeJS.Timeout | undefined;
  #wakeReader: (() => void) | undefined;

  /** @param historyLength how much of the room is shown at first */
  constructor({ username, room, waitMs }: ChatPlan, view: ChatView, historyLength: number, link: ChatLink) {
    this.#view = view;
    this.#link = link;
    this.#room = room;
    this.#waitMs = waitMs;
    this.client = new ChatClient({ username, idPrefix: randomBytes(12).toString('base64url') });
    this.client.request({ type: 'join', room, history: historyLength }, steadyNow());
  }

  opened(): void {
    void this.#take(this.client.opened(steadyNow()));
  }

  lost(): void {
    clearTimeout(this.#alarm);
    this.client.lost();
  }

  /** The server said something. Gives a promise when whoever reads this is slow. */
  received(json: string): Promise<unknown> | undefined {
    this.#quiet?.refresh();
    return this.#take(this.client.received(json, steadyNow()));
  }

  /** Says line after line. Rejects with a `UsageError` for a line of a pipe that cannot be followed. */
  async follow(input: LineInput): Promise<void> {
    this.#isTyped = input.typed;
    let number = 0;
    for await (const line of input.lines) {
      number++;
      while (this.client.pending >= MOST_PENDING && !this.#isOver)
        await new Promise<void>((resolve) => {
          this.#wakeReader = resolve;
        });
      if (this.#isOver) return;
      if (this.#isLast(line, number)) break;
    }
    if (this.#isTyped) this.#waitMs = 0;
    this.#inputEnded = true;
    this.#rest();
  }

  /** Nothing is said or shown any more. */
  stop(): void {
    this.#isOver = true;
    clearTimeout(this.#alarm);
    clearTimeout(this.#quiet);
    this.#wakeReader?.();
  }

  #take({ send, events }: ClientStep): Promise<unknown> | undefined {
    for (const json of send) this.#link.send(json);
    const slow = events.flatMap((event) => this.#note(event) ?? []);
    clearTimeout(this.#alarm);
    const { dueAt } = this.client;
    if (dueAt !== undefined && !this.#isOver) {
      const inMs = Math.max(0, dueAt - steadyNow());
      this.#alarm = setTimeout(() => void this.#take(this.client.due(steadyNow())), inMs);
    }
    if (this.client.pending < MOST_PENDING) this.#wakeReader?.();
    this.#rest();
    return slow.length === 0 ? undefined : Promise.all(slow);
  }

  #note(event: ClientEvent): Promise<void> | undefined {
    if (event.kind === 'told' && event.message.type === 'bye') this.askedMs = event.message.retryAfterMs;
    if (event.kind === 'told' && event.message.type === 'left') this.#leave(event.message.room);
    if (event.kind === 'refused') {
      const { request, room } = event;
      if (!this.#isTyped) this.refusals++;
      if (request === undefined) this.#leave(room);
      else if (request.type === 'join') this.#leave(request.room);
    }
    const shown = this.#view.show(event);
    if (event.kind === 'nameless') this.#link.end(EXIT.NOT_MET);
    return shown;
  }

  /** Goes on in another room, if the talk was in this one. */
  #leave(room: string | undefined): void {
    if (room === this.#room) this.#room = this.client.rooms.find((other) => other !== room);
  }

  /** Does what a line says; true for the last one. */
  #isLast(line: string, number: number): boolean {
    try {
      const asked = parseChatLine(line, this.#room);
      if (asked.kind === 'help') for (const each of CHAT_COMMANDS) this.#view.tell({ event: 'help' }, each, true);
      if (asked.kind === 'quit') this.#waitMs = 0;
      if (asked.kind !== 'request') return asked.kind === 'quit';
      const { request } = asked;
      if (request.type === 'join') this.#room = request.room;
      if (request.type === 'leave') this.#leave(request.room);
      void this.#take(this.client.request(request, steadyNow()));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      if (!this.#isTyped) throw new UsageError(`line ${number} of standard input: ${error.message}`);
      this.#view.tell({ event: 'error', message: error.message }, error.message, true);
    }
    return false;
  }

  /** Ends it once there is nothing more to say, and nothing came for a while. */
  #rest(): void {
    if (!this.#inputEnded || this.#isOver || this.client.pending > 0 || this.#waitMs === undefined) return;
    this.#quiet ??= setTimeout(() => {
      this.#quiet = undefined;
      if (this.client.pending === 0) this.#link.end();
    }, this.#waitMs);
  }
}
