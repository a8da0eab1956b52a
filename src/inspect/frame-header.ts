import {
  checkHeader,
  decodeHeader,
  type FrameHeader,
  type HeaderRules,
  isControlOpcode,
  Opcode,
} from '../codec/index.ts';
import { previewHex } from './preview.ts';
import { type SpanViolation, type SpanWriter, toSpanViolation } from './span.ts';

const SECTION = 'RFC 6455 §5.2';
const HEADER_BYTES = 14;

/** A header, and how much of it there is. */
export interface FoundHeader {
  /** Its length is -1 while bytes of it are missing. */
  readonly header: FrameHeader;
  /** How many bytes of the header there are: at most its size. */
  readonly available: number;
}

/** The header that starts at this offset, or as much of it as there is; undefined where there is not a single byte. */
export function findHeader(bytes: Uint8Array, offset: number): FoundHeader | undefined {
  if (offset >= bytes.length) return undefined;
  const padded = new Uint8Array(HEADER_BYTES);
  padded.set(bytes.subarray(offset, offset + HEADER_BYTES));
  const header = decodeHeader(padded)!;
  const available = Math.min(bytes.length - offset, header.size);
  const keyBytes = header.masked ? 4 : 0;
  return { header: available < header.size - keyBytes ? { ...header, length: -1 } : header, available };
}

const OPCODES: ReadonlyMap<number, readonly [name: string, section: string, note: string]> = new Map([
  [Opcode.CONTINUATION, ['continuation', 'RFC 6455 §5.4', 'more of the message under way']],
  [Opcode.TEXT, ['text', 'RFC 6455 §5.6', 'a message of UTF-8 text']],
  [Opcode.BINARY, ['binary', 'RFC 6455 §5.6', 'a message of bytes']],
  [Opcode.CLOSE, ['close', 'RFC 6455 §5.5.1', 'the sender sends nothing more']],
  [Opcode.PING, ['ping', 'RFC 6455 §5.5.2', 'to be answered by a pong with the same payload']],
  [Opcode.PONG, ['pong', 'RFC 6455 §5.5.3', 'the answer to a ping, or a sign of life']],
]);

/** The name of an opcode: `text`, or `reserved data (3)`. */
export function opcodeName(opcode: number): string {
  return OPCODES.get(opcode)?.[0] ?? `reserved ${isControlOpcode(opcode) ? 'control' : 'data'} (${opcode})`;
}

/** Which field a broken rule is about. `reserved-bit` is about one of three. */
const FIELD_OF_RULE: ReadonlyMap<string, string> = new Map([
  ['reserved-opcode', 'opcode'],
  ['mask-missing', 'MASK'],
  ['mask-unexpected', 'MASK'],
  ['control-fragmented', 'FIN'],
  ['control-too-long', 'payload length'],
  ['continuation-unexpected', 'opcode'],
  ['message-interleaved', 'opcode'],
  ['length-not-minimal', 'extended payload length'],
  ['length-top-bit', 'extended payload length'],
]);

/** The rule that a header breaks, if it breaks one, and the field that is to blame. */
export function judgeHeader(header: FrameHeader, rules: HeaderRules): BrokenHeader | undefined {
  const violation = checkHeader(header, rules);
  if (violation === undefined) return undefined;
  const field = FIELD_OF_RULE.get(violation.code) ?? firstBadBit(header, rules);
  return { violation: toSpanViolation(violation), field };
}

/** The first reserved bit that would not be permitted on its own. */
function firstBadBit(header: FrameHeader, rules: HeaderRules): string {
  const isGood = (value: number): boolean => {
    const rsv = header.rsv & value;
    return rsv === 0 || checkHeader({ ...header, rsv }, rules)?.code !== 'reserved-bit';
  };
  return isGood(4) ? (isGood(2) ? 'RSV3' : 'RSV2') : 'RSV1';
}

/** A rule that a header breaks, and the field that shows it. */
export interface BrokenHeader {
  readonly violation: SpanViolation;
  readonly field: string;
}

/** Writes the spans of a header, as far as there are bytes. The violation goes to the field that it is about. */
export function writeHeaderSpans(
  spans: SpanWriter,
  bytes: Uint8Array,
  offset: number,
  { header, available }: FoundHeader,
  broken: BrokenHeader | undefined,
): void {
  const at = (field: string): SpanViolation | undefined => (broken?.field === field ? broken.violation : undefined);
  writeFirstByte(spans, header, at);
  if (available < 2) return;
  spans.add(1, {
    field: 'MASK',
    value: header.masked ? '1' : '0',
    section: 'RFC 6455 §5.1',
    note: header.masked ? 'masked, as every frame from a client' : 'not masked, as every frame from a server',
    violation: at('MASK'),
  });
  spans.add(7, { ...describeShortLength(header, bytes[offset + 1]! & 0x7f), violation: at('payload length') });
  const lengthEnd = header.lengthBits === 7 ? 2 : 2 + header.lengthBits / 8;
  const lengthBytes = Math.min(available, lengthEnd) - 2;
  spans.add(lengthBytes * 8, {
    field: 'extended payload length',
    value: describeLength(header.length, bytes.subarray(offset + 2, offset + 2 + lengthBytes)),
    section: SECTION,
    note: `payload length in ${header.lengthBits} bits, network byte order`,
    violation: at('extended payload length'),
  });
  const keyBytes = Math.max(0, available - lengthEnd);
  spans.add(keyBytes * 8, {
    field: 'masking key',
    value: previewHex(bytes.subarray(offset + lengthEnd, offset + lengthEnd + keyBytes)),
    section: 'RFC 6455 §5.3',
    note: 'payload byte i XOR key byte i modulo 4',
  });
}

function writeFirstByte(
  spans: SpanWriter,
  { fin, rsv, opcode }: FrameHeader,
  at: (field: string) => SpanViolation | undefined,
): void {
  spans.add(1, {
    field: 'FIN',
    value: fin ? '1' : '0',
    section: fin ? SECTION : 'RFC 6455 §5.4',
    note: fin ? (isControlOpcode(opcode) ? '' : 'the last frame of its message') : 'more frames of this message follow',
    violation: at('FIN'),
  });
  for (const bit of [1, 2, 3]) {
    const set = ((rsv >> (3 - bit)) & 1) === 1;
    spans.add(1, {
      field: `RSV${bit}`,
      value: set ? '1' : '0',
      section: set && bit === 1 ? 'RFC 7692 §6' : SECTION,
      note: set ? (bit === 1 ? 'compressed, where permessage-deflate was agreed' : 'for extensions') : '',
      violation: at(`RSV${bit}`),
    });
  }
  const [, section, note] = OPCODES.get(opcode) ?? ['', SECTION, 'for extensions'];
  spans.add(4, { field: 'opcode', value: `${opcode} ${opcodeName(opcode)}`, section, note, violation: at('opcode') });
}

function describeShortLength(
  { lengthBits }: FrameHeader,
  value: number,
): { field: string; value: string; section: string; note: string } {
  const note =
    lengthBits === 7
      ? value === 0
        ? 'no payload'
        : `payload of ${value} byte${value === 1 ? '' : 's'}`
      : `the length stands in the next ${lengthBits / 8} bytes`;
  return { field: 'payload length', value: String(value), section: SECTION, note };
}

function describeLength(length: number, digits: Uint8Array): string {
  return length >= 0 && length <= Number.MAX_SAFE_INTEGER
    ? String(length)
    : `0x${previewHex(digits).replaceAll(' ', '')}`;
}
