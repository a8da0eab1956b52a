import type { Duplex } from 'node:stream';
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import { checkLimit, type KeepaliveOptions, type ProtocolLimits, refuseUnknown } from '../protocol/index.ts';
import type { DeflateOptions } from './deflate-options.ts';
import type { DialingOptions } from './dialing.ts';
import { fieldsOf, type HeadersGiven, isIterable } from './header-fields.ts';
import { LIMITS } from './limits.ts';
import { CONNECTION_OPTIONS, resolveConnection } from './options.ts';
import { parseProxy } from './proxy.ts';
import { MOST_REDIRECTS } from './redirect.ts';

/** What a client may set beside its URL. */
export interface WebSocketOptions extends Partial<ProtocolLimits> {
  /** Subprotocols, the preferred first; the server must choose one of them. */
  readonly protocols?: string | Iterable<string>;
  /** Further fields of the request: Authorization, Cookie. An object, `Headers`, a Map, or pairs. */
  readonly headers?: HeadersGiven;
  readonly origin?: string;
  /** For `wss:`, as in `tls.connect`: `ca`, `cert`, `servername`. Certificates are verified unless this says otherwise. */
  readonly tls?: TlsOptions;
  /** From the name lookup to the end of the response head, in milliseconds. Default 10 s. */
  readonly handshakeTimeoutMs?: number;
  /** `false` turns it off. Default: a ping after 20 s of silence, and 20 s to answer. */
  readonly keepalive?: KeepaliveOptions | false;
  /** Offers to compress messages; see {@link DeflateOptions}. Default false. */
  readonly deflate?: boolean | DeflateOptions;
  /**
   * An HTTP proxy to go through by CONNECT: `http://host:port`, or `http://user:password@host:port`. It alone sees those
   * credentials; what it refuses with is a `ProxyResponseError`. Its time counts towards `handshakeTimeoutMs`.
   */
  readonly proxy?: string | URL;
  /**
   * How many redirects to follow, up to 20. Default 0. Never from `wss:` to `ws:`; Authorization, Cookie, fields for
   * proxies and the client's certificate go to no other host, port or scheme. Fields of your own making do.
   */
  readonly followRedirects?: number;
  /**
   * Gives a byte stream to the server in place of a TCP connection: a unix socket, a tunnel, a pair in memory. TLS of a
   * `wss:` URL is laid over it. Not together with `proxy`.
   */
  readonly createConnection?: (url: URL) => Duplex;
  /** Once aborted, ends the attempt to connect with an `error` event, and closes an open socket with 1000. */
  readonly signal?: AbortSignal;
}

/** {@link WebSocketOptions}, complete and checked. */
export interface WebSocketSettings extends DialingOptions {
  readonly limits: ProtocolLimits;
  readonly keepalive: KeepaliveOptions | undefined;
  readonly signal: AbortSignal | undefined;
}

const OPTIONS = [
  ...CONNECTION_OPTIONS,
  ...['protocols', 'headers', 'tls', 'handshakeTimeoutMs', 'signal', 'proxy', 'followRedirects', 'createConnection'],
];
const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;

// `send` of a WebSocket has no way to refuse, so that its queue is longer than a connection's; a full one fails it.
const SEND_QUEUE_BYTES = 64 * 1024 * 1024;

/**
 * @param sendQueue how long the send queue may be where no option says it, in bytes
 * @throws DOMException `SyntaxError` for subprotocols that are no tokens or not unique; TypeError or RangeError that
 *   names another option
 */
export function resolveWebSocketOptions(
  given: string | Iterable<string> | WebSocketOptions,
  sendQueue: number = SEND_QUEUE_BYTES,
): WebSocketSettings {
  const options = isOptions(given) ? given : { protocols: given };
  refuseUnknown('WebSocket', options, OPTIONS);
  const { protocols = [], headers, origin, tls = {}, signal, keepalive: alive, ...rest } = options;
  const { proxy, followRedirects = 0, createConnection, ...others } = rest;
  const { handshakeTimeoutMs = LIMITS.handshakeTimeoutMs, sendQueueBytes = sendQueue, ...limits } = others;
  const connection = resolveConnection({ ...limits, sendQueueBytes }, alive === undefined ? {} : { keepalive: alive });
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw new TypeError('signal must be an AbortSignal');
  checkWay(followRedirects, createConnection, proxy);
  return {
    protocols: checkProtocols(isObject(protocols) ? [...protocols].map(String) : [String(protocols)]),
    headers: fieldsOf(headers),
    origin,
    tls,
    timeoutMs: checkLimit('handshakeTimeoutMs', handshakeTimeoutMs),
    limits: connection.limits,
    keepalive: connection.keepalive,
    signal,
    deflate: connection.deflate,
    proxy: proxy === undefined ? undefined : parseProxy(proxy),
    followRedirects,
    createConnection,
  };
}

function checkWay(followRedirects: number, createConnection: unknown, proxy: unknown): void {
  if (!Number.isInteger(followRedirects) || followRedirects < 0 || followRedirects > MOST_REDIRECTS) {
    throw new RangeError(`followRedirects must be a whole number from 0 to ${MOST_REDIRECTS}`);
  }
  if (createConnection === undefined) return;
  if (typeof createConnection !== 'function') throw new TypeError('createConnection must be a function');
  if (proxy !== undefined) throw new TypeError('createConnection and proxy both say how to connect; leave one out');
}

function isObject(given: unknown): given is object {
  return typeof given === 'object' && given !== null;
}

// As Web IDL would tell them apart: what is no object is one subprotocol, as text.
function isOptions(given: string | Iterable<string> | WebSocketOptions): given is WebSocketOptions {
  return isObject(given) && !isIterable(given);
}

function checkProtocols(protocols: readonly string[]): readonly string[] {
  for (const protocol of protocols) {
    if (!TOKEN.test(protocol))
      throw new DOMException('a subprotocol must be a token: no spaces, no commas', 'SyntaxError');
  }
  const distinct = new Set(protocols.map((protocol) => protocol.toLowerCase()));
  if (distinct.size < protocols.length) throw new DOMException('each subprotocol may be named once', 'SyntaxError');
  return protocols;
}
