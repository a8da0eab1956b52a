import type { CloseInfo, Connection } from '../node/index.ts';
import { pauseBefore, resolveReconnect, retryAfterMs, steadyNow, UnexpectedResponseError } from '../node/index.ts';
import { ChatParticipant } from './chat-connect-participant.ts';
import type { ChatPlan } from './chat-connect-plan.ts';
import { type ChatView, secondsOf } from './chat-connect-view.ts';
import { howItEnded } from './close-words.ts';
import { dial, HandshakeWatch } from './connect-dial.ts';
import { explainConnectError } from './connect-error.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import type { LineInput } from './line-input.ts';
import { UsageError } from './usage-error.ts';

/** After these the server does not want this client back, or not as it is. Codes from 4400 to 4499 are the chat's own. */
const FINAL_CODES: readonly number[] = [1000, 1002, 1003, 1007, 1008, 1009, 1010];
const REMEDIES: ReadonlyMap<number, string> = new Map([
  [1008, 'come back more slowly'],
  [4401, 'get a new token, and come back with it'],
  [4409, 'the talk goes on there'],
]);

/** One talk of `ws101 chat --connect`, over as many connections as it takes. */
export class ChatTalk {
  readonly #plan: ChatPlan;
  readonly #view: ChatView;
  readonly #participant: ChatParticipant;
  readonly #reconnect: ReturnType<typeof resolveReconnect>;
  /** Aborted once it is to end, for whatever reason. */
  readonly #over = new AbortController();
  #connection: Connection | undefined;
  #wasOpen = false;
  #losses = 0;
  #pauseMs = 0;
  #code: number | undefined;
  #mistake: UsageError | undefined;

  /** @param historyLength how much of the room is shown at first */
  constructor(plan: ChatPlan, view: ChatView, historyLength: number, random: () => number) {
    this.#plan = plan;
    this.#view = view;
    this.#reconnect = resolveReconnect({ random });
    this.#participant = new ChatParticipant(plan, view, historyLength, {
      send: (json) => void this.#connection?.send(json),
      end: (code) => this.#end(code),
    });
  }

  /**
   * Talks until the end, and resolves with the exit code. Rejects with a `UsageError` when a line of a pipe could not be followed.
   *
   * @param openInput is called once there is a connection
   * @param interrupted once aborted, it ends
   * @param readerGone resolves when nobody reads standard output any more
   */
  async run(openInput: () => LineInput, interrupted: AbortSignal, readerGone: Promise<void>): Promise<number> {
    const end = (): void => this.#end();
    interrupted.addEventListener('abort', end, { once: true });
    void readerGone.then(() => this.#end(EXIT.DONE));
    let input: LineInput | undefined;
    try {
      while (!this.#over.signal.aborted) {
        const connection = await this.#dial();
        if (connection !== undefined) {
          if (input === undefined) {
            input = openInput();
            void this.#read(input);
          }
          await this.#hold(connection);
        }
        if (!this.#over.signal.aborted) await pause(this.#pauseMs, this.#over.signal);
      }
    } finally {
      interrupted.removeEventListener('abort', end);
      this.#participant.stop();
      input?.stop();
    }
    if (this.#mistake !== undefined) throw this.#mistake;
    return this.#code ?? this.#judge();
  }

  async #dial(): Promise<Connection | undefined> {
    const { url } = this.#plan;
    const watch = new HandshakeWatch();
    const handlers = {
      open: (connection: Connection): void => this.#open(connection),
      message: (_: Connection, data: unknown): unknown =>
        typeof data === 'string' ? this.#participant.received(data) : undefined,
    };
    try {
      return await dial(this.#plan, handlers, watch, this.#over.signal);
    } catch (error) {
      if (error instanceof UsageError) throw error;
      if (this.#over.signal.aborted) return undefined;
      const { sentence, code } = explainConnectError(error, { url, received: watch.received });
      const response = error instanceof UnexpectedResponseError ? error.response : undefined;
      const isPassing = response ? !this.#reconnect.stopOnStatus(response.status) : code === EXIT.NOT_CONNECTED;
      const hint = /subprotocols/.test(sentence) ? '; is the chat at another path?' : '';
      if (!this.#wasOpen || !isPassing) this.#fail(code, sentence + hint);
      else this.#lose(sentence, response === undefined ? 0 : retryAfterMs(response, Date.now()));
      return undefined;
    }
  }

  #open(connection: Connection): void {
    const { href } = this.#plan.url;
    this.#connection = connection;
    this.#wasOpen = true;
    this.#view.tell({ event: 'open', url: href }, `connected to ${href}`, false);
    this.#participant.opened();
  }

  async #hold(connection: Connection): Promise<void> {
    const openedAt = steadyNow();
    // It may have been over before there was a connection to close.
    if (this.#over.signal.aborted) connection.close(1000);
    const info = await connection.closed;
    this.#connection = undefined;
    this.#participant.lost();
    if (this.#over.signal.aborted) return;
    const { failure } = connection;
    if (failure !== undefined) {
      this.#fail(EXIT.VIOLATION, `the server broke a rule (${failure.section}): ${failure.message}`);
    } else if (isFinal(info)) {
      const remedy = REMEDIES.get(info.code);
      const code = exitCodeOf(info, false);
      this.#fail(code === EXIT.DONE ? this.#judge() : code, howItEnded(info) + (remedy ? `; ${remedy}` : ''));
    } else {
      if (steadyNow() - openedAt >= this.#reconnect.stableMs) this.#losses = 0;
      this.#lose(howItEnded(info), this.#participant.askedMs);
    }
  }

  async #read(input: LineInput): Promise<void> {
    try {
      await this.#participant.follow(input);
    } catch (error) {
      const { message } = error as Error;
      this.#mistake = error instanceof UsageError ? error : new UsageError(`reading failed: ${message}`);
      this.#end();
    }
  }

  #lose(sentence: string, askedMs: number): void {
    this.#losses++;
    this.#pauseMs = pauseBefore(this.#losses, this.#reconnect, askedMs);
    this.#participant.askedMs = 0;
    const event = { event: 'lost', inMs: this.#pauseMs, reason: sentence };
    this.#view.tell(event, `${sentence}; back in ${secondsOf(this.#pauseMs)}`, true);
  }

  #fail(code: number, sentence: string): void {
    this.#view.tell({ event: 'error', message: sentence }, sentence, true);
    this.#end(code);
  }

  #end(code?: number): void {
    this.#code ??= code;
    this.#over.abort();
    this.#participant.stop();
    this.#connection?.close(1000);
  }

  /** The exit code where nothing went wrong with the connection. */
  #judge(): number {
    if (!this.#wasOpen) return EXIT.INTERRUPTED;
    const { refusals, client } = this.#participant;
    const { pending } = client;
    if (pending > 0)
      this.#view.tell({ event: 'unanswered', pending }, `${pending} of what was asked for had no answer`, true);
    return pending > 0 || refusals > 0 ? EXIT.NOT_MET : EXIT.DONE;
  }
}

function isFinal({ code, clean }: CloseInfo): boolean {
  return clean && (FINAL_CODES.includes(code) || (code >= 4400 && code <= 4499));
}

/** Resolves after so many milliseconds, or once the signal is aborted. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
