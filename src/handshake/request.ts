import { parseAuthority } from './authority.ts';
import { consistsOf, isFieldValue, isToken, latin1Bytes, TARGET } from './characters.ts';
import { type ExtensionOffer, formatExtensions } from './extensions.ts';
import type { Field } from './fields.ts';
import { checkHeaders, headText } from './head-writer.ts';
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
  // @rfc 6455-3-2
  if (typeof target !== 'string' || !target.startsWith('/') || !consistsOf(target, TARGET)) {
    throw new TypeError('target: must start with a slash and consist of visible ASCII without # and \\');
  }
  if (!isKey(key)) throw new TypeError('key: must be 16 bytes in base64');
  if (!protocols.every(isToken)) throw new TypeError('protocols: each must be a token'); // @rfc 6455-4.1-29
  // @rfc 6455-4.1-29
  if (new Set(protocols).size < protocols.length) throw new TypeError('protocols: each must be named once');
  if (origin !== undefined && !isFieldValue(origin)) {
    throw new TypeError('origin: must be text without control characters');
  }
  const fields: Field[] = [
    ['Host', host], // @rfc 6455-4.1-20
    ['Upgrade', 'websocket'], // @rfc 6455-4.1-21
    ['Connection', 'Upgrade'], // @rfc 6455-4.1-22
    ['Sec-WebSocket-Key', key], // @rfc 6455-4.1-23
    ['Sec-WebSocket-Version', '13'], // @rfc 6455-4.1-27 6455-4.1-28
  ];
  if (protocols.length > 0) fields.push(['Sec-WebSocket-Protocol', protocols.join(', ')]);
  if (extensions.length > 0) fields.push(['Sec-WebSocket-Extensions', formatExtensions(extensions)]);
  if (origin !== undefined) fields.push(['Origin', origin]);
  checkHeaders(headers, fields); // @rfc 6455-11.3.1-1 6455-11.3.5-1
  return latin1Bytes(headText(`GET ${target} HTTP/1.1`, [...fields, ...headers])); // @rfc 6455-4.1-17 6455-4.1-18 6455-4.1-19
}
