import { ProtocolViolation } from '../codec/index.ts';
import type { SpanViolation } from '../inspect/index.ts';

/** A broken rule as plain values; any other error is thrown again. */
export function violationOfError(error: unknown): SpanViolation {
  if (!(error instanceof ProtocolViolation)) throw error;
  const { code, section, message } = error;
  return { code, section, message };
}
