import { readFileSync } from 'node:fs';
import type { ChatLog, ChatOptions, TokenOptions, VerifyToken } from '../chat/index.ts';
import { createTokenVerifier, jsonLog, MissingPackageError } from '../chat/index.ts';
import type { Terminal } from './command.ts';
import type { OptionSpec } from './options.ts';
import { quote, UsageError } from './usage-error.ts';

type OptionalText = OptionSpec & { readonly type: 'text'; readonly optional: true };

/** What `ws101 chat` takes for its users and its operators. */
export const CHAT_OPTIONS: {
  readonly 'jwt-secret-file': OptionalText;
  readonly jwks: OptionalText;
  readonly 'jwt-issuer': OptionalText;
  readonly 'jwt-audience': OptionalText;
  readonly rate: OptionSpec & { readonly type: 'count' };
  readonly 'rate-per-address': OptionSpec & { readonly type: 'count' };
  readonly log: OptionSpec & { readonly type: 'choice'; readonly default: string };
} = {
  'jwt-secret-file': {
    type: 'text',
    optional: true,
    placeholder: 'FILE',
    description: 'takes only users with a token signed with the secret in FILE (HS256 and up)',
  },
  jwks: {
    type: 'text',
    optional: true,
    placeholder: 'FILE|URL',
    description: 'takes only users with a token signed with one of these public keys',
    example: 'https://id.example/jwks.json',
  },
  'jwt-issuer': { type: 'text', optional: true, description: 'the "iss" that a token must have' },
  'jwt-audience': { type: 'text', optional: true, description: 'the "aud" that a token must have' },
  rate: {
    type: 'count',
    default: 1,
    description: 'the texts of one user in a second; ten times as many at once',
  },
  'rate-per-address': {
    type: 'count',
    default: 20,
    description: 'texts of one address a second, but this machine; tenfold at once',
  },
  log: {
    type: 'choice',
    choices: ['none', 'json'],
    default: 'none',
    description: 'write what happens to standard error, one JSON object a line',
  },
};

/** The values of {@link CHAT_OPTIONS}. */
export interface ChatValues {
  readonly 'jwt-secret-file': string | undefined;
  readonly jwks: string | undefined;
  readonly 'jwt-issuer': string | undefined;
  readonly 'jwt-audience': string | undefined;
  readonly rate: number;
  readonly 'rate-per-address': number;
  readonly log: string;
}

/**
 * The values of {@link CHAT_OPTIONS} in the words of the chat.
 *
 * Rejects with a `UsageError` for a file that cannot be read, for keys that are none, and when a package is missing.
 */
export async function chatOptions(values: ChatValues, terminal: Terminal): Promise<ChatOptions> {
  const verify = await verifierOf(values);
  return {
    rateLimit: bucketOf(values.rate),
    rateLimits: {
      address: { messages: bucketOf(values['rate-per-address']), joins: bucketOf(values['rate-per-address']) },
    },
    ...(verify === undefined ? {} : { verify }),
    ...(values.log === 'json' ? { log: logTo(terminal) } : {}),
  };
}

function bucketOf(perSecond: number): { readonly capacity: number; readonly refillPerSecond: number } {
  return { capacity: 10 * perSecond, refillPerSecond: perSecond === Infinity ? 1 : perSecond };
}

function logTo(terminal: Terminal): ChatLog {
  return jsonLog((line) => terminal.stderr.write(line));
}

async function verifierOf(values: ChatValues): Promise<VerifyToken | undefined> {
  const { 'jwt-secret-file': secretFile, jwks, 'jwt-issuer': issuer, 'jwt-audience': audience } = values;
  if (secretFile === undefined && jwks === undefined) {
    if (issuer === undefined && audience === undefined) return undefined;
    throw new UsageError('--jwt-issuer and --jwt-audience need --jwt-secret-file or --jwks');
  }
  if (secretFile !== undefined && jwks !== undefined) throw new UsageError('give either --jwt-secret-file or --jwks');
  const rules = { ...(issuer === undefined ? {} : { issuer }), ...(audience === undefined ? {} : { audience }) };
  const keys: TokenOptions =
    secretFile === undefined ? { jwks: keySet(jwks ?? '') } : { secret: readSecret(secretFile) };
  try {
    return await createTokenVerifier({ ...rules, ...keys });
  } catch (error) {
    if (error instanceof MissingPackageError || error instanceof RangeError) throw new UsageError(error.message);
    throw new UsageError(`--jwks must be a JSON Web Key Set: ${(error as Error).message}`);
  }
}

function readSecret(file: string): Uint8Array {
  const text = readText('--jwt-secret-file', file);
  // The line end that editors and echo put behind it is no part of the secret.
  return new TextEncoder().encode(text.replace(/\r?\n$/, ''));
}

function keySet(where: string): URL | object {
  if (/^https?:\/\//i.test(where)) {
    if (!URL.canParse(where)) throw new UsageError(`--jwks must be a file or a URL, not ${quote(where)}`);
    return new URL(where);
  }
  try {
    return JSON.parse(readText('--jwks', where)) as object;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`--jwks: ${quote(where)} holds no JSON`);
  }
}

function readText(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${option}: cannot read ${quote(file)} (${(error as NodeJS.ErrnoException).code})`);
  }
}
