import { parseAuthority } from './authority.ts';
import { consistsOf, isFieldValue, isToken, TARGET } from './characters.ts';
import { type ExtensionOffer, formatExtensions } from './extensions.ts';
import type { Field } from './fields.ts';
import { checkHeaders, encodeHead } from './head-writer.ts';
import { isKey } from './key.ts';

/** What the request of a client says. */
export interface UpgradeRequestParts {
  /** The Host field: host, and port unless it is the default one of the scheme. */
  readonly host: string;
  /** Path and query of the URL: starts with `/`, has no fragment. */
  readonly target: string;
  /** A fresh one for each connection, made by `createKey`. */
  readonly key: string;
  /** Subprotocols, the preferred first. */
  readonly protocols?: readonly string[];
  /** Extensions, the preferred first. */
  readonly extensions?: readonly ExtensionOffer[];
  readonly origin?: string;
  /** Fields of the application, Cookie or Authorization for example. */
  readonly headers?: readonly Field[];
}

/**
 * The request that asks for a WebSocket, RFC 6455 §4.1.
 * @throws TypeError that names the argument which cannot stand in a head
 */
export function encodeUpgradeRequest(request: UpgradeRequestParts): Uint8Array {
  const { host, target, key, protocols = [], extensions = [], origin, headers = [] } = request;
  if (typeof host !== 'string' || parseAuthority(host) === undefined) {
    throw new TypeError('host: must be a host name or address, and at most a port');
  }
  if (typeof target !== 'string' || !target.startsWith('/') || !consistsOf(target, TARGET)) {
    throw new TypeError('target: must start with a slash and consist of visible ASCII without # and \\');
  }
  if (!isKey(key)) throw new TypeError('key: must be 16 bytes in base64');
  if (!protocols.every(isToken)) throw new TypeError('protocols: each must be a token');
  if (new Set(protocols).size < protocols.length) throw new TypeError('protocols: each must be named once');
  if (origin !== undefined && !isFieldValue(origin)) {
    throw new TypeError('origin: must be text without control characters');
  }
  const fields: Field[] = [
    ['Host', host],
    ['Upgrade', 'websocket'],
    ['Connection', 'Upgrade'],
    ['Sec-WebSocket-Key', key],
    ['Sec-WebSocket-Version', '13'],
  ];
  if (protocols.length > 0) fields.push(['Sec-WebSocket-Protocol', protocols.join(', ')]);
  if (extensions.length > 0) fields.push(['Sec-WebSocket-Extensions', formatExtensions(extensions)]);
  if (origin !== undefined) fields.push(['Origin', origin]);
  checkHeaders(headers, fields);
  return encodeHead(`GET ${target} HTTP/1.1`, [...fields, ...headers]);
}
