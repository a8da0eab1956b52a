import { CloseCode, MAX_CLOSE_REASON_BYTES } from '../codec/index.ts';
import type { CloseInfo } from '../protocol/index.ts';
import { Connection } from './connection.ts';
import { Dial, type Dialed } from './dial.ts';
import { CloseEvent, WebSocketErrorEvent } from './events.ts';
import { HandlerAttributes } from './handler-attributes.ts';
import type { ConnectionHandlers } from './handlers.ts';
import type { Message } from './message.ts';
import { Sequence } from './sequence.ts';
import { resolveWebSocketOptions, type WebSocketOptions, type WebSocketSettings } from './websocket-options.ts';
import { parseWebSocketUrl } from './websocket-url.ts';

/** What a `WebSocket` sends: text, bytes in any shape, or a Blob. */
export type WebSocketData = string | ArrayBufferLike | ArrayBufferView | Blob;

type Handler<E extends Event = Event> = ((this: WebSocket, event: E) => unknown) | null;

const CONNECTING = 0;
const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;

/**
 * A WebSocket client with the shape that browsers give it (WHATWG WebSockets §3), and options that they cannot have.
 *
 * ```ts
 * const socket = new WebSocket('ws://localhost:8080/ws');
 * socket.onopen = () => socket.send('hello');
 * socket.onmessage = ({ data }) => console.log(data);
 * ```
 */
export class WebSocket extends EventTarget {
  static readonly CONNECTING: 0 = CONNECTING;
  static readonly OPEN: 1 = OPEN;
  static readonly CLOSING: 2 = CLOSING;
  static readonly CLOSED: 3 = CLOSED;
  readonly CONNECTING: 0 = CONNECTING;
  readonly OPEN: 1 = OPEN;
  readonly CLOSING: 2 = CLOSING;
  readonly CLOSED: 3 = CLOSED;
  /** The URL it was opened with, normalised. */
  readonly url: string;
  /** The agreed extensions; empty when there are none. */
  readonly extensions: string = '';
  readonly #settings: WebSocketSettings;
  readonly #dial: Dial;
  readonly #attributes = new HandlerAttributes(this);
  readonly #sequence = new Sequence();
  readonly #origin: string;
  #readyState: 0 | 1 | 2 | 3 = CONNECTING;
  #binaryType: 'blob' | 'arraybuffer' = 'blob';
  #protocol = '';
  #connection: Connection | undefined;
  #queuedBytes = 0;
  #failure: Error | undefined;

  /**
   * Starts to connect. What goes wrong from here on is told by an `error` and a `close` event.
   *
   * @param protocols subprotocols, or all options
   * @throws DOMException `SyntaxError` for a URL or subprotocols that cannot be; TypeError or RangeError for an option
   */
  constructor(url: string | URL, protocols: string | readonly string[] | WebSocketOptions = []) {
    super();
    const target = parseWebSocketUrl(url);
    this.url = target.url.href;
    this.#origin = target.url.origin;
    this.#settings = resolveWebSocketOptions(protocols);
    this.#dial = new Dial(target, this.#settings, (outcome) => this.#dialed(outcome));
  }

  get readyState(): 0 | 1 | 2 | 3 {
    return this.#readyState;
  }

  /** The agreed subprotocol; empty when there is none, or none yet. */
  get protocol(): string {
    return this.#protocol;
  }

