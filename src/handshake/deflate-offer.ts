import type { ExtensionOffer } from './extensions.ts';
import { responseError } from './response-errors.ts';

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

// As text, so that 08, 1e1 and 9.0 are no window bits.
const WINDOW_BITS: ReadonlyMap<unknown, number> = new Map(
  [8, 9, 10, 11, 12, 13, 14, 15].map((bits) => [`${bits}`, bits]),
);

/** What an offer or a response says. */
type Stated = Partial<DeflateAgreement>;

type ReadValue = (value: string | true, isOffer: boolean) => true | number | undefined;

const flag: ReadValue = (value) => value === true || undefined;
// @rfc 7692-7.1.2.1-1 7692-7.1.2.1-2 7692-7.1.2.2-1 7692-7.1.2.2-2
const bits: ReadValue = (value) => WINDOW_BITS.get(value);
/** An offer may leave the value open: the server may choose any. */
const openBits: ReadValue = (value, isOffer) => (value === true && isOffer ? 15 : bits(value, isOffer)); // @rfc 7692-7.1.2.2-2

/** Each parameter: what it sets, and its value, or undefined for one that it may not have. */
const PARAMETERS: ReadonlyMap<string, readonly [setting: keyof DeflateAgreement, read: ReadValue]> = new Map([
  ['server_no_context_takeover', ['serverNoContextTakeover', flag]],
  ['client_no_context_takeover', ['clientNoContextTakeover', flag]],
  ['server_max_window_bits', ['serverMaxWindowBits', bits]],
  ['client_max_window_bits', ['clientMaxWindowBits', openBits]],
]);

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
    const offered = read(offer, true);
    if (offered !== undefined) return answer(offered, settings); // @rfc 7692-7-1 7692-5-4
  }
  return undefined; // @rfc 7692-5-9
}

function answer(
  offered: Stated,
  settings: DeflateAgreement,
): { response: ExtensionOffer; agreement: DeflateAgreement } {
  const { serverMaxWindowBits: server, clientMaxWindowBits: client } = offered;
  const agreement: DeflateAgreement = {
    // @rfc 7692-7.1.1.1-1
    serverNoContextTakeover: settings.serverNoContextTakeover || offered.serverNoContextTakeover === true,
    clientNoContextTakeover: settings.clientNoContextTakeover || offered.clientNoContextTakeover === true,
    serverMaxWindowBits: Math.min(settings.serverMaxWindowBits, server ?? 15),
    // @rfc 7692-7.1.2.2-3
    clientMaxWindowBits: client === undefined ? 15 : Math.min(settings.clientMaxWindowBits, client),
  };
  return { response: write(agreement, server !== undefined, false), agreement };
}

/**
 * The offer of a client that wants what `settings` says (RFC 7692 §7.1). Limits of 15 are left out, except that
 * `client_max_window_bits` is always offered, so that the server may ask for a smaller window.
 * @throws RangeError when `settings` has window bits outside 8 to 15
 */
export function offerDeflate(settings: DeflateAgreement): ExtensionOffer {
  requireWindows(settings);
  return write(settings, false, true);
}

/** The element that says `settings`. Windows of 15 bits are named only when told to, that of the client without a value. */
function write(settings: DeflateAgreement, nameServer: boolean, nameClient: boolean): ExtensionOffer {
  const { serverMaxWindowBits: server, clientMaxWindowBits: client } = settings;
  const params: [string, string | true][] = [];
  if (settings.serverNoContextTakeover) params.push(['server_no_context_takeover', true]);
  if (settings.clientNoContextTakeover) params.push(['client_no_context_takeover', true]);
  // @rfc 7692-5-2 7692-7.1.2.1-1
  if (nameServer || server < 15) params.push(['server_max_window_bits', String(server)]);
  // @rfc 7692-5-2 7692-7.1.2.2-1
  if (nameClient || client < 15) params.push(['client_max_window_bits', client < 15 ? String(client) : true]);
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
  const stated = read(agreed, false);
  if (stated !== undefined) {
    for (const element of offered) {
      const offer = read(element, true);
      if (offer !== undefined && answers(stated, offer)) return combine(stated, offer);
    }
  }
  throw responseError('response-extension-params');
}

function answers(stated: Stated, offer: Stated): boolean {
  if (offer.serverNoContextTakeover && !stated.serverNoContextTakeover) return false;
  // A limit must be acknowledged, even one of 15.
  if ((stated.serverMaxWindowBits ?? 16) > (offer.serverMaxWindowBits ?? 16)) return false;
  // Without an offer nothing may be asked of the client's window.
  return (stated.clientMaxWindowBits ?? 0) <= (offer.clientMaxWindowBits ?? 0);
}

function combine(stated: Stated, offer: Stated): DeflateAgreement {
  return {
    serverNoContextTakeover: stated.serverNoContextTakeover === true,
    // A hint binds the client although the server did not repeat it (§7.1.1.2, §7.1.2.2). @rfc 7692-7.1.1.2-1
    clientNoContextTakeover: stated.clientNoContextTakeover === true || offer.clientNoContextTakeover === true,
    serverMaxWindowBits: stated.serverMaxWindowBits ?? 15,
    clientMaxWindowBits: stated.clientMaxWindowBits ?? offer.clientMaxWindowBits ?? 15,
  };
}

/** What the element says, or undefined: another name, or a parameter that is unknown, repeated, or has a wrong value. */
function read({ name, params }: ExtensionOffer, isOffer: boolean): Stated | undefined {
  if (name !== NAME) return undefined;
  const stated = new Map<string, true | number>();
  for (const [param, text] of params) {
    const parameter = PARAMETERS.get(param);
    // @rfc 6455-9-2 6455-9.1-4 7692-7-1 7692-7-2
    if (parameter === undefined || stated.has(parameter[0])) return undefined;
    const [setting, readValue] = parameter;
    const value = readValue(text, isOffer);
    if (value === undefined) return undefined;
    stated.set(setting, value);
  }
  return Object.fromEntries(stated);
}

function requireWindows(settings: DeflateAgreement): void {
  for (const name of ['serverMaxWindowBits', 'clientMaxWindowBits'] as const) {
    if (!WINDOW_BITS.has(String(settings[name]))) throw new RangeError(`${name}: must be an integer from 8 to 15`);
  }
}
