import type { OriginPolicy } from '../handshake/index.ts';
import {
  KEEPALIVE,
  type KeepaliveOptions,
  overlayLimits,
  type ProtocolLimits,
  refuseUnknown,
  resolveLimits,
} from '../protocol/index.ts';
import type { Connection } from './connection.ts';
import { type DeflateOptions, type DeflateSettings, resolveDeflate } from './deflate-options.ts';
import { LIMITS, type Limits } from './limits.ts';
import type { Fallback } from './plain-http.ts';

/** What a server's connections may cost and how they are kept alive; a route may differ from its server. */
export interface ConnectionOptions extends Partial<ProtocolLimits> {
  /** `false` turns it off. Default: a ping after 20 s of silence, and 20 s to answer. */
  readonly keepalive?: KeepaliveOptions | false;
  /** Which Origin a browser may come from; a request without one is no browser's. Default `'same'` (RFC 6455 §10.2). */
  readonly origin?: OriginPolicy;
  /** Compresses messages when the client offers to (RFC 7692); see {@link DeflateOptions}. Default false. */
  readonly deflate?: boolean | DeflateOptions;
}

/** Options of a `WebSocketServer`. */
export interface ServerOptions extends ConnectionOptions, Partial<Limits> {
  /** The names that the server goes by, against DNS rebinding. Default: any. */
  readonly hosts?: readonly string[];
  /**
   * Addresses and networks (`10.0.0.0/8`) of proxies whose X-Forwarded-For is believed: `request.clientAddress` is the
   * first from its right that is none of them. They themselves are not limited per address. Default: none.
   */
  readonly trustedProxies?: readonly string[];
  /** Addresses and networks that limits per address do not concern. Default: none. */
  readonly exemptAddresses?: readonly string[];
  /** Measures how long `message` handlers take, for `metrics()`; reads the clock twice a message. Default false. */
  readonly measureHandlers?: boolean;
  /** Answers plain HTTP requests. Default: every one gets 426. */
  readonly fallback?: Fallback;
  /** Learns of errors in handlers and of the listening socket. Default: writes them to standard error. */
  readonly onError?: (error: unknown, connection?: Connection) => void;
}

/** The settings of the connections of one route, complete. */
export interface ConnectionSettings {
  readonly limits: ProtocolLimits;
  readonly keepalive: KeepaliveOptions | undefined;
  readonly origin: OriginPolicy;
  readonly deflate: DeflateSettings | undefined;
}

/** The names of {@link ConnectionOptions}. */
export const CONNECTION_OPTIONS: readonly string[] = [
  ...Object.keys(resolveLimits({})),
  'keepalive',
  'origin',
  'deflate',
];

/** The names of {@link ServerOptions}. */
export const SERVER_OPTIONS: readonly string[] = [
  ...CONNECTION_OPTIONS,
  ...Object.keys(LIMITS),
  'hosts',
  'trustedProxies',
  'exemptAddresses',
  'measureHandlers',
  'fallback',
  'onError',
].filter((name, index, all) => all.indexOf(name) === index);

/**
 * `options` laid over `base`, complete and checked.
 *
 * @param deflate what holds when `options` say nothing about it
 * @throws RangeError or TypeError that names the option
 */
export function resolveConnection(
  options: ConnectionOptions,
  base: ConnectionOptions,
  deflate?: DeflateSettings,
): ConnectionSettings {
  const merged = { ...base, ...definedOnly(options) };
  return {
    limits: resolveLimits(merged),
    keepalive: resolveKeepalive(merged.keepalive ?? KEEPALIVE),
    origin: checkOrigin(merged.origin ?? 'same'),
    deflate: resolveDeflate(options.deflate, deflate),
  };
}

/** The limits of a server itself, complete and checked. */
export function resolveServerLimits(options: ServerOptions): Limits {
  return { ...overlayLimits(LIMITS, options), ...resolveLimits(options) };
}

function definedOnly<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}

function resolveKeepalive(keepalive: KeepaliveOptions | false): KeepaliveOptions | undefined {
  if (keepalive === false) return undefined;
  if (typeof keepalive !== 'object' || keepalive === null) throw new TypeError('keepalive must be an object or false');
  refuseUnknown('keepalive', keepalive, ['intervalMs', 'timeoutMs']);
  return overlayLimits(KEEPALIVE, keepalive, 'keepalive.');
}

function checkOrigin(origin: OriginPolicy): OriginPolicy {
  const valid =
    origin === 'same' ||
    origin === 'any' ||
    typeof origin === 'function' ||
    (Array.isArray(origin) && origin.every((entry) => typeof entry === 'string'));
  if (!valid) throw new TypeError("origin must be 'same', 'any', a list of origins, or a function");
  return origin;
}