  /** Bytes of messages given to {@link send} that have not left this process; frame headers do not count. */
  get bufferedAmount(): number {
    if (this.#readyState === OPEN && this.#connection?.bufferedBytes === 0 && !this.#sequence.waiting) {
      this.#queuedBytes = 0;
    }
    return this.#queuedBytes;
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
   * more than `sendQueueBytes` wait already, the socket fails.
   *
   * @throws DOMException `InvalidStateError` before the socket is open
   */
  send(data: WebSocketData): void {
    if (this.#readyState === CONNECTING) {
      throw new DOMException('the socket is still connecting; wait for the open event', 'InvalidStateError');
    }
    const message = toMessage(data);
    this.#queuedBytes += byteLength(message);
    if (this.#readyState !== OPEN) return;
    if (message instanceof Blob) {
      this.#sequence.run(async () => this.#write(await message.arrayBuffer()));
    } else {
      const stable = this.#sequence.waiting && typeof message !== 'string' ? copyOf(message) : message;
      this.#sequence.run(() => this.#write(stable));
    }
  }

  /**
   * Starts to close; messages that were sent before still go out.
   *
   * @param code 1000, or 3000 to 4999
   * @throws DOMException `InvalidAccessError` for another code, `SyntaxError` for a reason over 123 bytes of UTF-8
   */
  close(code?: number, reason: string = ''): void {
    if (code !== undefined && code !== CloseCode.NORMAL && !(code >= 3000 && code <= 4999)) {
      throw new DOMException('a close code must be 1000, or 3000 to 4999', 'InvalidAccessError');
    }
    const bytes = Buffer.from(String(reason));
    const text = bytes.toString();
    if (bytes.length > MAX_CLOSE_REASON_BYTES) {
      throw new DOMException(`a close reason has at most ${MAX_CLOSE_REASON_BYTES} bytes of UTF-8`, 'SyntaxError');
    }
    if (this.#readyState >= CLOSING) return;
    const connecting = this.#readyState === CONNECTING;
    this.#readyState = CLOSING;
    if (connecting) {
      queueMicrotask(() => this.#dial.abort(new Error('closed before the connection was established')));
    } else {
      const given = code ?? (text === '' ? undefined : CloseCode.NORMAL);
      this.#sequence.run(() => this.#connection?.close(given, text));
    }
  }

  get onopen(): Handler {
    return this.#attributes.get('open');
  }

  set onopen(handler: Handler) {
    this.#attributes.set('open', handler);
  }

  get onmessage(): Handler<MessageEvent> {
    return this.#attributes.get('message') as Handler<MessageEvent>;
  }

  set onmessage(handler: Handler<MessageEvent>) {
    this.#attributes.set('message', handler);
  }

  get onerror(): Handler<WebSocketErrorEvent> {
    return this.#attributes.get('error') as Handler<WebSocketErrorEvent>;
  }

  set onerror(handler: Handler<WebSocketErrorEvent>) {
    this.#attributes.set('error', handler);
  }

  get onclose(): Handler<CloseEvent> {
    return this.#attributes.get('close') as Handler<CloseEvent>;
  }

  set onclose(handler: Handler<CloseEvent>) {
    this.#attributes.set('close', handler);
  }

  #dialed(outcome: Dialed | Error): void {
    if (outcome instanceof Error) this.#finish(outcome);
    else this.#open(outcome);
  }

  #open({ socket, protocol, leftover }: Dialed): void {
    this.#protocol = protocol;
    this.#readyState = OPEN;
    this.#connection = new Connection(socket, {
      role: 'client',
      handlers: this.#handlers(),
      data: undefined,
      protocol,
      request: undefined,
      remoteAddress: socket.remoteAddress,
      limits: this.#settings.limits,
      keepalive: this.#settings.keepalive,
      partialMessages: undefined,
      onError: () => {},
      onClosed: () => {},
    });
    this.dispatchEvent(new Event('open'));
    this.#connection.start(leftover);
  }

  #handlers(): ConnectionHandlers {
    return {
      message: (_, data) => this.#message(data),
      close: (connection, info) => this.#closed(info, connection.failure),
    };
  }

  #message(data: Message): void {
    if (this.#readyState !== OPEN) return;
    this.dispatchEvent(new MessageEvent('message', { data: this.#shape(data), origin: this.#origin }));
  }

  #shape(data: Message): string | Blob | ArrayBuffer {
    if (typeof data === 'string') return data;
    const bytes = data as Uint8Array<ArrayBuffer>;
    return this.#binaryType === 'blob' ? new Blob([bytes]) : bytes.buffer;
  }

  #write(message: string | ArrayBufferLike | ArrayBufferView): void {
    if (this.#connection?.send(message) !== 'dropped') return;
    this.#failure = new Error('more is queued than sendQueueBytes permits; watch bufferedAmount before sending');
    this.#connection.terminate();
  }

  #closed(info: CloseInfo, violation: Error | undefined): void {
    this.#finish(this.#failure ?? violation, info);
  }

  #finish(failure: Error | undefined, info?: CloseInfo): void {
    this.#readyState = CLOSED;
    if (failure !== undefined) this.dispatchEvent(new WebSocketErrorEvent(failure));
    const { clean, code, reason } = info ?? { clean: false, code: CloseCode.ABNORMAL, reason: '' };
    const told = clean ? { wasClean: true, code, reason } : { wasClean: false, code: CloseCode.ABNORMAL };
    this.dispatchEvent(new CloseEvent('close', told));
  }
}

function toMessage(data: WebSocketData): WebSocketData {
  if (typeof data === 'string' || data instanceof Blob || ArrayBuffer.isView(data)) return data;
  if (data instanceof ArrayBuffer || data instanceof SharedArrayBuffer) return data;
  return String(data);
}

function byteLength(message: WebSocketData): number {
  if (typeof message === 'string') return Buffer.byteLength(message);
  return message instanceof Blob ? message.size : message.byteLength;
}

function copyOf(message: ArrayBufferLike | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(message)
    ? new Uint8Array(message.buffer, message.byteOffset, message.byteLength).slice()
    : new Uint8Array(message).slice();
}
