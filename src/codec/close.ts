import { checkRange } from './header.ts';
import { isValidUtf8 } from './utf8.ts';
import { frameViolation } from './violation.ts';

/** The close codes of RFC 6455 §7.4.1 and the ones registered since (1012 to 1014). */
export const CloseCode = {
  NORMAL: 1000,
  GOING_AWAY: 1001,
  PROTOCOL_ERROR: 1002,
  UNSUPPORTED_DATA: 1003,
  /** Never on the wire: the close frame had no code. */
  NO_STATUS: 1005,
  /** Never on the wire: the connection ended without a close frame. */
  ABNORMAL: 1006,
  INVALID_PAYLOAD: 1007,
  POLICY_VIOLATION: 1008,
  MESSAGE_TOO_BIG: 1009,
  MANDATORY_EXTENSION: 1010,
  INTERNAL_ERROR: 1011,
  SERVICE_RESTART: 1012,
  TRY_AGAIN_LATER: 1013,
  BAD_GATEWAY: 1014,
  /** Never on the wire: the TLS handshake failed. */
  TLS_HANDSHAKE: 1015,
} as const;

/** The longest close reason in bytes: what 125 leave beside the code (RFC 6455 §5.5.1). */
export const MAX_CLOSE_REASON_BYTES = 123;

/** True for a code that may stand in a close frame: 1000–1003, 1007–1014 and 3000–4999 (RFC 6455 §7.4). @rfc 6455-7.4.1-1 6455-7.4.1-2 6455-7.4.1-4 */
export function isValidCloseCode(code: number): boolean {
  if (!Number.isInteger(code)) return false;
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

const NO_BYTES: Uint8Array = new Uint8Array(0);

/**
 * The payload of a close frame: the code in two bytes, then the reason. RFC 6455 §5.5.1.
 *
 * @param reason UTF-8, at most 123 bytes; `truncateUtf8` shortens a longer one without cutting a character
 * @throws RangeError for a code that may not stand on the wire, a reason that is too long or is not UTF-8
 */
export function encodeClosePayload(code: number, reason: Uint8Array = NO_BYTES): Uint8Array {
  if (!isValidCloseCode(code)) {
    // @rfc 6455-7.4.1-1 6455-7.4.1-2 6455-7.4.1-4
    throw new RangeError(`close code ${code} cannot be sent; use 1000–1003, 1007–1014 or 3000–4999`);
  }
  checkRange('bytes of the close reason', reason.length, MAX_CLOSE_REASON_BYTES);
  if (!isValidUtf8(reason)) throw new RangeError('the close reason must be valid UTF-8');
  const payload = new Uint8Array(2 + reason.length);
  payload[0] = code >> 8; // @rfc 6455-5.5.1-1
  payload[1] = code;
  payload.set(reason, 2);
  return payload;
}

/** What a close frame says: `code` is 1005 when it says nothing. */
export interface ClosePayload {
  readonly code: number;
  /** Valid UTF-8, a view of the bytes that were decoded. */
  readonly reason: Uint8Array;
}

/**
 * Reads the payload of a close frame. RFC 6455 §5.5.1, §7.4, §8.1.
 *
 * @throws ProtocolViolation for a single byte, a code that may not stand on the wire, or a reason that is not UTF-8
 */
export function decodeClosePayload(payload: Uint8Array): ClosePayload {
  if (payload.length === 0) return { code: CloseCode.NO_STATUS, reason: NO_BYTES };
  if (payload.length === 1) throw frameViolation('close-payload-truncated'); // @rfc 6455-5.5.1-1
  const code = (payload[0]! << 8) | payload[1]!;
  if (!isValidCloseCode(code)) throw frameViolation('close-code-invalid');
  const reason = payload.subarray(2);
  if (!isValidUtf8(reason)) throw frameViolation('close-reason-not-utf8'); // @rfc 6455-8.1-1
  return { code, reason };
}
