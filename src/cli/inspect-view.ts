import { type InspectedPart, previewHex, type Span, type SpanViolation } from '../inspect/index.ts';
import { type Canvas, columnsOf, pad, type Style, wrap } from '../report/index.ts';

/** Where the bytes stand: behind an offset of six digits. */
const GUTTER = 8;
// 8 bytes a row, and at most 4 rows of one field.
const HEX_BYTES = 8;
const HEX_ROWS = 4;
const HEX_COLUMNS = HEX_BYTES * 3 + 2;

/** The lines that show one part: a title, then its bytes with what they mean. */
export function showPart(part: InspectedPart, bytes: Uint8Array, number: number, canvas: Canvas): string[] {
  const lines = titleOf(part, number, canvas);
  if (part.kind === 'frame') lines.push(...showFrame(part, bytes, canvas));
  else if (part.kind !== 'unread') lines.push(...showHead(part, canvas));
  if (part.note !== '') lines.push(...indented(part.note, 'cyan', canvas, '→ '));
  if (part.missing !== undefined) lines.push(...indented(part.missing.note, 'yellow', canvas, '… '));
  return [...lines, ''];
}

function titleOf({ kind, title, offset, bytes }: InspectedPart, number: number, { paint, width }: Canvas): string[] {
  const left = kind === 'frame' ? `frame ${number}  ${title}` : title;
  const right = bytes === 1 ? `byte ${offset}` : `bytes ${offset} to ${offset + bytes - 1}`;
  const style = kind === 'unread' ? 'dim' : 'bold';
  const gap = width - columnsOf(left) - right.length;
  if (gap >= 2) return [`${paint(left, style)}${' '.repeat(gap)}${paint(right, 'dim')}`];
  return [...wrap(left, width).map((line) => paint(line, style)), paint(right, 'dim')];
}

function showFrame({ spans }: InspectedPart, bytes: Uint8Array, canvas: Canvas): string[] {
  const fixed = spans.filter(({ offset, bits }) => offset % 8 !== 0 || bits < 8);
  const start = (spans[0]?.offset ?? 0) / 8;
  const size = fixed.reduce((sum, { bits }) => sum + bits, 0) / 8;
  const hex = previewHex(bytes.subarray(start, start + size));
  const lines = [withSection(gutter(start, canvas) + hex, 'RFC 6455 §5.2', canvas), ...diagram(fixed, canvas)];
  const notes = fixed.filter(({ note, field }) => note !== '' && field !== 'payload length').map(({ note }) => note);
  lines.push(...indented([...new Set(notes)].join('; '), 'dim', canvas));
  for (const { violation } of fixed) if (violation !== undefined) lines.push(...showViolation(violation, canvas));
  for (const span of spans) if (!fixed.includes(span)) lines.push(...showSpan(span, bytes, canvas));
  return lines;
}

/** The bits of the first two bytes in boxes; in one line where there is no room for boxes. */
function diagram(spans: readonly Span[], canvas: Canvas): string[] {
  const cells = boxes(spans);
  const widths = cells.map(({ name, text }) => Math.max(name.length, text.length) + 2);
  const indent = ' '.repeat(GUTTER);
  if (GUTTER + widths.reduce((sum, width) => sum + width + 1, 1) > canvas.width)
    return indented(cells.map(({ name, text }) => `${name} ${text}`).join(' · '), 'plain', canvas);
  const rule = (left: string, middle: string, right: string): string =>
    indent + canvas.paint(left + widths.map((width) => '─'.repeat(width)).join(middle) + right, 'dim');
  const row = (texts: readonly string[], style: Style): string => {
    const bar = canvas.paint('│', 'dim');
    const painted = texts.map((text, i) =>
      canvas.paint(pad(` ${text}`, widths[i] ?? 0), cells[i]?.bad ? 'red' : style),
    );
    return indent + bar + painted.join(bar) + bar;
  };
  return [
    rule('┌', '┬', '┐'),
    row(
      cells.map(({ name }) => name),
      'plain',
    ),
    row(
      cells.map(({ text }) => text),
      'green',
    ),
    rule('└', '┴', '┘'),
  ];
}

interface Box {
  readonly name: string;
  readonly text: string;
  readonly bad: boolean;
}

function boxes(spans: readonly Span[]): Box[] {
  const found: Box[] = [];
  for (const { field, value, bits, violation } of spans) {
    const bad = violation !== undefined;
    const last = found.at(-1);
    if (field.startsWith('RSV') && last?.name === 'RSV')
      found[found.length - 1] = { name: 'RSV', text: last.text + value, bad: bad || last.bad };
    else if (field.startsWith('RSV')) found.push({ name: 'RSV', text: value, bad });
    else if (bits === 1) found.push({ name: field, text: value, bad });
    else {
      const [number = '', ...words] = value.split(' ');
      const binary = Number(number).toString(2).padStart(bits, '0');
      const meaning = field === 'opcode' ? words.join(' ') : `= ${number}`;
      found.push({ name: field, text: `${binary} ${meaning}`, bad });
    }
  }
  return found;
}

