import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { quote, UsageError } from './usage-error.ts';

/** The most bytes that are explained: each frame takes several lines. */
export const MOST_BYTES: number = 1024 * 1024;

// Hexadecimal digits take two characters a byte, with separators three, with 0x five.
const MOST_CHARACTERS = 5 * MOST_BYTES;

/** How the input is written. */
export type InputForm = 'auto' | 'hex' | 'raw';

/** Where `-` reads from. */
export type Stdin = AsyncIterable<Uint8Array | string> & { readonly isTTY?: boolean };

/**
 * The bytes that the operands stand for: hexadecimal digits, a file, or standard input for `-` and for none.
 *
 * Throws a `UsageError` when there are none, or when they are no bytes.
 */
export async function readInput(operands: readonly string[], form: InputForm, stdin: Stdin): Promise<Uint8Array> {
  const [only = '-', ...more] = operands;
  if (operands.length === 0 && stdin.isTTY === true)
    throw new UsageError('give hexadecimal digits, a file, or - for standard input');
  if (only === '-' && more.length === 0) return decode(await collect(stdin, 'standard input'), form, 'standard input');
  const text = operands.join(' ');
  if (form === 'hex' || (form === 'auto' && looksLikeHex(text))) return bounded(parseHex(text));
  if (more.length > 0) throw new UsageError(`${quote(text)} is not hexadecimal; a file is given alone`);
  return decode(await readFile(only), form, quote(only));
}

function decode(bytes: Uint8Array, form: InputForm, name: string): Uint8Array {
  if (bytes.length === 0) throw new UsageError(`${name} is empty; there is nothing to explain`);
  if (form === 'raw') return bounded(bytes);
  const text = new TextDecoder('latin1').decode(bytes);
  // No legal frame and no head consists of hexadecimal digits and white space alone.
  return bounded(form === 'hex' || looksLikeHex(text) ? parseHex(text) : bytes);
}

function bounded(bytes: Uint8Array): Uint8Array {
  if (bytes.length <= MOST_BYTES) return bytes;
  throw new UsageError(`there are ${bytes.length} bytes; at most ${MOST_BYTES} are explained, so give a part of them`);
}

const SEPARATORS = /[\s:,]|0x/gi;

function looksLikeHex(text: string): boolean {
  return /^[\da-f]*$/i.test(text.replace(SEPARATORS, ''));
}

/** The bytes of hexadecimal digits, which may have white space, colons, commas and `0x` between them. Throws a `UsageError`. */
export function parseHex(text: string): Uint8Array {
  const digits = text.replace(SEPARATORS, '');
  const wrong = /[^\da-f]/i.exec(digits);
  if (wrong !== null)
    throw new UsageError(`${quote(wrong[0])} is no hexadecimal digit; use 0 to 9 and a to f, two for each byte`);
  if (digits === '') throw new UsageError('there are no hexadecimal digits; there is nothing to explain');
  if (digits.length % 2 === 1)
    throw new UsageError(`${digits.length} is an odd number of hexadecimal digits; each byte takes two`);
  return new Uint8Array(Buffer.from(digits, 'hex'));
}

async function readFile(path: string): Promise<Uint8Array> {
  try {
    if (path === '') throw new UsageError('the name of a file is empty; give hexadecimal digits, a file, or -');
    const details = await stat(path);
    if (details.isDirectory()) throw new UsageError(`${quote(path)} is a directory; give a file in it`);
    return await collect(createReadStream(path), quote(path));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(explain(path, error as NodeJS.ErrnoException));
  }
}

function explain(path: string, { code, message }: NodeJS.ErrnoException): string {
  if (code === 'EACCES' || code === 'EPERM') return `${quote(path)} may not be read; check its permissions`;
  const isMissing = code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG';
  return isMissing || path.includes('\0')
    ? `${quote(path)} is neither hexadecimal nor a file that is there`
    : `${quote(path)} cannot be read: ${message}`;
}

async function collect(source: AsyncIterable<Uint8Array | string>, name: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of source) {
    const bytes = typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk;
    length += bytes.length;
    if (length > MOST_CHARACTERS)
      throw new UsageError(
        `${name} holds more than ${MOST_BYTES} bytes, the most that are explained; give a part of it`,
      );
    chunks.push(bytes);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
