import { CloseCode } from '../codec/index.ts';
import type { CloseInfo } from '../protocol/index.ts';
import { checkCloseArguments } from './close-arguments.ts';
import { type Connecting, resolveForConnection, startConnecting } from './connect.ts';
import type { Connection } from './connection.ts';
import { type Deferred, deferred } from './deferred.ts';
import { errorOf } from './stream-ends.ts';
import { toWebStreams, type WebSocketStreams } from './web-streams.ts';
import { webSocketErrorOf } from './websocket-error.ts';
import type { WebSocketOptions } from './websocket-options.ts';
import { parseWebSocketUrl } from './websocket-url.ts';

/** How a `WebSocketStream` ended. */
export interface WebSocketCloseInfo {
  readonly closeCode?: number;
  readonly reason?: string;
}

/**
 * A WebSocket client as a pair of streams, with backpressure both ways (WHATWG WebSockets, `WebSocketStream`).
 *
 * ```ts
 * const { readable, writable } = await new WebSocketStream('ws://localhost:8080/ws').opened;
 * await readable.pipeThrough(shout).pipeTo(writable);
 * ```
 *
 * `signal` ends only the attempt to connect; afterwards the streams and {@link close} end the connection.
 */
export class WebSocketStream {
  /** The URL it was opened with, normalised. */
  readonly url: string;
  /** The streams and what was agreed; rejects with why there is no connection, or with what `signal` was aborted for. */
  readonly opened: Promise<WebSocketStreams>;
  /** How it ended, when that was clean; rejects with a {@link WebSocketError} otherwise, and as `opened` does. */
  readonly closed: Promise<Required<WebSocketCloseInfo>>;
  readonly #closing: Deferred<Required<WebSocketCloseInfo> | Promise<never>> = deferred();
  #connecting: Connecting | undefined;
  #connection: Connection | undefined;

  /** @throws DOMException `SyntaxError` for a URL or subprotocols that cannot be; TypeError or RangeError for an option */
  constructor(url: string | URL, options: WebSocketOptions = {}) {
    this.url = parseWebSocketUrl(url).url.href;
    const settings = resolveForConnection(options);
    const { signal } = settings;
    this.closed = this.#closing.promise.then((outcome) => outcome);
    if (signal?.aborted) {
      this.opened = Promise.reject(signal.reason);
      this.#fail(signal.reason);
    } else {
      this.#connecting = startConnecting(url, settings);
      this.opened = this.#open(this.#connecting, signal);
    }
    // Nobody is obliged to look at either.
    this.opened.catch(() => {});
    this.closed.catch(() => {});
  }

  get [Symbol.toStringTag](): string {
    return 'WebSocketStream';
  }

  /**
   * Starts to close; what was written before still goes out. Before it is open, gives up the attempt.
   *
   * @throws DOMException `InvalidAccessError` for a code but 1000 and 3000 to 4999, `SyntaxError` for a reason over 123
   *   bytes of UTF-8
   */
  close({ closeCode, reason }: WebSocketCloseInfo = {}): void {
    const given = checkCloseArguments(closeCode, reason);
    if (this.#connection !== undefined) this.#connection.close(given.code, given.reason);
    else this.#connecting?.abort(new Error('closed before the connection was established'));
  }

  async #open(connecting: Connecting, signal: AbortSignal | undefined): Promise<WebSocketStreams> {
    try {
      const connection = await connecting.connection;
      this.#connection = connection;
      void connection.closed.then((info) => this.#ended(connection, info));
      return toWebStreams(connection);
    } catch (error) {
      if (signal?.aborted) {
        this.#fail(signal.reason);
        throw signal.reason;
      }
      const { message } = error as Error;
      this.#fail(webSocketErrorOf(message, CloseCode.ABNORMAL, '', error));
      throw webSocketErrorOf(message, null, '', error);
    }
  }

  #ended(connection: Connection, info: CloseInfo): void {
    const error = errorOf(connection, info);
    if (error === undefined) this.#closing.resolve({ closeCode: info.code, reason: info.reason });
    else this.#fail(error);
  }

  #fail(reason: unknown): void {
    this.#closing.resolve(Promise.reject(reason));
  }
}
