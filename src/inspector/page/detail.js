import { create, createButton, sectionLink } from './dom.js';
import { kindOf } from './field-kind.js';
import { hexView } from './hex-view.js';
import { messageView } from './message-view.js';
import { count } from './words.js';

const MOST_FIELDS = 400;

/**
 * Shows bytes with all that is known of them in `panel`: bits, hexadecimal digits, fields, the joined message.
 *
 * @param {HTMLElement} panel
 * @param {import('./types.ts').Explained} explained
 */
export function showDetail(panel, explained) {
  const { title, origin, violation, notes, message } = explained;
  const heading = create('h2', '', title);
  heading.tabIndex = -1;
  const parts = [create('div', 'detail-head', heading, create('p', 'muted', origin))];
  if (violation !== undefined) parts.push(violationView(violation));
  if (notes.length > 0) parts.push(create('div', 'notes', ...notes.map((note) => create('p', '', note))));
  if (explained.isFrame) parts.push(bitView(explained));
  const fields = fieldList(explained);
  const hex = hexView(explained, (index) => fields.mark(index));
  fields.onMark = (index) => hex.mark(index);
  parts.push(hex.element);
  if (message !== undefined) parts.push(messageView(message));
  parts.push(fields.element);
  panel.replaceChildren(...parts);
  panel.scrollTop = 0;
  return heading;
}

/** @param {import('./types.ts').Violation} violation */
function violationView({ code, section, message }) {
  const words = create('p', '', create('strong', '', `${code}: `), message, ' ');
  words.append(sectionLink(section));
  return create('div', 'violation', words);
}

/**
 * The first two bytes bit by bit.
 *
 * @param {import('./types.ts').Explained} explained
 */
function bitView({ spans, bytes }) {
  const cells = spans
    .filter(({ offset, bits }) => offset + bits <= 16)
    .map(({ offset, bits, field, value, violation }) => {
      const digits = Array.from({ length: bits }, (_, i) => bitAt(bytes, offset + i)).join('');
      const cell = create('div', `bit bit-${bits} ${kindOf(field)}${violation === undefined ? '' : ' broken'}`);
      cell.append(create('b', '', digits), create('span', '', bits > 1 ? `${field} ${value}` : field));
      return cell;
    });
  return create('div', 'bits', ...cells);
}

/**
 * @param {Uint8Array} bytes
 * @param {number} bit
 */
function bitAt(bytes, bit) {
  return ((bytes[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1;
}

/**
 * The fields as a list; each can be focused, and shows its bytes then.
 *
 * @param {import('./types.ts').Explained} explained
 */
function fieldList({ spans }) {
  const list = create('ol', 'fields');
  list.setAttribute('aria-label', 'Fields');
  /** @type {HTMLElement[]} */
  const rows = [];
  const view = {
    element: create('div', 'field-area', create('h3', '', 'Fields'), list),
    /** @type {(index: number) => void} */
    onMark: () => undefined,
    /** @param {number} index */
    mark(index) {
      for (const [i, row] of rows.entries()) row.classList.toggle('marked', i === index);
    },
  };
  const enter = (/** @type {number} */ index) => {
    view.mark(index);
    view.onMark(index);
  };
  for (const [index, span] of spans.slice(0, MOST_FIELDS).entries()) {
    const row = fieldRow(span);
    row.addEventListener('mouseenter', () => enter(index));
    row.addEventListener('focusin', () => enter(index));
    rows.push(row);
    list.append(row);
  }
  if (spans.length > MOST_FIELDS) {
    view.element.append(create('p', 'muted', `${count(spans.length - MOST_FIELDS, 'further field')} are not listed.`));
  }
  list.addEventListener('keydown', (event) => moveFocus(event, rows));
  return view;
}

/** @param {import('./types.ts').Span} span */
function fieldRow({ field, value, section, note, violation, bits }) {
  const button = createButton('field-name', field, () => undefined);
  const size = bits % 8 === 0 ? count(bits / 8, 'byte') : count(bits, 'bit');
  const words = create('code', 'field-value', value.replaceAll('␠', '·'));
  const line = create('div', 'field-line', button, words, create('span', 'field-size', size), sectionLink(section));
  const row = create('li', `field ${kindOf(field)}`, line);
  if (note !== '') row.append(create('p', 'field-note', note));
  if (violation !== undefined) {
    row.classList.add('broken');
    row.append(violationView(violation));
  }
  return row;
}

/**
 * @param {KeyboardEvent} event
 * @param {readonly HTMLElement[]} rows
 */
function moveFocus(event, rows) {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0) return;
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[at + step]?.querySelector('button');
  if (next == null) return;
  event.preventDefault();
  next.focus();
}
