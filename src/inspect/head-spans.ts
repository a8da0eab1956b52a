import { acceptKey, decodeBase64 } from '../handshake/index.ts';
import { type CutHead, nameIn } from './head-culprit.ts';
import { FIELD_NOTES, partName } from './head-fields.ts';
import type { HeadPiece } from './head-pieces.ts';
import { previewAscii } from './preview.ts';
import type { SpanText, SpanViolation } from './span.ts';

const LINE_SECTIONS: ReadonlyMap<string, readonly [section: string, note: string]> = new Map([
  ['method', ['RFC 9112 §3.1', 'a WebSocket opens with GET']],
  ['request target', ['RFC 9112 §3.2', 'the resource, RFC 6455 §3']],
  ['HTTP version', ['RFC 9112 §2.3', '1.1 or higher, RFC 6455 §4.1']],
  ['status code', ['RFC 9110 §15', '101 opens the WebSocket']],
  ['reason phrase', ['RFC 9112 §4', 'for people']],
]);

/** What one piece of a head is. */
export function describePiece(head: CutHead, piece: HeadPiece): SpanText {
  const value = previewAscii(head.bytes.subarray(piece.start, piece.end));
  switch (piece.kind) {
    case 'line': {
      const field = partName(head.kind, piece.index);
      const [section, note] = LINE_SECTIONS.get(field) ?? ['RFC 9112 §2.1', ''];
      return { field, value, section, note };
    }
    case 'name': {
      const [section, note] = FIELD_NOTES.get(nameIn(head.bytes, piece)) ?? ['RFC 9110 §5.1', ''];
      return { field: 'field name', value, section, note };
    }
    case 'value':
      return describeValue(head, piece, value);
    case 'colon':
      return { field: 'colon', value, section: 'RFC 9112 §5' };
    case 'space':
      return { field: 'white space', value: value.replaceAll(' ', '␠'), section: 'RFC 9110 §5.6.3' };
    case 'line end':
      return { field: 'line end', value, section: 'RFC 9112 §2.1' };
    case 'head end':
      return { field: 'end of the head', value, section: 'RFC 9112 §2.1', note: 'a blank line' };
    case 'cut':
      return { field: 'line end', value, section: 'RFC 9112 §2.2', note: 'a line feed must follow' };
  }
}

/** The byte at which reading a head failed. */
export function describeBadByte(byte: number, violation: SpanViolation): SpanText {
  const value = previewAscii(Uint8Array.of(byte));
  return {
    field: 'refused byte',
    value,
    section: violation.section,
    note: `0x${byte.toString(16).padStart(2, '0')}`,
    violation,
  };
}

function describeValue(head: CutHead, piece: HeadPiece, value: string): SpanText {
  const name = head.pieces.find(({ kind, index }) => kind === 'name' && index === piece.index);
  const field = name === undefined ? '' : nameIn(head.bytes, name);
  const isKey = field === 'sec-websocket-key' && decodeBase64(value)?.length === 16;
  const note = isKey ? `to be answered with Sec-WebSocket-Accept: ${acceptKey(value)}` : '';
  return { field: 'field value', value, section: 'RFC 9110 §5.5', note };
}
