import type { ConformanceCase } from '../model.ts';
import { compareNumbers } from '../select.ts';
import { CLOSING } from './closing.ts';
import { DEFLATE_ANSWERS } from './deflate-answers.ts';
import { DEFLATE_BROKEN, DEFLATE_CONTEXT } from './deflate-context.ts';
import { DEFLATE_FORMS } from './deflate-forms.ts';
import { DEFLATE_MESSAGES } from './deflate-messages.ts';
import { DEFLATE_OFFERS } from './deflate-offers.ts';
import { FRAGMENTATION } from './fragmentation.ts';
import { FRAMING } from './framing.ts';
import { FRAMING_EDGES } from './framing-edges.ts';
import { FRAMING_RESERVED } from './framing-reserved.ts';
import { LARGE, PACKETS } from './large.ts';
import { LIMITS } from './limits.ts';
import { MESSAGES } from './messages.ts';
import { OPENING_ACCEPTED } from './opening-accepted.ts';
import { OPENING_CHOICES } from './opening-choices.ts';
import { OPENING_CLIENTS } from './opening-clients.ts';
import { OPENING_HTTP } from './opening-http.ts';
import { OPENING_HTTP_STRETCHED } from './opening-http-stretched.ts';
import { OPENING_LISTS } from './opening-lists.ts';
import { OPENING_REFUSED } from './opening-refused.ts';
import { OPENING_REQUESTS } from './opening-requests.ts';
import { OPENING_RESPONSES } from './opening-responses.ts';
import { PINGS } from './pings.ts';
import { RESERVED_BITS, RESERVED_OPCODES } from './reserved.ts';
import { STREAM_CUTS } from './stream-cuts.ts';
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
export const ALL_CASES: readonly ConformanceCase[] = [
  ...KNOWN_CASES,
  ...OPENING_ACCEPTED,
  ...OPENING_CHOICES,
  ...OPENING_REFUSED,
  ...OPENING_HTTP,
  ...OPENING_HTTP_STRETCHED,
  ...OPENING_LISTS,
  ...OPENING_REQUESTS,
  ...OPENING_CLIENTS,
  ...OPENING_RESPONSES,
  ...FRAMING,
  ...FRAMING_EDGES,
  ...FRAMING_RESERVED,
  ...STREAM_CUTS,
  ...LIMITS,
  ...DEFLATE_OFFERS,
  ...DEFLATE_ANSWERS,
  ...DEFLATE_FORMS,
  ...DEFLATE_CONTEXT,
  ...DEFLATE_BROKEN,
].sort(compareNumbers);