/** A field of whole bytes: where it stands, its bytes, and what they say. */
function showSpan(span: Span, bytes: Uint8Array, canvas: Canvas): string[] {
  const start = span.offset / 8;
  const wire = bytes.subarray(start, start + span.bits / 8);
  const hex = hexRows(wire);
  // What stands in the column of bytes already is not said again.
  const value = span.value === previewHex(wire, 64) ? '' : ` ${span.value}`;
  const room = canvas.width - GUTTER - HEX_COLUMNS;
  const isNarrow = room < 24;
  const text = wrap(`${span.field}${value}`, isNarrow ? canvas.width - GUTTER : room).map((line, i) =>
    canvas.paint(line, span.violation === undefined ? (i === 0 ? 'plain' : 'green') : 'red'),
  );
  if (span.violation === undefined) text[0] = paintField(text[0] ?? '', span.field, canvas);
  const notes = span.note === '' ? [] : wrap(span.note, isNarrow ? canvas.width - GUTTER : room);
  text.push(...notes.map((note) => canvas.paint(note, 'dim')));
  const lines = isNarrow ? [...hex, ...text] : beside(hex, text);
  const shown = lines.map((line, i) => (i === 0 ? gutter(start, canvas) : ' '.repeat(GUTTER)) + line);
  const section = span.violation === undefined ? span.section : '';
  shown[0] = withSection(shown[0] ?? '', section, canvas);
  return span.violation === undefined ? shown : [...shown, ...showViolation(span.violation, canvas)];
}

function paintField(line: string, field: string, { paint }: Canvas): string {
  return field + paint(line.slice(field.length), 'green');
}

function beside(hex: readonly string[], text: readonly string[]): string[] {
  const rows = Math.max(hex.length, text.length);
  return Array.from({ length: rows }, (_, i) => `${pad(hex[i] ?? '', HEX_COLUMNS)}${text[i] ?? ''}`.trimEnd());
}

function hexRows(bytes: Uint8Array): string[] {
  const rows: string[] = [];
  for (let at = 0; at < bytes.length && rows.length < HEX_ROWS; at += HEX_BYTES)
    rows.push(previewHex(bytes.subarray(at, at + HEX_BYTES)));
  const hidden = bytes.length - HEX_ROWS * HEX_BYTES;
  if (hidden > 0) rows.push(`… ${hidden} more byte${hidden === 1 ? '' : 's'}`);
  return rows;
}

/** A head, line by line as it was sent, each with what its parts are for. */
function showHead({ spans }: InspectedPart, canvas: Canvas): string[] {
  const lines: string[] = [];
  let line: Span[] = [];
  for (const span of spans) {
    line.push(span);
    if (span.field !== 'line end' && span.field !== 'end of the head' && span !== spans.at(-1)) continue;
    lines.push(...showHeadLine(line, canvas));
    line = [];
  }
  return lines;
}

const HEAD_STYLES: ReadonlyMap<string, Style> = new Map([
  ['line end', 'dim'],
  ['end of the head', 'dim'],
  ['field value', 'green'],
  ['request target', 'green'],
  ['status code', 'green'],
]);

function showHeadLine(spans: readonly Span[], canvas: Canvas): string[] {
  const lines: string[] = [];
  let painted = gutter((spans[0]?.offset ?? 0) / 8, canvas);
  let room = canvas.width - GUTTER;
  for (const { field, value, violation } of spans) {
    const style = violation === undefined ? (HEAD_STYLES.get(field) ?? 'plain') : 'red';
    for (const character of field === 'white space' ? value.replaceAll('␠', ' ') : value) {
      if (room < columnsOf(character)) {
        lines.push(painted);
        painted = ' '.repeat(GUTTER);
        room = canvas.width - GUTTER;
      }
      painted += canvas.paint(character, style);
      room -= columnsOf(character);
    }
  }
  lines.push(painted);
  const [first] = spans;
  const notes = spans.filter(({ note, violation }) => note !== '' && violation === undefined).map(({ note }) => note);
  const section = first === undefined || notes.length === 0 ? '' : ` (${first.section})`;
  if (notes.length > 0) lines.push(...indented(notes.join('; ') + section, 'dim', canvas, '  '));
  for (const { violation } of spans) if (violation !== undefined) lines.push(...showViolation(violation, canvas));
  return lines;
}

function showViolation({ code, section, message }: SpanViolation, canvas: Canvas): string[] {
  return indented(`${section}, ${code}: ${message}`, 'red', canvas, '✗ ');
}

function gutter(offset: number, { paint }: Canvas): string {
  return `${paint(String(offset).padStart(GUTTER - 2), 'dim')}  `;
}

function indented(text: string, style: Style, { paint, width }: Canvas, mark = ''): string[] {
  if (text === '') return [];
  return wrap(text, width - GUTTER - mark.length).map(
    (line, i) => ' '.repeat(GUTTER) + paint(`${i === 0 ? mark : ' '.repeat(mark.length)}${line}`, style),
  );
}

/** A section at the right end of a line, where there is room for it. */
function withSection(line: string, section: string, { paint, width }: Canvas): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours are no columns.
  const used = columnsOf(line.replaceAll(/\x1b\[\d+m/g, ''));
  const gap = width - used - section.length;
  return section === '' || gap < 2 ? line : `${line}${' '.repeat(gap)}${paint(section, 'dim')}`;
}
