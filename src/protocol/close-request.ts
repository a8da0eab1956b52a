import { encodeClosePayload, MAX_CLOSE_REASON_BYTES, type ProtocolViolation, truncateUtf8 } from '../codec/index.ts';
import { encodeText, type TextPort } from './text.ts';

/** Nothing, for all who have nothing. */
export const NO_BYTES: Uint8Array = new Uint8Array(0);
const LONE_SURROGATE = /[\ud800-\udfff]/u;

/**
 * The payload of a close frame that a caller asks for; empty without a code.
 *
 * @throws RangeError for a code that may not be sent, a reason without a code, with a lone surrogate, or over 123 bytes
 */
export function encodeCloseRequest(text: TextPort, code: number | undefined, reason: string): Uint8Array {
  if (code === undefined) {
    if (reason !== '') throw new RangeError('a close reason needs a code before it, 1000 for example');
    return NO_BYTES;
  }
  if (LONE_SURROGATE.test(reason)) throw new RangeError('a close reason must not contain lone surrogates');
  return encodeClosePayload(code, encodeText(text, reason)); // @rfc 6455-7.1.2-1
}

/** The payload of the close frame that tells the peer which rule it broke (RFC 6455 §7.1.7). @rfc 6455-7.1.7-3 */
export function encodeViolation(text: TextPort, violation: ProtocolViolation): Uint8Array {
  const reason = truncateUtf8(encodeText(text, violation.message), MAX_CLOSE_REASON_BYTES);
  return encodeClosePayload(violation.closeCode, reason);
}
