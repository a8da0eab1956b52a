import type { Span } from '../../src/inspect/index.ts';
import { type Content, element, type Markup } from '../../src/report/index.ts';
import type { Group, Piece } from './anatomy.ts';
import { toHex } from './bytes.ts';
import { bitsOf } from './bytes-view.ts';
import type { DeflateTrace } from './deflate-trace.ts';
import { kindOf } from './kinds.ts';
import { type ProseSection, renderProse, sectionLink, sourceLink } from './prose.ts';

const LONGEST_VALUE = 56;
const MOST_COLUMNS = 16;

/** What is known of fields: their section of the prose, by name in lower case for those of a head. */
export type FieldNotes = ReadonlyMap<string, ProseSection>;

/** Each span of some bytes: its bits, what they say, why, the section and the lines of source. */
export function explain(group: Group, piece: Piece, notes: FieldNotes): Markup[] {
  const header = group.spans.find(({ field }) => field === 'field name')?.value.toLowerCase();
  return group.spans.map((span) => {
    const name = span.field === 'field name' || span.field === 'field value' ? (header ?? span.field) : span.field;
    const note = notes.get(name);
    if (note === undefined) throw new Error(`nothing explains the field ${name}`);
    return explainSpan(span, piece, note);
  });
}

function explainSpan(span: Span, piece: Piece, note: ProseSection): Markup {
  const { field, value, section, violation } = span;
  const isBits = span.bits < 8;
  const bits = bitsOf(piece.bytes, span.offset - piece.part.offset * 8, isBits ? span.bits : 0);
  // The prose belongs to the field; of the two halves of a header field the name tells it.
  const words = field === 'field value' ? [] : note.paragraphs;
  const said = violation === undefined ? span.note : '';
  return element(
    'div',
    { class: classOf(span) },
    element(
      'p',
      { class: 'says' },
      element('b', {}, field),
      ' ',
      isBits ? [bitsView(bits), ' '] : undefined,
      value === bits ? undefined : shown(value),
    ),
    violation === undefined
      ? undefined
      : element(
          'p',
          {},
          element('strong', {}, 'Refused: '),
          violation.message,
          ' (',
          sectionLink(violation.section),
          ')',
        ),
    said === '' ? undefined : element('p', {}, capital(said), '.'),
    words.map((paragraph) => element('p', {}, renderProse(paragraph, noSlots))),
    element('p', { class: 'refs' }, references(section, note.sources)),
  );
}

function bitsView(bits: string): Markup {
  return element('code', { title: 'bits' }, bits);
}

/** What needs few words takes little room. */
function classOf(span: Span): string {
  if (span.violation !== undefined) return 'field bad';
  const isReserved = /^RSV[23]$/.test(span.field) && span.value === '0';
  return isReserved || (kindOf(span) === 'glue' && span.field !== 'end of the head') ? 'field brief' : 'field';
}

function shown(value: string): Content {
  const text = value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}…` : value;
  return element('span', { class: 'value' }, text === '␠' ? 'a space' : text);
}

function references(section: string, sources: ProseSection['sources']): Content {
  return [sectionLink(section), sources.map(([role, line]) => [' · ', role, ' ', sourceLink(line)])];
}

function noSlots(name: string): string {
  throw new Error(`the prose of fields asks for {${name}}, and has no slots`);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** How a masked payload is unmasked, byte under byte; for long ones the beginning. */
export function maskView(piece: Piece, group: Group, key: Uint8Array): Markup {
  const start = (group.spans[0]?.offset ?? 0) / 8 - piece.part.offset;
  const payloadStart = piece.bytes.length - (piece.part.payload?.length ?? 0);
  const phase = start - payloadStart;
  const wire = group.bytes.subarray(0, MOST_COLUMNS);
  const keys = wire.map((_byte, i) => key[(phase + i) & 3] ?? 0);
  const plain = wire.map((byte, i) => byte ^ (keys[i] ?? 0));
  const more = group.bytes.length > wire.length ? ['…'] : [];
  const row = (name: string, cells: readonly string[]): Markup =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, name),
      [...cells, ...more].map((cell) => element('td', {}, cell)),
    );
  const hex = (bytes: Uint8Array): string[] => Array.from(bytes, (byte) => toHex(Uint8Array.of(byte)));
  const isText = plain.every((byte) => byte >= 0x20 && byte < 0x7f);
  const letters = Array.from(plain, (byte) => (byte === 0x20 ? '\u00a0' : String.fromCharCode(byte)));
  return scrolling(
    'Unmasking, byte by byte',
    element(
      'table',
      { class: 'mask' },
      row('on the wire', hex(wire)),
      row('exclusive or key', hex(keys)),
      row('gives', hex(plain)),
      isText ? row('which is', letters) : undefined,
    ),
  );
}

/** The bits of a compressed message, symbol by symbol. */
export function deflateView({ items }: DeflateTrace): Markup {
  const rows = items.map(({ bits, kind, meaning }) =>
    element(
      'tr',
      { class: kind },
      element('td', {}, element('code', {}, bits)),
      element('td', {}, kind === 'literal' ? ['the character ', element('code', {}, meaning)] : meaning),
    ),
  );
  const head = element(
    'tr',
    {},
    element('th', { scope: 'col' }, 'bits, as they are read'),
    element('th', { scope: 'col' }, 'what they say'),
  );
  return scrolling(
    'The compressed data, bit by bit',
    element('table', { class: 'deflate' }, element('thead', {}, head), element('tbody', {}, rows)),
  );
}

function scrolling(label: string, table: Markup): Markup {
  return element('div', { class: 'scroll', role: 'region', 'aria-label': label, tabindex: 0 }, table);
}
