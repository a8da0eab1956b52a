const CHAT_PROTOCOL = 'ws101.chat.v1';
const TOKEN_PROTOCOL_PREFIX = 'ws101.bearer.';

/**
 * Whether this can be a JSON Web Token (RFC 7519): three parts, in characters that a list of subprotocols may hold.
 *
 * @param {string} text
 */
export const looksLikeToken = (text) => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text);

/**
 * The token that says who this is, where the server asks for one. It is kept in memory alone: no storage, address or log
 * ever has it.
 *
 * @param {(token: string) => Promise<boolean>} isUnauthorized asks the server whether it turns away who comes with this
 *   token, or with an empty one, which is none
 */
export function createCredential(isUnauthorized) {
  let token = '';
  let isNeedless = false;

  return {
    get isGiven() {
      return token !== '';
    },
    /** @type {(next: string) => void} */
    give(next) {
      token = next;
    },
    forget() {
      token = '';
    },
    /** @type {() => string[]} what to offer with a connection */
    protocols: () => (token === '' ? [CHAT_PROTOCOL] : [CHAT_PROTOCOL, TOKEN_PROTOCOL_PREFIX + token]),

    /** The server let this page in, so that without a token there is nothing to ask about later. */
    welcomed() {
      isNeedless = token === '';
    },
    /** @type {() => Promise<boolean>} whether a connection failed for want of a token that holds */
    isRefused: () => (token === '' && isNeedless ? Promise.resolve(false) : isUnauthorized(token)),
  };
}
