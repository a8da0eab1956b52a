import type { AcceptResponse, UpgradeOffer } from '../handshake/index.ts';
import type { DeflateAnswer } from './deflate.ts';
import { fieldsOf } from './header-fields.ts';
import type { Route, UpgradeAcceptance } from './routes.ts';

const NOTHING: UpgradeAcceptance<unknown> = Object.freeze({});

/**
 * What a hook gave, when it is an acceptance. Whoever gives null or false means no: to take it for the yes that undefined is
 * would let in who should stay out.
 */
export function checkAcceptance(answer: unknown): UpgradeAcceptance<unknown> {
  if (answer === undefined) return NOTHING;
  if (typeof answer === 'object' && answer !== null) return answer;
  throw new TypeError('upgrade must give an object, undefined or reject(…)');
}

/** The subprotocol that the hook chose, or else the first that both ends speak; empty for none. */
export function chooseProtocol(route: Route, offer: UpgradeOffer, chosen: string | undefined): string {
  // @rfc 6455-4.2.2-6 6455-4.2.2-7
  const protocol = chosen ?? route.protocols.find((name) => offer.protocols.includes(name)) ?? '';
  // @rfc 6455-4.2.2-6
  if (protocol !== '' && !offer.protocols.includes(protocol)) {
    throw new TypeError(`upgrade chose the subprotocol "${protocol}", which the client did not offer`);
  }
  return protocol;
}

/** The response that opens, of what was agreed. */
export function acceptResponse(
  offer: UpgradeOffer,
  protocol: string,
  deflate: DeflateAnswer | undefined,
  answer: UpgradeAcceptance<unknown>,
): AcceptResponse {
  return {
    accept: offer.accept,
    ...(protocol === '' ? undefined : { protocol }),
    // @rfc 6455-4.2.2-8 6455-4.2.2-9 6455-9-1 7692-5-3 7692-5-5 7692-5-7
    extensions: deflate === undefined ? [] : [deflate.response],
    headers: fieldsOf(answer.headers),
  };
}
