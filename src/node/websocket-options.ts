import type { ConnectionOptions as TlsOptions } from 'node:tls';
import type { Field } from '../handshake/index.ts';
import { checkLimit, type KeepaliveOptions, type ProtocolLimits } from '../protocol/index.ts';
import type { DeflateOptions, DeflateSettings } from './deflate-options.ts';
import { LIMITS } from './limits.ts';
import { CONNECTION_OPTIONS, resolveConnection } from './options.ts';
import { refuseUnknown } from './refuse-unknown.ts';

/** What a client may set beside its URL. */
export interface WebSocketOptions extends Partial<ProtocolLimits> {
  /** Subprotocols, the preferred first; the server must choose one of them. */
  readonly protocols?: string | Iterable<string>;
  /** Further fields of the request: Authorization, Cookie. An object, `Headers`, a Map, or pairs. */
  readonly headers?: Readonly<Record<string, string>> | Iterable<Field>;
  readonly origin?: string;
  /** For `wss:`, as in `tls.connect`: `ca`, `cert`, `servername`. Certificates are verified unless this says otherwise. */
  readonly tls?: TlsOptions;
  /** From the name lookup to the end of the response head, in milliseconds. Default 10 s. */
  readonly handshakeTimeoutMs?: number;
  /** `false` turns it off. Default: a ping after 20 s of silence, and 20 s to answer. */
  readonly keepalive?: KeepaliveOptions | false;
  /** Offers to compress messages; see {@link DeflateOptions}. Default false. */
  readonly deflate?: boolean | DeflateOptions;
  /** Once aborted, ends the attempt to connect with an `error` event, and closes an open socket with 1000. */
  readonly signal?: AbortSignal;
}

/** {@link WebSocketOptions}, complete and checked. */
export interface WebSocketSettings {
  readonly protocols: readonly string[];
  readonly headers: readonly Field[];
  readonly origin: string | undefined;
  readonly tls: TlsOptions;
  readonly timeoutMs: number;
  readonly limits: ProtocolLimits;
  readonly keepalive: KeepaliveOptions | undefined;
  readonly signal: AbortSignal | undefined;
  readonly deflate: DeflateSettings | undefined;
}

const OPTIONS = [...CONNECTION_OPTIONS, 'protocols', 'headers', 'tls', 'handshakeTimeoutMs', 'signal'];
const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;

// `send` of a WebSocket has no way to refuse, so that its queue is longer than a connection's; a full one fails it.
const SEND_QUEUE_BYTES = 64 * 1024 * 1024;

/**
 * @throws DOMException `SyntaxError` for subprotocols that are no tokens or not unique; TypeError or RangeError that
 *   names another option
 */
export function resolveWebSocketOptions(given: string | Iterable<string> | WebSocketOptions): WebSocketSettings {
  const options = isOptions(given) ? given : { protocols: given };
  refuseUnknown('WebSocket', options, OPTIONS);
  const { protocols = [], headers = [], origin, tls = {}, signal, keepalive: alive, ...rest } = options;
  const { handshakeTimeoutMs = LIMITS.handshakeTimeoutMs, sendQueueBytes = SEND_QUEUE_BYTES, ...limits } = rest;
  const connection = resolveConnection({ ...limits, sendQueueBytes }, alive === undefined ? {} : { keepalive: alive });
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw new TypeError('signal must be an AbortSignal');
  return {
    protocols: checkProtocols(isObject(protocols) ? [...protocols].map(String) : [String(protocols)]),
    headers: isIterable<Field>(headers) ? [...headers] : Object.entries(headers),
    origin,
    tls,
    timeoutMs: checkLimit('handshakeTimeoutMs', handshakeTimeoutMs),
    limits: connection.limits,
    keepalive: connection.keepalive,
    signal,
    deflate: connection.deflate,
  };
}

function isObject(given: unknown): given is object {
  return typeof given === 'object' && given !== null;
}

function isIterable<T>(given: unknown): given is Iterable<T> {
  return isObject(given) && Symbol.iterator in given;
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
