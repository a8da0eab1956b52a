import { create, createButton } from './dom.js';
import { kindOf } from './field-kind.js';

const BYTES_A_ROW = 16;
const FIRST_BYTES = 512;

/**
 * Bytes as hexadecimal digits and characters. The pointer, or the arrow keys, mark the field that a byte belongs to.
 *
 * @param {import('./types.ts').Explained} explained
 * @param {(span: number) => void} onMark told the number of the field
 */
export function hexView({ bytes, spans, offset, size }, onMark) {
  const owners = ownersOf(bytes.length, spans);
  const rows = create('div', 'hex-rows');
  rows.tabIndex = 0;
  rows.setAttribute('role', 'group');
  rows.setAttribute('aria-label', 'Bytes; the arrow keys go from field to field');
  const status = create('p', 'hex-status', '');
  status.setAttribute('role', 'status');
  /** @type {Map<number, HTMLElement[]>} */
  const cells = new Map();
  let marked = -1;

  const draw = (/** @type {number} */ from, /** @type {number} */ to) => {
    for (let start = from; start < to; start += BYTES_A_ROW) {
      const hex = create('span', 'hex-digits');
      const text = create('span', 'hex-text');
      for (let at = start; at < Math.min(to, start + BYTES_A_ROW); at++) {
        const byte = bytes[at] ?? 0;
        const span = owners[at] ?? -1;
        const kind = kindOf(spans[span]?.field ?? '');
        const isBroken = spans.some((one) => one.violation !== undefined && covers(one, at));
        const digits = create('span', `byte ${kind}${isBroken ? ' broken' : ''}`, byte.toString(16).padStart(2, '0'));
        const letter = create('span', kind, byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·');
        digits.dataset.span = letter.dataset.span = String(span);
        const own = cells.get(span);
        if (own === undefined) cells.set(span, [digits, letter]);
        else own.push(digits, letter);
        hex.append(digits);
        text.append(letter);
      }
      const gutter = create('span', 'hex-offset', String(offset + start).padStart(5, ' '));
      rows.append(create('div', 'hex-row', gutter, hex, text));
    }
  };

  const mark = (/** @type {number} */ span) => {
    if (span === marked) return;
    for (const cell of cells.get(owner(marked)) ?? []) cell.classList.remove('marked');
    for (const cell of cells.get(owner(span)) ?? []) cell.classList.add('marked');
    marked = span;
    const found = spans[span];
    status.textContent = found === undefined ? '' : wordsAt(spans, owner(span));
  };
  // The fields of one byte share its cells, which belong to the first of them.
  const owner = (/** @type {number} */ span) => {
    const found = spans[span];
    return found === undefined ? -1 : (owners[found.offset >> 3] ?? -1);
  };
  const choose = (/** @type {number} */ span) => {
    mark(span);
    onMark(span);
  };

  rows.addEventListener('mouseover', ({ target }) => {
    const span = target instanceof HTMLElement ? target.dataset.span : undefined;
    if (span !== undefined && span !== '-1') choose(Number(span));
  });
  rows.addEventListener('keydown', (event) => {
    const step = /^Arrow(?:Right|Down)$/.test(event.key) ? 1 : /^Arrow(?:Left|Up)$/.test(event.key) ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    choose(Math.min(spans.length - 1, Math.max(0, marked + step)));
  });

  const first = Math.min(bytes.length, FIRST_BYTES);
  draw(0, first);
  const element = create('div', 'hex', create('h3', '', 'Bytes'), rows, status);
  if (bytes.length > first) {
    const more = createButton('more', `Show ${(bytes.length - first).toLocaleString('en')} more bytes`, () => {
      more.remove();
      draw(first, bytes.length);
    });
    element.append(more);
  }
  if (size > bytes.length) {
    element.append(
      create('p', 'muted', `${(size - bytes.length).toLocaleString('en')} bytes behind these are not shown.`),
    );
  }
  return { element, mark };
}

/**
 * The number of the first field that each byte belongs to.
 *
 * @param {number} length
 * @param {readonly import('./types.ts').Span[]} spans
 */
function ownersOf(length, spans) {
  const owners = new Int32Array(length).fill(-1);
  for (const [index, { offset, bits }] of spans.entries()) {
    const end = Math.min(length, Math.ceil((offset + bits) / 8));
    for (let at = offset >> 3; at < end; at++) if (owners[at] === -1) owners[at] = index;
  }
  return owners;
}

/**
 * @param {import('./types.ts').Span} span
 * @param {number} at
 */
function covers({ offset, bits }, at) {
  return offset >> 3 <= at && at < Math.ceil((offset + bits) / 8);
}

/**
 * What stands at the bytes of a field: all the fields that share a byte with it.
 *
 * @param {readonly import('./types.ts').Span[]} spans
 * @param {number} owner
 */
function wordsAt(spans, owner) {
  const first = spans[owner];
  if (first === undefined) return '';
  const isPart = first.bits % 8 !== 0;
  const sharing = isPart ? spans.filter(({ offset }) => offset >> 3 === first.offset >> 3) : [first];
  return sharing.map(({ field, value }) => `${field} ${value}`).join(' · ');
}
