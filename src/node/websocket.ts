import { CloseCode } from '../codec/index.ts';
import type { CloseInfo } from '../protocol/index.ts';
import { BufferedAmount } from './buffered-amount.ts';
import { checkCloseArguments } from './close-arguments.ts';
import type { Connection } from './connection.ts';
import type { Dialed } from './dial.ts';
import { Dialing } from './dialing.ts';
import { CloseEvent, WebSocketErrorEvent } from './events.ts';
import type { Message } from './message.ts';
import { defineReadyStates, ReadyState } from './ready-state.ts';
import { connectionOf } from './websocket-connection.ts';
import { byteLengthOf, shapeOf, toWebSocketData, type WebSocketData } from './websocket-data.ts';
import { WebSocketEvents } from './websocket-events.ts';
import { resolveWebSocketOptions, type WebSocketOptions, type WebSocketSettings } from './websocket-options.ts';
import { WebSocketSender } from './websocket-sender.ts';
import { parseWebSocketUrl, type WebSocketTarget } from './websocket-url.ts';

const { CONNECTING, OPEN, CLOSING, CLOSED } = ReadyState;

/**
 * A WebSocket client with the shape that browsers give it (WHATWG WebSockets §3), and options that they cannot have.
 *
 * ```ts
 * const socket = new WebSocket('ws://localhost:8080/ws');
 * socket.onopen = () => socket.send('hello');
 * socket.onmessage = ({ data }) => console.log(data);
 * ```
 */
export class WebSocket extends WebSocketEvents {
  declare static readonly CONNECTING: 0;
  declare static readonly OPEN: 1;
  declare static readonly CLOSING: 2;
  declare static readonly CLOSED: 3;
  declare readonly CONNECTING: 0;
  declare readonly OPEN: 1;
  declare readonly CLOSING: 2;
  declare readonly CLOSED: 3;

  static {
    defineReadyStates(WebSocket);
  }

  readonly #target: WebSocketTarget;
  readonly #settings: WebSocketSettings;
  readonly #dial: Dialing;
  readonly #amount = new BufferedAmount();
  #readyState: ReadyState = CONNECTING;
  #binaryType: 'blob' | 'arraybuffer' = 'blob';
  #protocol = '';
  #connection: Connection | undefined;
  #sender: WebSocketSender | undefined;
  #failure: Error | undefined;

