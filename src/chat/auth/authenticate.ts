import type { Rejection, UpgradeRequest } from '../../node/index.ts';
import { reject } from '../../node/index.ts';
import type { Identity } from '../identity.ts';
import { credentialOf } from './credentials.ts';
import type { Tickets } from './tickets.ts';
import type { VerifyToken } from './token-verifier.ts';

const CHALLENGE = { 'WWW-Authenticate': 'Bearer' };

/**
 * Says who asks for a connection by token or ticket, or refuses with 401 before there is one; with 503 while neither tickets nor
 * keys can be looked up. The answer does not say what was wrong.
 */
export async function authenticate(
  request: UpgradeRequest,
  verify: VerifyToken,
  tickets: Tickets,
  now: () => number,
): Promise<Identity | Rejection> {
  const credential = credentialOf(request);
  if (credential === undefined) return reject(401, 'this chat takes a token', CHALLENGE);
  const identity =
    credential.kind === 'token' ? await verify(credential.token) : await tickets.redeem(credential.ticket);
  if (identity === 'unavailable') return reject(503, 'nobody can be recognised now', { 'Retry-After': '1' });
  // The token behind a ticket may have ended since.
  if (identity?.expiresAt === undefined || identity.expiresAt <= now()) {
    return reject(401, 'this token or ticket does not hold', CHALLENGE);
  }
  return identity;
}
