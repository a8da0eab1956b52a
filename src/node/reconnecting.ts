import type { SendStatus } from '../protocol/index.ts';
import { checkCloseArguments } from './close-arguments.ts';
import { CloseEvent, WebSocketErrorEvent } from './events.ts';
import { ReadyState } from './ready-state.ts';
import { ReconnectEvent, type ReconnectEventMap, type ReconnectListener } from './reconnect-event.ts';
import { pauseBefore, type ReconnectOptions, type ReconnectSettings, resolveReconnect } from './reconnect-options.ts';
import { retryAfterMs } from './retry-after.ts';
import { UnexpectedResponseError } from './unexpected-response.ts';
import { WebSocket } from './websocket.ts';
import type { WebSocketData } from './websocket-data.ts';
import { WebSocketEvents } from './websocket-events.ts';
import { resolveWebSocketOptions, type WebSocketOptions } from './websocket-options.ts';
import { parseWebSocketUrl } from './websocket-url.ts';

/** Options of a `ReconnectingWebSocket`: those of each of its sockets, and when it comes back. */
export interface ReconnectingOptions extends WebSocketOptions {
  readonly reconnect?: ReconnectOptions;
}

/**
 * A WebSocket client that connects again when its connection is lost, after pauses with full jitter.
 *
 * It has the events of `WebSocket` in the same shapes: `open` for each connection, `message`, `error` for each failure,
 * and one `close`, after which nothing comes. In between, a {@link ReconnectEvent} `retry` tells how long it waits, and
 * `attempt` that it connects. Nothing is queued while there is no connection: {@link send} says `'closed'`, and what is to
 * be said again is said in `open`. What a lost connection had not delivered yet is lost as well.
 */
export class ReconnectingWebSocket extends WebSocketEvents {
  readonly #url: () => string | URL | Promise<string | URL>;
  readonly #options: WebSocketOptions;
  readonly #settings: ReconnectSettings;
  readonly #signal: AbortSignal | undefined;
  #socket: WebSocket | undefined;
  #binaryType: 'blob' | 'arraybuffer' = 'blob';
  #losses = 0;
  #openedAt = -Infinity;
  #failure: Error | undefined;
  #stopWaiting: (() => void) | undefined;
  #stopped = false;
  #over = false;

