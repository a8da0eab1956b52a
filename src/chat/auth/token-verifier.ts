import { Refusal } from '../errors.ts';
import type { Identity } from '../identity.ts';
import { CHAT_LIMITS } from '../limits.ts';
import { tokenUser } from '../secrets.ts';
import { parseUsername } from '../username.ts';
import type { JosePackage } from './jose.ts';
import { loadJose } from './jose.ts';

/** Where the keys are, and what a token must say. */
export interface TokenOptions {
  /** The secret of HMAC tokens (HS256, HS384, HS512), 32 bytes at least. */
  readonly secret?: Uint8Array;
  /** Public keys: a JSON Web Key Set, or the URL where one is. One of `secret` and `jwks` is given. */
  readonly jwks?: object | URL;
  /** The `iss` that a token must have. Default: any. */
  readonly issuer?: string;
  /** The `aud` that a token must have. Default: any. */
  readonly audience?: string;
}

/** Says who a token stands for; undefined for a token that does not hold now, `unavailable` while nobody can tell. Never rejects. */
export type VerifyToken = (token: string) => Promise<Identity | undefined | 'unavailable'>;

const HMAC = ['HS256', 'HS384', 'HS512'];
const SIGNED = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const LEAST_SECRET_BYTES = 32;
/** What jose says when public keys could not be fetched: in time, or at all. */
const KEYS_AT_FAULT: ReadonlySet<string> = new Set(['ERR_JWKS_TIMEOUT', 'ERR_JOSE_GENERIC']);

/**
 * Makes what checks tokens (RFC 7519), with the package jose.
 *
 * A token needs `sub` and `exp`. Its `preferred_username`, or `name`, is the name that the user goes by, if the chat takes such a
 * name; `roles` with `admin` in it moderates every room. A secret takes HMAC signatures alone and public keys all but those, so that
 * nobody signs with a public key as if it were a secret. Rejects for options that cannot be, and when jose is not installed.
 */
export async function createTokenVerifier(
  options: TokenOptions,
  now: () => number = Date.now,
  jose: () => Promise<JosePackage> = loadJose,
): Promise<VerifyToken> {
  const { secret, jwks, issuer, audience } = options;
  if ((secret === undefined) === (jwks === undefined)) throw new TypeError('tokens: give either secret or jwks');
  if (secret !== undefined && secret.byteLength < LEAST_SECRET_BYTES) {
    throw new RangeError(`tokens.secret must have at least ${LEAST_SECRET_BYTES} bytes`);
  }
  const { jwtVerify, createRemoteJWKSet, createLocalJWKSet, errors } = await jose();
  const rules = {
    requiredClaims: ['sub', 'exp'],
    algorithms: secret === undefined ? SIGNED : HMAC,
    ...(issuer === undefined ? {} : { issuer }),
    ...(audience === undefined ? {} : { audience }),
  };
  const keys =
    jwks instanceof URL
      ? createRemoteJWKSet(jwks, { timeoutDuration: 3000 })
      : createLocalJWKSet((jwks ?? { keys: [] }) as Parameters<typeof createLocalJWKSet>[0]);
  return async (token) => {
    if (token.length > CHAT_LIMITS.tokenBytes) return undefined;
    try {
      const current = { ...rules, currentDate: new Date(now()) };
      const { payload } =
        secret === undefined ? await jwtVerify(token, keys, current) : await jwtVerify(token, secret, current);
      return identityOf(payload);
    } catch (error) {
      const isTokenAtFault = error instanceof errors.JOSEError && !KEYS_AT_FAULT.has(error.code);
      return jwks instanceof URL && !isTokenAtFault ? 'unavailable' : undefined;
    }
  };
}

function identityOf(claims: Readonly<Record<string, unknown>>): Identity | undefined {
  const { iss = '', sub, exp, roles } = claims;
  if (typeof sub !== 'string' || sub === '' || typeof exp !== 'number' || typeof iss !== 'string') return undefined;
  return {
    user: tokenUser(iss, sub),
    name: nameOf(claims.preferred_username) ?? nameOf(claims.name),
    admin: Array.isArray(roles) && roles.includes('admin'),
    expiresAt: exp * 1000,
  };
}

function nameOf(claim: unknown): string | undefined {
  const name = typeof claim === 'string' ? parseUsername(claim) : undefined;
  return name === undefined || name instanceof Refusal ? undefined : name.name;
}
