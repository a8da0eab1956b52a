import type { Target } from '../target.ts';
import { closePayload } from './close-payload.ts';
import { connectionTarget } from './connection.ts';
import { frameDecoder } from './frame-decoder.ts';
import { grammar } from './grammar.ts';
import { requestHeadTarget, responseHeadTarget } from './head.ts';
import { inflate } from './inflate.ts';
import { utf8Target } from './utf8.ts';

/** Every target, by the share of the inputs that it gets. */
export const TARGETS: readonly Target[] = [
  connectionTarget('server'),
  connectionTarget('client'),
  frameDecoder,
  requestHeadTarget,
  responseHeadTarget,
  grammar,
  closePayload,
  utf8Target,
  inflate,
];
