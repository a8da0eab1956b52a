import { previewHex } from '/.inspector/lib/inspect/index.js';
import { create } from './dom.js';
import { count, plainText } from './words.js';

const MOST_CHARACTERS = 2_000;
const MOST_BYTES = 256;

/**
 * A message put together again, and what compression made of it.
 *
 * @param {import('./types.ts').ShownMessage} message
 */
export function messageView({ opcode, frames, bytes, start, deflate }) {
  const kind = opcode === 1 ? 'text' : 'binary';
  const total = deflate === null ? bytes : deflate.plainBytes;
  const view = create(
    'div',
    'message',
    create('h3', '', frames > 1 ? `The message, joined from ${frames} frames` : 'The message'),
  );
  if (deflate !== null) {
    view.append(
      create('h4', '', `Compressed: ${count(bytes, 'byte')} on the wire`),
      block(previewHex(deflate.before, MOST_BYTES)),
    );
    if (deflate.plainBytes === null) {
      view.append(create('p', 'warning', `It was not inflated: ${deflate.note}.`));
      return view;
    }
    view.append(create('h4', '', `Inflated: ${count(deflate.plainBytes, 'byte')}${ratio(bytes, deflate.plainBytes)}`));
  } else view.append(create('p', 'muted', `${kind}, ${count(bytes, 'byte')}`));
  view.append(block(opcode === 1 ? plainText(start, MOST_CHARACTERS) : previewHex(start, MOST_BYTES)));
  if (total !== null && total > start.length) {
    view.append(create('p', 'muted', `Its first ${count(start.length, 'byte')} were kept.`));
  }
  return view;
}

/** @param {string} text */
function block(text) {
  const pre = create('pre', '', text === '' || text === '""' ? '(nothing)' : text);
  pre.tabIndex = 0;
  return pre;
}

/**
 * @param {number} wire
 * @param {number} plain
 */
function ratio(wire, plain) {
  return wire === 0 || plain === 0 ? '' : `, ${(plain / wire).toFixed(1)} times as many`;
}