  /**
   * Starts to connect.
   *
   * @param url or what gives one for each attempt, with a fresh token for example
   * @throws what the constructor of `WebSocket` throws
   */
  constructor(
    url: string | URL | (() => string | URL | Promise<string | URL>),
    { reconnect = {}, signal, ...options }: ReconnectingOptions = {},
  ) {
    super();
    if (typeof url !== 'function') parseWebSocketUrl(url);
    this.#url = typeof url === 'function' ? url : () => url;
    resolveWebSocketOptions({ ...options, ...(signal === undefined ? {} : { signal }) });
    this.#options = options;
    this.#settings = resolveReconnect(reconnect);
    this.#signal = signal;
    signal?.addEventListener('abort', this.#abort, { once: true });
    // Not at once, so that no event comes before there are listeners.
    queueMicrotask(() => (signal?.aborted ? this.close() : void this.#attempt()));
  }

  get [Symbol.toStringTag](): string {
    return 'ReconnectingWebSocket';
  }

  /** As a `WebSocket` says it; 0 also while it waits for the next attempt. */
  get readyState(): ReadyState {
    if (this.#over) return ReadyState.CLOSED;
    if (this.#stopped) return ReadyState.CLOSING;
    const state = this.#socket?.readyState ?? ReadyState.CONNECTING;
    return state === ReadyState.CLOSED ? ReadyState.CONNECTING : state;
  }

  /** Connections lost and attempts failed in a row, since the last connection that was stable. */
  get losses(): number {
    return this.#losses;
  }

  /** The agreed subprotocol of the connection; empty while there is none. */
  get protocol(): string {
    return this.#socket?.protocol ?? '';
  }

  /** Bytes given to the connection that have not left this process; 0 while there is none. */
  get bufferedAmount(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  get binaryType(): 'blob' | 'arraybuffer' {
    return this.#binaryType;
  }

  set binaryType(type: 'blob' | 'arraybuffer') {
    if (type === 'blob' || type === 'arraybuffer') this.#binaryType = type;
    if (this.#socket !== undefined) this.#socket.binaryType = this.#binaryType;
  }

  /**
   * Hands a message to the connection: `'ok'`; or `'closed'` while there is none, and then it is not kept. Never throws for
   * want of a connection.
   */
  send(data: WebSocketData): Extract<SendStatus, 'ok' | 'closed'> {
    const socket = this.#socket;
    if (socket === undefined || socket.readyState !== ReadyState.OPEN) return 'closed';
    socket.send(data);
    return 'ok';
  }

  /** Closes for good, as `WebSocket.close` does, and throws what that throws. */
  close(code?: number, reason?: string): void {
    checkCloseArguments(code, reason);
    if (this.#stopped || this.#over) return;
    this.#stopped = true;
    this.#stopWaiting?.();
    const socket = this.#socket;
    if (socket !== undefined && socket.readyState !== ReadyState.CLOSED) socket.close(code, reason);
    else queueMicrotask(() => this.#finish({ wasClean: false, code: 1006, reason: '' }));
  }

  override addEventListener<Type extends keyof ReconnectEventMap>(
    type: Type,
    listener: ReconnectListener<this, Type> | null,
    options?: Parameters<EventTarget['addEventListener']>[2],
  ): void;
  override addEventListener(
    type: string,
    listener: Parameters<EventTarget['addEventListener']>[1] | null,
    options?: Parameters<EventTarget['addEventListener']>[2],
  ): void;
  override addEventListener(
    type: string,
    listener: unknown,
    options?: Parameters<EventTarget['addEventListener']>[2],
  ): void {
    super.addEventListener(type, listener as Parameters<EventTarget['addEventListener']>[1], options);
  }

  readonly #abort = (): void => this.close();

  async #attempt(): Promise<void> {
    this.dispatchEvent(new ReconnectEvent('attempt', this.#losses, 0));
    if (this.#stopped) return;
    try {
      const url = await this.#url();
      if (!this.#stopped) this.#connect(new WebSocket(url, this.#options));
    } catch (error) {
      if (this.#stopped) return;
      this.#fail(error instanceof Error ? error : new Error('no URL was given', { cause: error }));
      this.#lose(new CloseEvent('close', { code: 1006 }));
    }
  }

  #connect(socket: WebSocket): void {
    this.#socket = socket;
    socket.binaryType = this.#binaryType;
    socket.onopen = () => {
      this.#openedAt = this.#settings.clock.now();
      this.dispatchEvent(new Event('open'));
    };
    socket.onmessage = ({ data, origin }) => this.dispatchEvent(new MessageEvent('message', { data, origin }));
    socket.onerror = ({ error }) => this.#fail(error);
    socket.onclose = (event) => this.#lose(event);
  }

  #fail(error: Error): void {
    this.#failure = error;
    this.dispatchEvent(new WebSocketErrorEvent(error));
  }

  #lose(event: CloseEvent): void {
    const { clock, stableMs } = this.#settings;
    const failure = this.#failure;
    if (clock.now() - this.#openedAt >= stableMs && this.#openedAt !== -Infinity) this.#losses = 0;
    this.#openedAt = -Infinity;
    this.#failure = undefined;
    this.#losses++;
    if (this.#stopped || this.#isFinal(event, failure)) this.#finish(event);
    else this.#wait(failure instanceof UnexpectedResponseError ? retryAfterMs(failure.response, Date.now()) : 0);
  }

  #isFinal(event: CloseEvent, failure: Error | undefined): boolean {
    const { stopOn, stopOnStatus, maxAttempts } = this.#settings;
    if (this.#losses >= maxAttempts || stopOn(event)) return true;
    return failure instanceof UnexpectedResponseError && stopOnStatus(failure.response.status);
  }

  #wait(askedMs: number): void {
    const delayMs = pauseBefore(this.#losses, this.#settings, askedMs);
    this.dispatchEvent(new ReconnectEvent('retry', this.#losses, delayMs));
    if (!this.#stopped) this.#stopWaiting = this.#settings.clock.after(delayMs, () => void this.#attempt());
  }

  #finish({ wasClean, code, reason }: { wasClean: boolean; code: number; reason: string }): void {
    this.#stopped = true;
    this.#over = true;
    this.#signal?.removeEventListener('abort', this.#abort);
    this.dispatchEvent(new CloseEvent('close', { wasClean, code, reason }));
  }
}
