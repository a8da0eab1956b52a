import { HandshakeError } from './errors.ts';
import type { ExtensionOffer } from './extensions.ts';

const NAME = 'permessage-deflate'; // @rfc 6455-9.1-3 7692-5-1 7692-5-3

/** How permessage-deflate is used on a connection once both ends agreed (RFC 7692 §7.1). */
export interface DeflateAgreement {
  /** The server starts each message with an empty window. */
  readonly serverNoContextTakeover: boolean;
  /** The client starts each message with an empty window. */
  readonly clientNoContextTakeover: boolean;
  /** Base-2 logarithm of the largest window that the server compresses with, 8 to 15. */
  readonly serverMaxWindowBits: number;
  /** Base-2 logarithm of the largest window that the client compresses with, 8 to 15. */
  readonly clientMaxWindowBits: number;
}

type Setting = keyof DeflateAgreement;

const PARAMETERS: ReadonlyMap<string, Setting> = new Map([
  ['server_no_context_takeover', 'serverNoContextTakeover'],
  ['client_no_context_takeover', 'clientNoContextTakeover'],
  ['server_max_window_bits', 'serverMaxWindowBits'],
  ['client_max_window_bits', 'clientMaxWindowBits'],
]);

// As text, so that 08, 1e1 and 9.0 are no window bits.
const WINDOW_BITS: ReadonlyMap<string, number> = new Map(
  [8, 9, 10, 11, 12, 13, 14, 15].map((bits) => [`${bits}`, bits]),
);

/** What an offer says; `'any'` is client_max_window_bits without a value. */
interface Stated {
  serverNoContextTakeover?: true;
  clientNoContextTakeover?: true;
  serverMaxWindowBits?: number;
  clientMaxWindowBits?: number | 'any';
}

/** What a response says: there client_max_window_bits has a value. */
type Agreed = Stated & { clientMaxWindowBits?: number };

/**
 * The server's answer to the offers of a client (RFC 7692 §5.1, §7.1): the first permessage-deflate offer that is valid
 * is accepted, within `settings`; an invalid one is declined and the next is tried.
 * A client that does not offer `client_max_window_bits` cannot be limited: `agreement.clientMaxWindowBits` is then 15.
 * @returns the element for the response and what both ends now agree on; undefined when every offer is declined
 * @throws RangeError when `settings` has window bits outside 8 to 15
 */
export function negotiateDeflate(
  offers: readonly ExtensionOffer[],
  settings: DeflateAgreement,
): { response: ExtensionOffer; agreement: DeflateAgreement } | undefined {
  requireWindows(settings);
  for (const offer of offers) {
    const offered = offer.name === NAME ? read(offer) : undefined;
    if (offered !== undefined) return answer(offered, settings); // @rfc 7692-7-1 7692-5-4
  }
  return undefined; // @rfc 7692-5-9
}

function answer(
  offered: Stated,
  settings: DeflateAgreement,
): { response: ExtensionOffer; agreement: DeflateAgreement } {
  const client = offered.clientMaxWindowBits;
  const agreement: DeflateAgreement = {
    // @rfc 7692-7.1.1.1-1
    serverNoContextTakeover: settings.serverNoContextTakeover || offered.serverNoContextTakeover === true,
    clientNoContextTakeover: settings.clientNoContextTakeover || offered.clientNoContextTakeover === true,
    serverMaxWindowBits: Math.min(settings.serverMaxWindowBits, offered.serverMaxWindowBits ?? 15),
    clientMaxWindowBits:
      // @rfc 7692-7.1.2.2-3
      client === undefined ? 15 : Math.min(settings.clientMaxWindowBits, client === 'any' ? 15 : client),
  };
  const params: [string, string | true][] = [];
  if (agreement.serverNoContextTakeover) params.push(['server_no_context_takeover', true]);
  if (agreement.clientNoContextTakeover) params.push(['client_no_context_takeover', true]);
  if (offered.serverMaxWindowBits !== undefined || agreement.serverMaxWindowBits < 15) {
    params.push(['server_max_window_bits', String(agreement.serverMaxWindowBits)]);
  }
  if (agreement.clientMaxWindowBits < 15) {
    params.push(['client_max_window_bits', String(agreement.clientMaxWindowBits)]);
  }
  return { response: { name: NAME, params }, agreement };
}

/**
 * The offer of a client that wants what `settings` says (RFC 7692 §7.1). Limits of 15 are left out, except that
 * `client_max_window_bits` is always offered, so that the server may ask for a smaller window.
 * @throws RangeError when `settings` has window bits outside 8 to 15
 */
