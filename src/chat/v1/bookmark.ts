import type { Bookmark } from '../../rooms/index.ts';
import type { Place } from './field-types.ts';

/** Up to where somebody has read a log, in the words of the rooms. */
export function bookmark({ epoch, seq, timestamp }: Place): Bookmark {
  const at = timestamp === undefined ? Number.NaN : Date.parse(timestamp);
  return Number.isNaN(at) ? { epoch, seq } : { epoch, seq, at };
}
