import { isUtf8 } from 'node:buffer';
import { NOTHING, readable } from './bytes.ts';

/** What a close frame says (RFC 6455 §5.5.1). */
export interface ClosePayload {
  readonly code: number | undefined;
  readonly reason: string;
  /** What is wrong with it; empty when nothing is. */
  readonly flaw: string;
}

/** Reads the payload of a close frame and judges it. */
export function readClosePayload(payload: Uint8Array): ClosePayload {
  if (payload.length === 0) return { code: undefined, reason: '', flaw: '' };
  if (payload.length === 1) return { code: undefined, reason: '', flaw: 'a close frame has a payload of 1 byte' };
  const code = ((payload[0] ?? 0) << 8) | (payload[1] ?? 0);
  const bytes = payload.length > 2 ? payload.subarray(2) : NOTHING;
  const reason = readable(bytes);
  if (!mayBeSent(code)) return { code, reason, flaw: `a close frame has the code ${code}, which none may have` };
  return { code, reason, flaw: isUtf8(bytes) ? '' : 'the reason in a close frame is not valid UTF-8' };
}

/** May a close frame have this code (RFC 6455 §7.4, with what the registry has added)? */
function mayBeSent(code: number): boolean {
  if (code >= 3000 && code <= 4999) return true;
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
}
