import { isSame } from './bytes.ts';
import { difference } from './describe.ts';
import type { Incoming } from './incoming.ts';
import type { Expected } from './model.ts';

/** What differs from what should come; undefined when it is the same. */
export function mismatch(expected: Expected, incoming: Incoming): string | undefined {
  if (expected.kind === 'message') {
    if (incoming.kind !== 'message') return 'something else came';
    if (incoming.opcode !== expected.opcode) return 'a message of another type came';
    return isSame(expected.payload, incoming.payload)
      ? expected.check?.(incoming.frames)
      : difference(expected.payload, incoming.payload);
  }
  if (expected.kind === 'pongs' || incoming.kind !== expected.kind || !('payload' in incoming))
    return 'something else came';
  return isSame(expected.payload, incoming.payload) ? undefined : difference(expected.payload, incoming.payload);
}
