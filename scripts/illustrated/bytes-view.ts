import type { Span } from '../../src/inspect/index.ts';
import { element, type Markup } from '../../src/report/index.ts';
import type { Group, Piece } from './anatomy.ts';
import { toHex } from './bytes.ts';
import { isBad, kindOf, kindOfGroup } from './kinds.ts';

const ROW = 16;
/** Of a row: a screen too narrow for all of it breaks it here. */
const HALF = ROW / 2;

/** All bytes of a frame, each a link to what explains it; rows that only repeat the row before are counted instead. */
export function bytesView({ groups }: Piece, idOf: (group: Group) => string): Markup {
  const header = groups.filter((group) => !isPayload(group));
  const payload = groups.filter(isPayload);
  const rows = [header.map((group) => bytesLink(group, group.bytes, idOf(group)))];
  const length = payload.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (payload.length === 1 && length > ROW) rows.push(...longPayload(payload[0]!, idOf(payload[0]!)));
  else rows.push(payload.map((group) => bytesLink(group, group.bytes, idOf(group))));
  return element(
    'div',
    { class: 'bytes' },
    rows.filter((row) => row.length > 0).map((row) => element('p', {}, joined(row))),
  );
}

/** Whether these bytes are payload; everything before it is header. */
export function isPayload(group: Group): boolean {
  const kind = kindOfGroup(group);
  return kind === 'data' || kind === 'code';
}

function longPayload(group: Group, id: string): Markup[][] {
  const rows: Markup[][] = [];
  let repeats = 0;
  const flush = (): void => {
    if (repeats > 0) rows.push([element('span', { class: 'same' }, `⋮ the same row ${times(repeats)} more`)]);
    repeats = 0;
  };
  for (let at = 0; at < group.bytes.length; at += ROW) {
    const row = group.bytes.subarray(at, at + ROW);
    if (at > 0 && isSame(row, group.bytes.subarray(at - ROW, at))) {
      repeats++;
      continue;
    }
    flush();
    rows.push([bytesLink(group, row, id)]);
  }
  flush();
  return rows;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count.toLocaleString('en')} times`;
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}

function bytesLink(group: Group, bytes: Uint8Array, id: string): Markup {
  const kind = `b k-${kindOfGroup(group)}${isBad(group) ? ' bad' : ''}`;
  return element('a', { class: kind, href: `#${id}` }, bytes.length > HALF ? halves(bytes) : toHex(bytes, ' '));
}

function halves(bytes: Uint8Array): (Markup | string)[] {
  const parts: Markup[] = [];
  for (let at = 0; at < bytes.length; at += HALF)
    parts.push(element('span', {}, toHex(bytes.subarray(at, at + HALF), ' ')));
  return joined(parts);
}

function joined(row: readonly Markup[]): (Markup | string)[] {
  return row.flatMap((link, i) => (i === 0 ? [link] : [' ', link]));
}

/** The bytes of a line of a head, in the colours of its fields. */
export function lineBytes({ bytes, spans }: Group): Markup {
  const start = spans[0]?.offset ?? 0;
  const pieces = spans.map((span) => {
    const from = (span.offset - start) / 8;
    return element('span', { class: `b k-${kindOf(span)}` }, toHex(bytes.subarray(from, from + span.bits / 8), ' '));
  });
  return element('p', { class: 'bytes' }, joined(pieces));
}

const SHORT: ReadonlyMap<string, string> = new Map([['payload length', 'length']]);

/** The first two bytes of a frame, bit by bit. */
export function bitsView({ bytes, part }: Piece): Markup {
  const { spans } = part;
  const first = spans.filter(({ offset, bits }) => offset + bits <= part.offset * 8 + 16);
  const boxes = first.reduce<Box[]>((found, span) => {
    const box = boxOf(span, bytes, part.offset * 8);
    const last = found.at(-1);
    if (last?.name !== 'RSV' || box.name !== 'RSV') return found.concat(box);
    return [
      ...found.slice(0, -1),
      { ...last, bits: last.bits + box.bits, says: last.says + box.says, bad: last.bad || box.bad },
    ];
  }, []);
  const told = boxes.map(({ name, bits, says }) => `${name} ${bits}${says === '' ? '' : `, ${says}`}`).join('; ');
  return element(
    'div',
    { class: 'bits', role: 'img', 'aria-label': `The bits of the header: ${told}` },
    boxes.map(({ name, bits, says, kind, bad }) =>
      element(
        'span',
        { class: `k-${kind}${bad ? ' bad' : ''}` },
        element('i', {}, name),
        element('b', {}, bits),
        element('i', {}, says === '' ? '\u00a0' : says),
      ),
    ),
  );
}

interface Box {
  readonly name: string;
  readonly bits: string;
  readonly says: string;
  readonly kind: string;
  readonly bad: boolean;
}

function boxOf(span: Span, bytes: Uint8Array, start: number): Box {
  const { field, value, violation } = span;
  const isRsv = field.startsWith('RSV');
  const says =
    field === 'opcode'
      ? value.replace(/^\d+ /, '')
      : field === 'payload length'
        ? value
        : isRsv && value === '1'
          ? field
          : '';
  return {
    name: isRsv ? 'RSV' : (SHORT.get(field) ?? field),
    bits: bitsOf(bytes, span.offset - start, span.bits),
    says,
    kind: kindOf(span),
    bad: violation !== undefined,
  };
}

/** Some bits as digits. */
export function bitsOf(bytes: Uint8Array, offset: number, count: number): string {
  let digits = '';
  for (let at = offset; at < offset + count; at++) digits += ((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1;
  return digits;
}
