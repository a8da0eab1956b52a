import type { Span } from '../../src/inspect/index.ts';
import { type Content, element, type Markup } from '../../src/report/index.ts';
import type { Group, Piece, TurnAnatomy } from './anatomy.ts';
import { toAscii, toHex } from './bytes.ts';
import { bitsView, bytesView, isPayload, lineBytes } from './bytes-view.ts';
import { deflateView, explain, type FieldNotes, maskView } from './explain-view.ts';
import type { Facts } from './facts.ts';
import { isBad, kindOfGroup } from './kinds.ts';

const MOST_HEX = 8;
const LONGEST_GIST = 24;
const OPAQUE: ReadonlySet<string> = new Set([
  'masking key',
  'binary data',
  'compressed data',
  'application data',
  'payload',
]);

/** One turn as a figure: who says it, the bits, the bytes, and behind each of them what it means. */
export function turnView(turn: TurnAnatomy, facts: Facts, notes: FieldNotes): Markup {
  const [from, to] = turn.from === 'client' ? ['Client', 'Server'] : ['Server', 'Client'];
  const [only] = turn.pieces;
  const what = turn.pieces.length === 1 ? only?.part.title : `${turn.pieces.length} frames`;
  const caption = element(
    'figcaption',
    {},
    element('span', { class: 'who' }, from, element('span', { 'aria-label': 'to' }, ' → '), to),
    ' ',
    element('span', { class: 'what' }, what),
    ' ',
    element('span', { class: 'size' }, `${turn.bytes.length.toLocaleString('en')} bytes`),
  );
  const pieces = turn.pieces.map((piece, i) => pieceView(piece, `${turn.id}-${i}`, turn.pieces.length, facts, notes));
  return element('figure', { class: 'record' }, caption, pieces);
}

function pieceView(piece: Piece, id: string, siblings: number, facts: Facts, notes: FieldNotes): Markup {
  const idOf = (group: Group): string => `${id}-${piece.groups.indexOf(group)}`;
  const { kind, title, note } = piece.part;
  const isFrame = kind === 'frame';
  const heading = siblings > 1 ? element('p', { class: 'title' }, title) : undefined;
  return element(
    'div',
    { class: 'piece' },
    heading,
    isFrame ? [bitsView(piece), bytesView(piece, idOf)] : undefined,
    note === '' ? undefined : element('p', { class: 'note' }, note),
    piece.groups.map((group) =>
      element(
        'details',
        { class: `k-${kindOfGroup(group)}${isBad(group) ? ' bad' : ''}` },
        element('summary', {}, isFrame ? frameSummary(group) : headSummary(group)),
        element('div', { class: 'why', id: idOf(group) }, [
          isFrame ? undefined : lineBytes(group),
          explain(group, piece, notes),
          isFrame ? workings(piece, group, facts) : undefined,
        ]),
      ),
    ),
  );
}

function frameSummary({ bytes, spans }: Group): Content {
  const hex = toHex(bytes.subarray(0, MOST_HEX), ' ');
  return [element('code', { class: 'b' }, bytes.length > MOST_HEX ? `${hex} …` : hex), ' ', gist(spans)];
}

/** The fields in short, each with its value where that says more than its bytes do. */
function gist(spans: readonly Span[]): Content {
  const told = spans.filter(({ field, value }) => !field.startsWith('RSV') || value === '1');
  return element(
    'span',
    {},
    told.flatMap(({ field, value }, i) => [
      i === 0 ? '' : ' · ',
      field,
      OPAQUE.has(field) || value.length > LONGEST_GIST ? undefined : [' ', element('b', {}, value)],
    ]),
  );
}

function headSummary({ bytes, spans }: Group): Content {
  const line = toAscii(bytes).replace(/\r\n$/, '');
  return line === ''
    ? element('span', { class: 'blank' }, spans[0]?.note ?? '')
    : element('code', { class: 'line' }, line);
}

/** The computations on a payload: unmasking, and inflating. */
function workings(piece: Piece, group: Group, facts: Facts): Content {
  if (!isPayload(group)) return undefined;
  const key = piece.groups.find((candidate) => kindOfGroup(candidate) === 'key')?.bytes;
  const trace = facts.trace(piece);
  return [
    key === undefined ? undefined : maskView(piece, group, key),
    trace === undefined ? undefined : deflateView(trace),
  ];
}
