import { CloseCode, MAX_CLOSE_REASON_BYTES } from '../codec/index.ts';

/** What `WebSocket.close` was called with, as it goes on the wire. */
export interface CloseArguments {
  readonly code: number | undefined;
  readonly reason: string;
}

/**
 * Checks and converts the arguments of `WebSocket.close` (WHATWG WebSockets §3.1): the code as a clamped 16-bit number, the
 * reason as text whose lone surrogates are U+FFFD. A reason without a code gets 1000.
 *
 * @throws DOMException `InvalidAccessError` for a code but 1000 and 3000 to 4999, `SyntaxError` for a reason over 123 bytes
 */
export function checkCloseArguments(code: unknown, reason: unknown): CloseArguments {
  const number = code === undefined ? undefined : clampToUint16(code);
  if (number !== undefined && number !== CloseCode.NORMAL && !(number >= 3000 && number <= 4999)) {
    throw new DOMException('a close code must be 1000, or 3000 to 4999', 'InvalidAccessError');
  }
  const bytes = Buffer.from(reason === undefined ? '' : `${reason}`);
  if (bytes.length > MAX_CLOSE_REASON_BYTES) {
    throw new DOMException(`a close reason has at most ${MAX_CLOSE_REASON_BYTES} bytes of UTF-8`, 'SyntaxError');
  }
  return { code: number ?? (bytes.length > 0 ? CloseCode.NORMAL : undefined), reason: bytes.toString() };
}

/** Web IDL's conversion to `[Clamp] unsigned short`: the nearest whole number, the even one of two. */
function clampToUint16(value: unknown): number {
  const number = Math.min(Math.max(Number(value), 0), 0xffff);
  const below = Math.floor(number);
  const fraction = number - below;
  if (Number.isNaN(number)) return 0;
  return fraction > 0.5 || (fraction === 0.5 && below % 2 === 1) ? below + 1 : below;
}
