import {
  CloseCode,
  decodeClosePayload,
  isControlOpcode,
  Opcode,
  ProtocolViolation,
  type Utf8Validator,
} from '../codec/index.ts';
import { MESSAGE_RULES } from '../protocol/index.ts';
import type { BrokenHeader } from './frame-header.ts';
import { count } from './part.ts';
import { previewHex, previewText } from './preview.ts';
import { type SpanViolation, type SpanWriter, toSpanViolation } from './span.ts';

/** What there is to know about a payload before looking at it. */
export interface PayloadFacts {
  /** Of the frame. */
  readonly opcode: number;
  /** Of the frame that began the message; for control frames their own. */
  readonly messageOpcode: number;
  readonly compressed: boolean;
  /** The last frame of its message. */
  readonly fin: boolean;
  /** Nothing of it is missing. */
  readonly whole: boolean;
  /** Masked on the wire. */
  readonly masked: boolean;
  /** Checks the text of the message under way; carries over from frame to frame. */
  readonly utf8: Utf8Validator;
}

const TEXT_NOT_UTF8: SpanViolation = toSpanViolation({ code: 'text-not-utf8', ...MESSAGE_RULES['text-not-utf8'] });

/** Writes the spans of an unmasked payload. A violation that only the header can show is given back. */
export function writePayloadSpans(spans: SpanWriter, payload: Uint8Array, facts: PayloadFacts): void {
  if (facts.opcode === Opcode.CLOSE) writeClose(spans, payload, facts);
  else if (facts.messageOpcode === Opcode.TEXT && !facts.compressed) writeText(spans, payload, facts);
  else {
    const isMessage = !isControlOpcode(facts.opcode);
    spans.add(payload.length * 8, {
      field: facts.compressed ? 'compressed data' : isMessage ? 'binary data' : 'application data',
      value: isMessage ? previewHex(payload, 64) : `${previewHex(payload, 64)} ${previewText(payload, 64)}`,
      section: facts.compressed ? 'RFC 7692 §7.2' : isMessage ? 'RFC 6455 §5.6' : 'RFC 6455 §5.5',
    });
  }
}

/** Whether the text of a finished message ended in the middle of a character, where its last frame has no byte to show it. */
export function endsInsideCharacter(payload: Uint8Array, facts: PayloadFacts): BrokenHeader | undefined {
  const ends = facts.messageOpcode === Opcode.TEXT && !facts.compressed && facts.fin && facts.whole;
  return ends && payload.length === 0 && !facts.utf8.complete ? { violation: TEXT_NOT_UTF8, field: 'FIN' } : undefined;
}

/** Writes the payload of a frame whose header breaks a rule: no receiver looks at it. */
export function writeRefusedPayload(spans: SpanWriter, payload: Uint8Array): void {
  spans.add(payload.length * 8, {
    field: 'payload',
    value: `${previewHex(payload, 32)} ${previewText(payload, 32)}`,
    section: 'RFC 6455 §7.1.7',
    note: 'of a frame that is refused on its header',
  });
}

function writeText(spans: SpanWriter, payload: Uint8Array, { utf8, fin, whole, masked }: PayloadFacts): void {
  let bad = 0;
  while (bad < payload.length && utf8.push(payload, bad, bad + 1)) bad++;
  if (payload.length === 0) return;
  const unfinished = bad === payload.length && fin && whole && !utf8.complete;
  const good = unfinished ? payload.length - 1 : bad;
  spans.add(good * 8, {
    field: 'text',
    value: previewText(payload.subarray(0, good)),
    section: 'RFC 6455 §5.6',
    note: unmasked(payload.subarray(0, good), masked),
  });
  if (good === payload.length) return;
  spans.add(8, {
    field: 'text',
    value: previewHex(payload.subarray(good, good + 1)),
    section: 'RFC 6455 §8.1',
    note: unfinished ? 'the message ends inside a character' : 'no UTF-8 text goes on like this',
    violation: TEXT_NOT_UTF8,
  });
  const rest = payload.length - good - 1;
  spans.add(rest * 8, {
    field: 'not looked at',
    value: count(rest, 'byte'),
    section: 'RFC 6455 §7.1.7',
    note: 'text behind a byte that is no UTF-8',
  });
}

const CODE_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(CloseCode).map(([name, code]) => [code, name.toLowerCase().replaceAll('_', ' ')]),
);

function writeClose(spans: SpanWriter, payload: Uint8Array, { whole, masked }: PayloadFacts): void {
  const violation = whole ? closeViolation(payload) : undefined;
  const isAboutReason = violation?.code === 'close-reason-not-utf8';
  const codeBytes = Math.min(2, payload.length);
  const code = codeBytes === 2 ? (payload[0]! << 8) | payload[1]! : undefined;
  spans.add(codeBytes * 8, {
    field: 'close code',
    value: code === undefined ? previewHex(payload) : `${code}${nameOfCode(code)}`,
    section: 'RFC 6455 §7.4',
    note: unmasked(payload.subarray(0, codeBytes), masked),
    violation: isAboutReason ? undefined : violation,
  });
  spans.add((payload.length - codeBytes) * 8, {
    field: 'close reason',
    value: previewText(payload.subarray(codeBytes)),
    section: 'RFC 6455 §5.5.1',
    note: unmasked(payload.subarray(codeBytes), masked),
    violation: isAboutReason ? violation : undefined,
  });
}

function closeViolation(payload: Uint8Array): SpanViolation | undefined {
  try {
    decodeClosePayload(payload);
    return undefined;
  } catch (error) {
    if (!(error instanceof ProtocolViolation)) throw error;
    return toSpanViolation(error);
  }
}

function nameOfCode(code: number): string {
  const name = CODE_NAMES.get(code);
  return name === undefined ? '' : ` ${name}`;
}

/** What a masked payload says, byte for byte; of an unmasked one the bytes themselves do. */
function unmasked(payload: Uint8Array, masked: boolean): string {
  return masked ? `unmasked: ${previewHex(payload, 16)}` : '';
}
