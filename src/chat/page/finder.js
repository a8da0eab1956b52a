import { byId, create, createButton } from './dom.js';
import { judgeRoom, readRoom } from './room-name.js';

/** @import { Session } from './types.ts' */

/**
 * The dialog in which a room is found or made.
 *
 * @param {{ ask: Session['ask'], onRoom: (room: string, isPrivate: boolean) => void }} options
 */
export function createFinder({ ask, onRoom }) {
  const dialog = byId('finder', HTMLDialogElement);
  const form = byId('finder-form', HTMLFormElement);
  const input = byId('finder-room', HTMLInputElement);
  const isPrivate = byId('finder-private', HTMLInputElement);
  const problem = byId('finder-error', HTMLElement);
  const list = byId('finder-list', HTMLElement);
  const status = byId('finder-status', HTMLElement);
  const more = byId('finder-more', HTMLButtonElement);
  /** @type {string | undefined} */
  let next;

  /** @type {(sentence: string) => void} */
  const complain = (sentence) => {
    problem.textContent = sentence;
    if (sentence) input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
  };
  /** @type {(room: string, wantsPrivate: boolean) => void} */
  const go = (room, wantsPrivate) => {
    dialog.close();
    onRoom(room, wantsPrivate);
  };
  /** @type {(room: string, count: number) => HTMLElement} */
  const createItem = (room, count) => {
    const button = createButton('pick', '', () => go(room, false));
    button.append(
      create('span', 'pick-name', `#${room}`),
      create('span', 'count', count === 1 ? '1 person' : `${count} people`),
    );
    return create('li', '', button);
  };
  const load = () => {
    status.textContent = 'Looking…';
    const isAsked = ask(
      { type: 'rooms', ...(next === undefined ? {} : { after: next }) },
      {
        done(answer) {
          if (answer.type !== 'rooms') return;
          list.append(...answer.rooms.map(({ room, count }) => createItem(room, count)));
          next = answer.next;
          more.hidden = next === undefined;
          status.textContent = list.childElementCount === 0 ? 'There is no public room yet.' : '';
        },
        refused: ({ message }) => {
          status.textContent = message;
        },
        lost: () => {
          status.textContent = 'The connection is lost.';
        },
      },
    );
    if (!isAsked) status.textContent = 'There is no connection at the moment.';
  };

  more.addEventListener('click', load);
  input.addEventListener('input', () => complain(''));
  dialog.addEventListener('click', ({ target }) => {
    if (target === dialog) dialog.close();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const room = readRoom(input.value);
    const verdict = judgeRoom(room);
    complain(verdict);
    if (verdict) input.focus();
    else go(room, isPrivate.checked);
  });

  return {
    show() {
      input.value = '';
      isPrivate.checked = false;
      complain('');
      next = undefined;
      more.hidden = true;
      list.replaceChildren();
      dialog.showModal();
      input.focus();
      load();
    },
  };
}
