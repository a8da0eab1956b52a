import { type HandshakeErrorRow, errorRow as row } from './error-row.ts';
import { HandshakeError } from './errors.ts';
import type { HeadReader } from './head-reader.ts';

/** The codes of what is wrong with bytes that are no head, or more than one. */
export type WholeHeadErrorCode = 'incomplete-head' | 'trailing-bytes';

/** What is said of each. Apart from the mistakes in requests, since who reads from a stream never meets them. Frozen. */
export const WHOLE_HEAD_ERRORS: Readonly<Record<WholeHeadErrorCode, HandshakeErrorRow>> = Object.freeze({
  'incomplete-head': row(400, 'RFC 9112 §2.1', 'The head ends before its blank line. Send the whole head.'),
  'trailing-bytes': row(400, 'RFC 9112 §2.1', 'Bytes follow the blank line that ends the head. Pass the head alone.'),
});

/**
 * The head that fills `bytes` exactly.
 * @throws HandshakeError for a malformed or incomplete head, or when bytes follow it
 */
export function readWhole<Head>(reader: HeadReader<Head>, bytes: Uint8Array): Head {
  const taken = reader.push(bytes);
  if (reader.head === undefined) throw headError('incomplete-head');
  if (taken !== bytes.length) throw headError('trailing-bytes');
  return reader.head;
}

function headError(code: WholeHeadErrorCode): HandshakeError {
  return new HandshakeError(code, [], WHOLE_HEAD_ERRORS[code]);
}
