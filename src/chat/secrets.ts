import { createHash, randomBytes } from 'node:crypto';

/** A secret of 32 random bytes, in base64url: the key of a session, a ticket. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** The id of somebody who has no token. */
export function anonymousUser(): string {
  return `a-${randomBytes(16).toString('base64url')}`;
}

/** The id of a user by the issuer and the subject of a token: the same on every node. */
export function tokenUser(issuer: string, subject: string): string {
  return `u-${hashOf(`${issuer}\n${subject}`).slice(0, 22)}`;
}

/** A name for this process that no other has. */
export function newNodeName(): string {
  return `n-${randomBytes(12).toString('base64url')}`;
}

/** What a broker may know of a secret: its SHA-256 in base64url. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
