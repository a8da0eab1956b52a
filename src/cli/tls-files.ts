import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { quote, UsageError } from './usage-error.ts';

/** What certificates and keys are read from. */
export interface TlsFiles {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** Their contents. */
export interface TlsMaterial {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/**
 * Reads the files and checks that TLS can use them together.
 *
 * @param names the options that name them
 *
 * Throws a `UsageError` that says which one cannot be used.
 */
export function readTlsFiles(files: TlsFiles, names: { readonly cert: string; readonly key: string }): TlsMaterial {
  const { ca, cert, key } = files;
  if ((cert === undefined) !== (key === undefined))
    throw new UsageError(`${names.cert} and ${names.key} are given together, a certificate and its private key`);
  const material = {
    ...(ca === undefined ? {} : { ca: readPem('--ca', ca) }),
    ...(cert === undefined ? {} : { cert: readPem(names.cert, cert) }),
    ...(key === undefined ? {} : { key: readPem(names.key, key) }),
  };
  try {
    createSecureContext(material);
  } catch (error) {
    throw new UsageError(
      `TLS cannot use ${[ca, cert, key]
        .filter((file) => file !== undefined)
        .map(quote)
        .join(' and ')}: ${(error as Error).message}; they must be PEM, and the key that of the certificate`,
    );
  }
  return material;
}

function readPem(option: string, path: string): Buffer {
  let content: Buffer;
  try {
    content = readFileSync(path);
  } catch (error) {
    throw new UsageError(`${option}: ${quote(path)} cannot be read: ${reasonOf(error)}`);
  }
  if (!content.includes('-----BEGIN ')) throw new UsageError(`${option}: ${quote(path)} is not in PEM form`);
  return content;
}

/** Why a file cannot be read, in a few words. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'no permission';
  return code === 'EISDIR' ? 'it is a directory' : message;
}
