import { create, createButton } from './dom.js';
import { atSeconds, describeEntry } from './words.js';

const MOST_KEPT = 3_000;
const MOST_ROWS = 400;

/** @typedef {import('./types.ts').ShownEntry} ShownEntry */

/** The entries that the page keeps, and the rows of those that a filter lets through: the client's left, the server's right. */
export class Traffic {
  /** @type {ShownEntry[]} */
  #kept = [];
  /** @type {HTMLOListElement} */
  #list;
  /** @type {HTMLElement} */
  #scroller;
  #paused = false;
  #waiting = 0;
  /** @type {(shown: ShownEntry) => boolean} */
  #accepts = () => true;
  /** @type {(shown: ShownEntry) => void} */
  #onSelect;
  /** @type {HTMLElement | undefined} */
  #selected;

  /**
   * @param {HTMLOListElement} list
   * @param {HTMLElement} scroller what scrolls it
   * @param {(shown: ShownEntry) => void} onSelect
   */
  constructor(list, scroller, onSelect) {
    this.#list = list;
    this.#scroller = scroller;
    this.#onSelect = onSelect;
  }

  /** How many entries came since the rows stand still. */
  get waiting() {
    return this.#waiting;
  }

  /** How many rows there are. */
  get rows() {
    return this.#list.childElementCount;
  }

  get paused() {
    return this.#paused;
  }

  set paused(paused) {
    this.#paused = paused;
    this.#waiting = 0;
    if (!paused) this.#redraw();
  }

  /** @param {(shown: ShownEntry) => boolean} accepts */
  filter(accepts) {
    this.#accepts = accepts;
    this.#redraw();
  }

  clear() {
    this.#kept = [];
    this.#redraw();
  }

  /** @param {readonly import('./types.ts').FedEntry[]} entries */
  add(entries) {
    const shown = entries.map(describeEntry);
    this.#kept.push(...shown);
    if (this.#kept.length > MOST_KEPT) this.#kept = this.#kept.slice(-MOST_KEPT);
    if (this.#paused) this.#waiting += shown.length;
    else this.#append(shown.filter(this.#accepts));
  }

  #redraw() {
    this.#list.replaceChildren();
    this.#append(this.#kept.filter(this.#accepts).slice(-MOST_ROWS));
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  /** @param {readonly ShownEntry[]} entries */
  #append(entries) {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    const atEnd = scrollHeight - scrollTop - clientHeight < 60;
    const rows = entries.slice(-MOST_ROWS).map((shown) => this.#row(shown));
    this.#list.append(...rows);
    while (this.#list.childElementCount > MOST_ROWS) this.#list.firstElementChild?.remove();
    if (atEnd) this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  /** @param {ShownEntry} shown */
  #row(shown) {
    const { entry, title, preview, badges } = shown;
    const side = 'from' in entry ? entry.from : 'both';
    const failed = entry.kind === 'end' && entry.failed;
    const row = create('li', `row ${side} ${entry.kind}${failed ? ' failed' : ''}`);
    const time = create('span', 'time', atSeconds(entry.atMs));
    const words = create('span', 'title', title);
    const line = create(
      'span',
      'line',
      words,
      ...badges.map(({ text, kind }) => create('span', `badge ${kind}`, text)),
      time,
    );
    const said = preview === '' ? [] : [create('span', 'preview', preview)];
    if (entry.kind !== 'frame' && entry.kind !== 'head') {
      row.append(create('div', 'card', line, ...said));
      return row;
    }
    const who = entry.from === 'client' ? 'Client: ' : 'Server: ';
    const card = createButton('card', '', () => this.#select(card, shown));
    card.append(create('span', 'away', who), line, ...said);
    row.append(card);
    return row;
  }

  /**
   * @param {HTMLElement} card
   * @param {ShownEntry} shown
   */
  #select(card, shown) {
    this.#selected?.removeAttribute('aria-current');
    card.setAttribute('aria-current', 'true');
    this.#selected = card;
    this.#onSelect(shown);
  }
}
