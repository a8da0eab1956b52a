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
  /** Empty where there is none: HTTP/2. */
  readonly key: string;
  /** The value of Sec-WebSocket-Accept that answers the key; empty without one. */
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
  return head.upgrade ? decide(readUpgrade, head, policy) : { kind: 'fallback' };
}

/**
 * Decides on an extended CONNECT of HTTP/2 whose `:protocol` is `websocket`, by the rules that are left of
 * {@link decideUpgrade} there: no key, no Upgrade, no Connection (RFC 8441 §5).
 * @param head made by `createRequestHead`, with `:path` as target and `:authority` as its Host field
 */
export function decideExtendedConnect(head: RequestHead, policy: UpgradePolicy): UpgradeDecision {
  return decide(readConnect, head, policy);
}

function decide(read: typeof readUpgrade, head: RequestHead, policy: UpgradePolicy): UpgradeDecision {
  try {
    return { kind: 'upgrade', request: read(head, policy) };
  } catch (error) {
    if (error instanceof HandshakeError) return { kind: 'reject', error }; // @rfc 6455-4.2.1-1
    throw error;
  }
}

function readUpgrade(head: RequestHead, policy: UpgradePolicy): UpgradeOffer {
  const { headers } = head;
  const key = headers.get('sec-websocket-key');
  if (!isAtLeast11(head.version)) throw new HandshakeError('http-version');
  if (head.method !== 'GET') throw new HandshakeError('method');
  if ((headers.get('content-length') ?? '0') !== '0') throw new HandshakeError('content-length');
  if (headers.has('transfer-encoding')) throw new HandshakeError('transfer-encoding');
  const host = requireHost(head, policy.hosts);
  requireUpgradeTokens(head);
  if (!isKey(key)) throw new HandshakeError('key');
  return readOffer(head, policy, host, key);
}

function readConnect(head: RequestHead, policy: UpgradePolicy): UpgradeOffer {
  return readOffer(head, policy, requireHost(head, policy.hosts), '');
}

function readOffer(head: RequestHead, policy: UpgradePolicy, host: Authority, key: string): UpgradeOffer {
  const { headers } = head;
  const protocols = headers.get('sec-websocket-protocol');
  const extensions = headers.get('sec-websocket-extensions');
  const origin = headers.get('origin');
  if (headers.get('sec-websocket-version') !== '13') throw new HandshakeError('websocket-version'); // @rfc 6455-4.2.2-4
  const offer = {
    key,
    accept: key === '' ? '' : acceptKey(key),
    protocols: protocols === undefined ? [] : parseTokenList(protocols),
    extensions: extensions === undefined ? [] : parseExtensions(extensions),
  };
  if (protocols && new Set(offer.protocols).size < offer.protocols.length)
    throw new HandshakeError('protocol-duplicate');
  if (origin === undefined) return offer; // @rfc 6455-4.2.1-2
  if (!permitsOrigin(origin, head, policy, host)) throw new HandshakeError('origin'); // @rfc 6455-10.2-1
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
  const upgrades = head.headers.all('upgrade');
  // Of two that disagree, a proxy may have acted on the other one.
  if (upgrades.some((value) => value.toLowerCase() !== upgrades[0]!.toLowerCase()))
    throw new HandshakeError('duplicate-field');
  if (!listContains(head.headers.get('upgrade'), 'websocket')) throw new HandshakeError('upgrade-token');
  if (!listContains(head.headers.get('connection'), 'upgrade')) throw new HandshakeError('connection-token');
}
