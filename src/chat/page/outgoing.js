import { byId, create, createButton } from './dom.js';

/** @import { Clock, OutgoingText } from './types.ts' */

/** Most texts come back sooner than this; only those that take longer are worth a line. */
const PATIENCE_MS = 700;

/**
 * The texts that the server has not acknowledged yet, with what can be done about each.
 *
 * @param {Clock} clock
 * @param {{ onAgain: (id: string) => void, onEdit: (id: string) => void, onDiscard: (id: string) => void }} actions
 */
export function createOutgoing(clock, { onAgain, onEdit, onDiscard }) {
  const tray = byId('outgoing', HTMLElement);
  /** @type {number | undefined} */
  let alarm;
  /** @type {readonly OutgoingText[]} */
  let texts = [];
  let online = true;

  /** @type {(entry: OutgoingText) => string} */
  const explain = (entry) => {
    if (entry.note) return entry.note;
    if (entry.state === 'sending') return 'Sending…';
    return online ? 'Waiting for its turn.' : 'Kept here. Sent when the connection is back.';
  };

  /** @type {(entry: OutgoingText) => HTMLElement} */
  const createItem = (entry) => {
    const words = create('p', 'words', entry.text);
    words.dir = 'auto';
    const item = create('div', `outgoing-item is-${entry.state}`, words, create('p', 'hint', explain(entry)));
    if (entry.state === 'sending') return item;
    const actions = create('div', 'actions');
    if (entry.state !== 'waiting') actions.append(createButton('quiet', 'Send again', () => onAgain(entry.id)));
    actions.append(
      createButton('quiet', 'Edit', () => onEdit(entry.id)),
      createButton('quiet', 'Discard', () => onDiscard(entry.id)),
    );
    item.append(actions);
    return item;
  };

  const draw = () => {
    clock.cancel(alarm);
    const now = clock.now();
    const fresh = texts.filter(
      (entry) => online && entry.note === '' && entry.state !== 'failed' && now - entry.since < PATIENCE_MS,
    );
    const shown = texts.filter((entry) => !fresh.includes(entry));
    tray.replaceChildren(...shown.map(createItem));
    tray.hidden = shown.length === 0;
    alarm = fresh.length > 0 ? clock.after(PATIENCE_MS, draw) : undefined;
  };

  return {
    /**
     * @param {readonly OutgoingText[]} next those of the present conversation
     * @param {boolean} isOnline
     */
    show(next, isOnline) {
      texts = next;
      online = isOnline;
      draw();
    },
  };
}