  /**
   * Starts to connect. What goes wrong from here on is told by an `error` and a `close` event.
   *
   * @param protocols subprotocols, or all options
   * @throws DOMException `SyntaxError` for a URL or subprotocols that cannot be; TypeError or RangeError for an option
   */
  constructor(url: string | URL, protocols: string | Iterable<string> | WebSocketOptions = []) {
    super();
    this.#target = parseWebSocketUrl(url);
    this.#settings = resolveWebSocketOptions(protocols);
    this.#dial = new Dialing(this.#target, this.#settings, (outcome) => this.#dialed(outcome));
    const { signal } = this.#settings;
    if (signal?.aborted) {
      this.#abort();
    } else {
      this.#dial.connect();
      signal?.addEventListener('abort', this.#abort, { once: true });
    }
  }

  get [Symbol.toStringTag](): string {
    return 'WebSocket';
  }

  /** The URL it was opened with, normalised. */
  get url(): string {
    return this.#target.url.href;
  }

  get readyState(): ReadyState {
    return this.#readyState === OPEN && this.#connection?.closing === true ? CLOSING : this.#readyState;
  }

  /** The agreed subprotocol; empty when there is none, or none yet. */
  get protocol(): string {
    return this.#protocol;
  }

  /** The agreed extensions, as the server's answer says them; empty when there are none, or none yet. */
  get extensions(): string {
    return this.#connection?.extensions ?? '';
  }

  /**
   * Bytes of messages given to {@link send} that have not left this process; frame headers do not count. What is given to
   * a socket that closes or has closed will never leave and stays in the count.
   */
  get bufferedAmount(): number {
    return this.#amount.read(this.#connection?.bufferedBytes ?? 0);
  }

  /** How binary messages arrive. Another value than `'blob'` and `'arraybuffer'` is ignored, as in browsers. */
  get binaryType(): 'blob' | 'arraybuffer' {
    return this.#binaryType;
  }

  set binaryType(type: 'blob' | 'arraybuffer') {
    if (type === 'blob' || type === 'arraybuffer') this.#binaryType = type;
  }

  /**
   * Sends a message; on a closing or closed socket it is counted and dropped. The data may be changed afterwards. When
   * more than `sendQueueBytes` wait already, or a Blob cannot be read, the socket fails.
   *
   * @throws DOMException `InvalidStateError` before the socket is open; TypeError for bytes that were transferred elsewhere
   */
  send(data: WebSocketData): void {
    if (this.#readyState === CONNECTING) {
      throw new DOMException('the socket is still connecting; wait for the open event', 'InvalidStateError');
    }
    const message = toWebSocketData(data);
    if (this.readyState === OPEN) this.#sender?.send(message);
    else this.#amount.refuse(byteLengthOf(message));
  }

  /**
   * Starts to close; messages that were sent before still go out. Before the socket is open, gives up the attempt.
   *
   * @param code 1000, or 3000 to 4999
   * @throws DOMException `InvalidAccessError` for another code, `SyntaxError` for a reason over 123 bytes of UTF-8
   */
  close(code?: number, reason?: string): void {
    const given = checkCloseArguments(code, reason);
    if (this.readyState >= CLOSING) return;
    if (this.#readyState === CONNECTING) {
      this.#giveUp(new Error('closed before the connection was established'));
    } else {
      this.#readyState = CLOSING;
      this.#sender?.close(given);
    }
  }

  readonly #abort = (): void => {
    if (this.#readyState !== CONNECTING) {
      this.close(CloseCode.NORMAL);
      return;
    }
    const reason: unknown = this.#settings.signal?.reason;
    this.#giveUp(reason instanceof Error ? reason : new Error('the signal was aborted', { cause: reason }));
  };

  #giveUp(reason: Error): void {
    this.#readyState = CLOSING;
    queueMicrotask(() => this.#dial.abort(reason));
  }

  #dialed(outcome: Dialed | Error): void {
    if (outcome instanceof Error) this.#finish(outcome);
    else this.#open(outcome);
  }

  #open(dialed: Dialed): void {
    const connection = connectionOf(dialed, this.#settings, {
      message: (_, data) => this.#message(data),
      close: (_, info) => this.#closed(info),
    });
    this.#protocol = dialed.protocol;
    this.#readyState = OPEN;
    this.#connection = connection;
    this.#sender = new WebSocketSender(connection, this.#amount, (failure) => this.#fail(failure));
    this.dispatchEvent(new Event('open'));
    connection.start(dialed.leftover);
  }

  #message(data: Message): void {
    if (this.#readyState !== OPEN) return;
    const { origin } = this.#target.url;
    this.dispatchEvent(new MessageEvent('message', { data: shapeOf(data, this.#binaryType), origin }));
  }

  /** This end cannot go on. The events come in a later turn of the loop, not inside the caller's `send`. */
  #fail(failure: Error): void {
    this.#failure = failure;
    this.#readyState = CLOSING;
    setImmediate(() => this.#connection?.terminate());
  }

  #closed(info: CloseInfo): void {
    const gaveUp = this.#readyState === OPEN && info.by === 'local' && !info.clean;
    const unanswered = gaveUp ? new Error('the server did not answer a ping in time') : undefined;
    this.#finish(this.#failure ?? this.#connection?.failure ?? unanswered, info);
  }

  #finish(failure: Error | undefined, info?: CloseInfo): void {
    this.#sender?.end();
    this.#readyState = CLOSED;
    this.#settings.signal?.removeEventListener('abort', this.#abort);
    if (failure !== undefined) this.dispatchEvent(new WebSocketErrorEvent(failure));
    const { clean, code, reason } = info ?? { clean: false, code: CloseCode.ABNORMAL, reason: '' };
    const told = clean ? { wasClean: true, code, reason } : { wasClean: false, code: CloseCode.ABNORMAL };
    this.dispatchEvent(new CloseEvent('close', told));
  }
}
