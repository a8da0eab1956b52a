import { encodeBase64, isBase64 } from './base64.ts';
import { latin1Bytes } from './characters.ts';
import { sha1 } from './sha1.ts';

// RFC 6455 §1.3.
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/**
 * The value of Sec-WebSocket-Key for 16 random bytes (RFC 6455 §4.1).
 * @throws TypeError when there are not 16
 * @rfc 6455-4.1-24
 */
export function createKey(random: Uint8Array): string {
  if (random.length !== 16) throw new TypeError('random: a key is made of 16 bytes');
  return encodeBase64(random);
}

/** Whether the text is a key: 16 bytes in canonical base64 (RFC 6455 §4.2.1). */
export function isKey(text: unknown): text is string {
  return typeof text === 'string' && isBase64(text, 22, '==');
}

/**
 * The value of Sec-WebSocket-Accept that answers a key (RFC 6455 §4.2.2).
 * @throws TypeError when the key is none
 */
export function acceptKey(key: string): string {
  if (!isKey(key)) throw new TypeError('key: must be 16 bytes in base64');
  return encodeBase64(sha1(latin1Bytes(key + GUID))); // @rfc 6455-4.1-34 6455-4.2.2-10
}