export function offerDeflate(settings: DeflateAgreement): ExtensionOffer {
  requireWindows(settings);
  const { serverMaxWindowBits: server, clientMaxWindowBits: client } = settings;
  const params: [string, string | true][] = [];
  if (settings.serverNoContextTakeover) params.push(['server_no_context_takeover', true]);
  if (settings.clientNoContextTakeover) params.push(['client_no_context_takeover', true]);
  if (server < 15) params.push(['server_max_window_bits', String(server)]); // @rfc 7692-5-2 7692-7.1.2.1-1
  params.push(['client_max_window_bits', client < 15 ? String(client) : true]); // @rfc 7692-5-2 7692-7.1.2.2-1
  return { name: NAME, params };
}

/**
 * What a server's response means for the client (RFC 7692 §7.1): it must be valid, and answer one of the client's offers.
 * @param agreed the permessage-deflate element of the response
 * @param offered what the client offered; elements of other names are skipped
 * @throws HandshakeError `response-extension-params` when the client must fail the connection
 * @rfc 7692-5-10 7692-7-2
 */
export function checkDeflateResponse(agreed: ExtensionOffer, offered: readonly ExtensionOffer[]): DeflateAgreement {
  const stated = agreed.name === NAME ? read(agreed) : undefined;
  if (isAgreed(stated)) {
    for (const element of offered) {
      const offer = element.name === NAME ? read(element) : undefined;
      if (offer !== undefined && answers(stated, offer)) return combine(stated, offer);
    }
  }
  throw new HandshakeError('response-extension-params');
}

function isAgreed(stated: Stated | undefined): stated is Agreed {
  return stated !== undefined && stated.clientMaxWindowBits !== 'any'; // @rfc 7692-7.1.2.2-2
}

function answers(stated: Agreed, offer: Stated): boolean {
  if (offer.serverNoContextTakeover && !stated.serverNoContextTakeover) return false;
  if (offer.serverMaxWindowBits !== undefined) {
    // A limit must be acknowledged, even one of 15.
    if ((stated.serverMaxWindowBits ?? 16) > offer.serverMaxWindowBits) return false;
  }
  const { clientMaxWindowBits: client } = stated;
  if (client === undefined || offer.clientMaxWindowBits === 'any') return true;
  return offer.clientMaxWindowBits !== undefined && client <= offer.clientMaxWindowBits;
}

function combine(stated: Agreed, offer: Stated): DeflateAgreement {
  // A hint binds the client although the server did not repeat it (§7.1.1.2, §7.1.2.2).
  const client = stated.clientMaxWindowBits ?? offer.clientMaxWindowBits;
  return {
    serverNoContextTakeover: stated.serverNoContextTakeover === true,
    // @rfc 7692-7.1.1.2-1
    clientNoContextTakeover: stated.clientNoContextTakeover === true || offer.clientNoContextTakeover === true,
    serverMaxWindowBits: stated.serverMaxWindowBits ?? 15,
    clientMaxWindowBits: typeof client === 'number' ? client : 15,
  };
}

/** The parameters of an element, or undefined when one is unknown, repeated, or has a value that it may not have. */
function read(element: ExtensionOffer): Stated | undefined {
  const stated: Stated = {};
  for (const [name, value] of element.params) {
    const setting = PARAMETERS.get(name);
    // @rfc 6455-9-2 6455-9.1-4 7692-7-1 7692-7-2
    if (setting === undefined || stated[setting] !== undefined) return undefined;
    if (setting === 'serverNoContextTakeover' || setting === 'clientNoContextTakeover') {
      if (value !== true) return undefined;
      stated[setting] = true;
    } else if (value !== true) {
      const bits = WINDOW_BITS.get(value); // @rfc 7692-7.1.2.1-1 7692-7.1.2.1-2 7692-7.1.2.2-1 7692-7.1.2.2-2
      if (bits === undefined) return undefined;
      stated[setting] = bits;
    } else if (setting === 'clientMaxWindowBits') stated[setting] = 'any';
    else return undefined;
  }
  return stated;
}

function requireWindows(settings: DeflateAgreement): void {
  for (const name of ['serverMaxWindowBits', 'clientMaxWindowBits'] as const) {
    if (!WINDOW_BITS.has(String(settings[name]))) throw new RangeError(`${name}: must be an integer from 8 to 15`);
  }
}
