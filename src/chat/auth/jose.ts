import type * as Jose from 'jose';

/** The part of the package jose that is used. */
export type JosePackage = Pick<typeof Jose, 'jwtVerify' | 'createRemoteJWKSet' | 'createLocalJWKSet' | 'errors'>;

/** Says that an optional package is not there, and how to get it. */
export class MissingPackageError extends Error {
  override readonly name: string = 'MissingPackageError';
}

/**
 * Loads the package jose, an optional peer: only who asks for tokens needs it.
 *
 * @param load how it is imported; for tests
 * Rejects with a {@link MissingPackageError} when it is not installed.
 */
export async function loadJose(load: () => Promise<JosePackage> = () => import('jose')): Promise<JosePackage> {
  try {
    return await load();
  } catch (error) {
    throw new MissingPackageError('tokens need the package jose: npm install jose', { cause: error });
  }
}
