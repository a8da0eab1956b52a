import type { ConformanceCase } from '../model.ts';
import { compareNumbers } from '../select.ts';
import { CLOSING } from './closing.ts';
import { DEFLATE_MESSAGES } from './deflate-messages.ts';
import { FRAGMENTATION } from './fragmentation.ts';
import { LARGE, PACKETS } from './large.ts';
import { MESSAGES } from './messages.ts';
import { PINGS } from './pings.ts';
import { RESERVED_BITS, RESERVED_OPCODES } from './reserved.ts';
import { UTF8 } from './utf8.ts';

/** The cases that the field has known for long, under their numbers. */
export const KNOWN_CASES: readonly ConformanceCase[] = [
  ...MESSAGES,
  ...PINGS,
  ...RESERVED_BITS,
  ...RESERVED_OPCODES,
  ...FRAGMENTATION,
  ...UTF8,
  ...CLOSING,
  ...LARGE,
  ...PACKETS,
  ...DEFLATE_MESSAGES,
].sort(compareNumbers);

/** Every case, in the order of their numbers. */
export const ALL_CASES: readonly ConformanceCase[] = [...KNOWN_CASES];
