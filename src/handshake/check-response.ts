import { type ExtensionOffer, parseExtensions } from './extensions.ts';
import { acceptKey } from './key.ts';
import { responseError } from './response-errors.ts';
import type { ResponseHead } from './response-head.ts';
import { listContains } from './tokens.ts';

/** What the client's request said that the response must fit. */
export interface SentOffer {
  readonly key: string;
  readonly protocols: readonly string[];
  readonly extensions: readonly ExtensionOffer[];
}

/**
 * Checks the answer to a client's request by every rule of RFC 6455 §4.1.
 * @returns the subprotocol, empty when the server chose none, and the extensions, whose parameters are still unchecked
 * @throws HandshakeError when the client must fail the connection; `response-status` for every status but 101
 * @rfc 6455-4.1-31
 */
export function checkUpgradeResponse(
  head: ResponseHead,
  offer: SentOffer,
): { protocol: string; extensions: ExtensionOffer[] } {
  const { headers } = head;
  // @rfc 6455-4.1-37
  if (!head.version.startsWith('HTTP/1.') || head.version === 'HTTP/1.0') throw responseError('response-version');
  if (head.status !== 101) throw responseError('response-status'); // @rfc 6455-4.1-37
  // @rfc 6455-4.1-32
  if (headers.get('upgrade')?.toLowerCase() !== 'websocket') throw responseError('response-upgrade');
  // @rfc 6455-4.1-33
  if (!listContains(headers.get('connection'), 'upgrade')) throw responseError('response-connection');
  // @rfc 6455-4.1-34
  if (headers.get('sec-websocket-accept') !== acceptKey(offer.key)) throw responseError('response-accept');
  const protocol = headers.get('sec-websocket-protocol');
  // @rfc 6455-4.1-36
  if (protocol !== undefined && !offer.protocols.includes(protocol)) throw responseError('response-protocol');
  return { protocol: protocol ?? '', extensions: readExtensions(headers.get('sec-websocket-extensions'), offer) };
}

function readExtensions(value: string | undefined, offer: SentOffer): ExtensionOffer[] {
  const extensions = value === undefined ? [] : parseExtensions(value);
  const offered = new Set(offer.extensions.map(({ name }) => name));
  for (const { name } of extensions) {
    // Taken out once used, so that a second one was not offered.
    if (!offered.delete(name)) throw responseError('response-extension'); // @rfc 6455-4.1-35 7692-5-10 7692-5-6 7692-5-8
  }
  return extensions;
}
