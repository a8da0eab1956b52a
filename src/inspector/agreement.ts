import {
  checkDeflateResponse,
  type DeflateAgreement,
  type ExtensionOffer,
  HandshakeError,
  parseExtensions,
  parseTokenList,
  type RequestHead,
  type ResponseHead,
  type SentOffer,
} from '../handshake/index.ts';
import type { End } from './entry.ts';
import type { DeflateTerms } from './inflater.ts';

/** What a request offered, as far as it can be read. */
export function offerOf({ headers }: RequestHead): SentOffer {
  const protocols = headers.get('sec-websocket-protocol');
  return {
    key: headers.get('sec-websocket-key') ?? '',
    protocols: orNone(() => (protocols === undefined ? [] : parseTokenList(protocols))),
    extensions: extensionsOf(headers),
  };
}

/** How both ends compress when the response agrees to it; undefined when they do not. */
export function deflateOf(offer: SentOffer, { headers }: ResponseHead): DeflateAgreement | undefined {
  const agreed = extensionsOf(headers).find(({ name }) => name === 'permessage-deflate');
  if (agreed === undefined) return undefined;
  try {
    return checkDeflateResponse(agreed, offer.extensions);
  } catch (error) {
    if (!(error instanceof HandshakeError)) throw error;
    // An agreement that breaks a rule: the widest reading is the one that inflates most.
    return {
      serverNoContextTakeover: false,
      clientNoContextTakeover: false,
      serverMaxWindowBits: 15,
      clientMaxWindowBits: 15,
    };
  }
}

/** How one end compresses. */
export function termsOf(agreement: DeflateAgreement, from: End): DeflateTerms {
  return from === 'client'
    ? { windowBits: agreement.clientMaxWindowBits, takeover: !agreement.clientNoContextTakeover }
    : { windowBits: agreement.serverMaxWindowBits, takeover: !agreement.serverNoContextTakeover };
}

function extensionsOf(headers: RequestHead['headers']): readonly ExtensionOffer[] {
  const field = headers.get('sec-websocket-extensions');
  return orNone(() => (field === undefined ? [] : parseExtensions(field)));
}

function orNone<T>(read: () => readonly T[]): readonly T[] {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof HandshakeError)) throw error;
    return [];
  }
}
