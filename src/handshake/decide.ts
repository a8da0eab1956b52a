import { type Authority, parseAuthority } from './authority.ts';
import { HandshakeError } from './errors.ts';
import { type ExtensionOffer, parseExtensions } from './extensions.ts';
import { acceptKey, isKey } from './key.ts';
import { type OriginPolicy, permitsOrigin } from './origin.ts';
import type { RequestHead } from './request-head.ts';
import { parseTarget } from './target.ts';
import { listContains, parseTokenList } from './tokens.ts';

/** What a server permits. */
export interface UpgradePolicy {
  readonly origin: OriginPolicy;
  /** Whether TLS ends here, so that the scheme of the connection is known to be https. */
  readonly secure: boolean;
  /** The names that the server goes by, against DNS rebinding: `example.com` with any port, `example.com:8080` with that one. */
  readonly hosts?: readonly string[];
}

/** What a valid opening handshake asks for. */
export interface UpgradeOffer {
  readonly key: string;
  /** The value of Sec-WebSocket-Accept that answers the key. */
  readonly accept: string;
  /** Offered subprotocols, the preferred first; empty when none were. */
  readonly protocols: string[];
  /** Offered extensions, the preferred first; empty when none were. */
  readonly extensions: ExtensionOffer[];
  /** The Origin field; absent when there is none, which no browser does. */
  readonly origin?: string;
}

/** `fallback`: no WebSocket request, plain HTTP may answer. `reject`: answer the error and close. `upgrade`: may be accepted. */
export type UpgradeDecision =
  | { readonly kind: 'fallback' }
  | { readonly kind: 'reject'; readonly error: HandshakeError }
  | { readonly kind: 'upgrade'; readonly request: UpgradeOffer };

/**
 * Decides on a request by every rule of RFC 6455 §4.2 that needs nothing but the head and the policy. Routing,
 * authentication and the choice of a subprotocol come after it.
 * @throws what a function given as origin policy throws; nothing that a peer sends makes it throw
 */
export function decideUpgrade(head: RequestHead, policy: UpgradePolicy): UpgradeDecision {
  if (!head.upgrade) return { kind: 'fallback' };
  try {
    return { kind: 'upgrade', request: readOffer(head, policy) };
  } catch (error) {
    if (error instanceof HandshakeError) return { kind: 'reject', error };
    throw error;
  }
}

function readOffer(head: RequestHead, policy: UpgradePolicy): UpgradeOffer {
  const { headers } = head;
  const key = headers.get('sec-websocket-key');
  const protocols = headers.get('sec-websocket-protocol');
  const extensions = headers.get('sec-websocket-extensions');
  const origin = headers.get('origin');

  if (!isAtLeast11(head.version)) throw new HandshakeError('http-version');
  if (head.method !== 'GET') throw new HandshakeError('method');
  if ((headers.get('content-length') ?? '0') !== '0') throw new HandshakeError('content-length');
  if (headers.has('transfer-encoding')) throw new HandshakeError('transfer-encoding');
  const host = requireHost(head, policy.hosts);
  requireUpgradeTokens(head);
  if (!isKey(key)) throw new HandshakeError('key');
  if (headers.get('sec-websocket-version') !== '13') throw new HandshakeError('websocket-version');
  const offer = {
    key,
    accept: acceptKey(key),
    protocols: protocols === undefined ? [] : parseTokenList(protocols),
    extensions: extensions === undefined ? [] : parseExtensions(extensions),
  };
  if (new Set(offer.protocols).size < offer.protocols.length) throw new HandshakeError('protocol-duplicate');
  if (origin === undefined) return offer;
  if (!permitsOrigin(origin, head, policy, host)) throw new HandshakeError('origin');
  return { ...offer, origin };
}

function isAtLeast11(version: string): boolean {
  return version.startsWith('HTTP/1.') && version !== 'HTTP/1.0';
}

function requireHost(head: RequestHead, permitted: readonly string[] | undefined): Authority {
  const host = parseAuthority(head.headers.get('host') ?? '');
  if (host === undefined) throw new HandshakeError('host');
  const { authority } = parseTarget(head.target);
  if (authority !== undefined) {
    const agree = authority.host === host.host && authority.port === (host.port ?? authority.defaultPort);
    if (!agree) throw new HandshakeError('target-host');
  }
  if (permitted !== undefined && !permitted.some((entry) => names(entry, host))) {
    throw new HandshakeError('host-not-allowed');
  }
  return host;
}

function names(entry: string, host: Authority): boolean {
  const permitted = parseAuthority(entry);
  return permitted?.host === host.host && (permitted.port === undefined || permitted.port === host.port);
}

function requireUpgradeTokens(head: RequestHead): void {
  const upgrades = head.headers.all('upgrade').map((value) => value.toLowerCase());
  // Of two that disagree, a proxy may have acted on the other one.
  if (new Set(upgrades).size > 1) throw new HandshakeError('duplicate-field');
  if (!listContains(head.headers.get('upgrade'), 'websocket')) throw new HandshakeError('upgrade-token');
  if (!listContains(head.headers.get('connection'), 'upgrade')) throw new HandshakeError('connection-token');
}
