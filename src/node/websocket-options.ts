import type { ConnectionOptions as TlsOptions } from 'node:tls';
import type { Field } from '../handshake/index.ts';
import { checkLimit, type KeepaliveOptions, type ProtocolLimits } from '../protocol/index.ts';
import { LIMITS } from './limits.ts';
import { CONNECTION_OPTIONS, refuseUnknown, resolveConnection } from './options.ts';

/** What a client may set beside its URL. */
export interface WebSocketOptions extends Partial<ProtocolLimits> {
  /** Subprotocols, the preferred first; the server must choose one of them. */
  readonly protocols?: string | readonly string[];
  /** Further fields of the request: Authorization, Cookie. */
  readonly headers?: Readonly<Record<string, string>> | readonly Field[];
  readonly origin?: string;
  /** For `wss:`, as in `tls.connect`: `ca`, `cert`, `servername`. Certificates are verified unless this says otherwise. */
  readonly tls?: TlsOptions;
  /** From the name lookup to the end of the response head, in milliseconds. Default 10 s. */
  readonly handshakeTimeoutMs?: number;
  /** `false` turns it off. Default: a ping after 20 s of silence, and 20 s to answer. */
  readonly keepalive?: KeepaliveOptions | false;
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
}

const OPTIONS = [...CONNECTION_OPTIONS, 'protocols', 'headers', 'tls', 'handshakeTimeoutMs'];
const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;

// `send` of a WebSocket has no way to refuse, so that its queue is longer than a connection's; a full one fails it.
const SEND_QUEUE_BYTES = 64 * 1024 * 1024;

/**
 * @throws DOMException `SyntaxError` for subprotocols that are no tokens or not unique; TypeError or RangeError that
 *   names another option
 */
export function resolveWebSocketOptions(given: string | readonly string[] | WebSocketOptions): WebSocketSettings {
  const options = isProtocols(given) ? { protocols: given } : given;
  refuseUnknown('WebSocket', options, OPTIONS);
  const { protocols = [], headers = [], origin, tls = {}, handshakeTimeoutMs = LIMITS.handshakeTimeoutMs } = options;
  const { limits, keepalive } = resolveConnection(
    { sendQueueBytes: SEND_QUEUE_BYTES, ...limitsOf(options) },
    options.keepalive === undefined ? {} : { keepalive: options.keepalive },
  );
  return {
    protocols: checkProtocols(typeof protocols === 'string' ? [protocols] : [...protocols]),
    headers: Array.isArray(headers) ? (headers as readonly Field[]) : Object.entries(headers),
    origin,
    tls,
    timeoutMs: checkLimit('handshakeTimeoutMs', handshakeTimeoutMs),
    limits,
    keepalive,
  };
}

function isProtocols(given: string | readonly string[] | WebSocketOptions): given is string | readonly string[] {
  return typeof given === 'string' || Array.isArray(given);
}

function limitsOf({ keepalive: _, origin: __, ...rest }: WebSocketOptions): Partial<ProtocolLimits> {
  return rest;
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
