import { create, createButton } from './dom.js';
import { fullTime, hueOf, listNames, timeOfDay } from './format.js';
import { foldName } from './text.js';

/** @import { Line, Piece } from './talk-types.ts' */
/** @typedef {Extract<Line, { kind: 'said' }>} SaidLine */

/** @type {(at: number) => HTMLTimeElement} */
export function createTime(at) {
  const date = new Date(at);
  const time = create('time', '', timeOfDay(date));
  time.dateTime = date.toISOString();
  time.dir = 'auto';
  time.title = fullTime(date);
  return time;
}

/** @type {(pieces: readonly Piece[]) => (string | HTMLElement)[]} */
const words = (pieces) => pieces.map((piece) => (typeof piece === 'string' ? piece : create('bdi', '', piece.name)));

/**
 * A line that nobody said.
 *
 * @param {Exclude<Line, SaidLine>} line
 * @param {() => void} onFill asks for what is missing
 */
export function createAside(line, onFill) {
  if (line.kind === 'gap') {
    const count = line.seq - line.from + 1;
    const sentence = `${count === 1 ? 'One message' : `${count} messages`} did not reach this page. `;
    return create('p', 'remark', sentence, createButton('link', 'Load', onFill));
  }
  if (line.kind === 'remark') return create('p', 'remark', ...words(line.pieces), ' ', createTime(line.at));
  const who = create('bdi', '', listNames(line.names, 0));
  return create('p', 'remark', who, line.type === 'join' ? ' joined ' : ' left ', createTime(line.at));
}

/**
 * What holds the lines that somebody said in a row.
 *
 * @param {SaidLine} line the first of them
 */
export function createGroup({ own, name }) {
  const element = create('div', own ? 'group own' : `group ${hueOf(foldName(name))}`);
  if (!own) element.append(create('p', 'author', create('bdi', '', name)));
  return element;
}

/**
 * One message.
 *
 * @param {SaidLine} line
 * @param {boolean} isFirst of its group
 * @param {(() => void) | undefined} onMenu opens what can be done about it
 */
export function createSaid(line, isFirst, onMenu) {
  const { own, name, text, at } = line;
  const said = create('p', text === undefined ? 'said gone' : 'said');
  said.dir = 'auto';
  said.dataset.seq = String(line.seq);
  if (own) said.append(create('span', 'sr-only', 'You: '));
  else if (!isFirst) said.append(create('span', 'sr-only', `${name}: `));
  said.append(create('span', 'words', text ?? 'This message was taken back.'), ' ');
  const time = createTime(at);
  if (own && text !== undefined) {
    time.append(create('span', 'kept', ' ✓'));
    time.title = `Sent, and kept by the server. ${time.title}`;
  }
  said.append(time);
  const row = create('div', 'row', said);
  if (onMenu && text !== undefined) {
    const menu = createButton('line-menu', '⋯', onMenu);
    menu.setAttribute('aria-label', own ? 'Your message: what to do' : `Message of ${name}: what to do`);
    menu.setAttribute('aria-haspopup', 'dialog');
    menu.tabIndex = -1;
    row.append(menu);
  }
  return row;
}
