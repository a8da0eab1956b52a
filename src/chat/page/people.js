import { byId, create } from './dom.js';
import { hueOf } from './format.js';
import { foldName } from './text.js';

/** @import { Conversation } from './talk-types.ts' */
/** @import { Person } from './wire-types.ts' */

const RANK = { owner: 0, moderator: 1, member: 2 };

/**
 * Who is in the room.
 *
 * @param {(person: Person) => void} onChoose
 */
export function createPeople(onChoose) {
  const list = byId('people-list', HTMLElement);
  const count = byId('people-count', HTMLElement);
  const hint = byId('people-hint', HTMLElement);
  const toggle = byId('people-toggle', HTMLButtonElement);
  const panel = byId('people', HTMLElement);
  let self = '';
  /** @type {Conversation | undefined} */
  let shown;
  let isDue = false;

  list.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('button') : undefined;
    const person = shown?.members?.get(button?.dataset.user ?? '');
    if (person) onChoose(person);
  });

  /** @type {(a: Person, b: Person) => number} */
  const compare = (a, b) => {
    if (a.user === self || b.user === self) return a.user === self ? -1 : 1;
    const rank = RANK[a.role ?? 'member'] - RANK[b.role ?? 'member'];
    return rank || (foldName(a.username) < foldName(b.username) ? -1 : 1);
  };

  /** @type {(person: Person) => HTMLElement} */
  const createItem = (person) => {
    const { user, username, role } = person;
    const dot = create('span', 'dot');
    dot.setAttribute('aria-hidden', 'true');
    const parts = [dot, create('bdi', '', username)];
    if (role === 'owner' || role === 'moderator') parts.push(create('span', 'tag', role));
    if (user === self) return create('li', 'self person', ...parts, create('span', 'hint', 'you'));
    const button = create('button', 'pick person', ...parts);
    button.type = 'button';
    button.dataset.user = user;
    button.setAttribute('aria-haspopup', 'dialog');
    return create('li', hueOf(foldName(username)), button);
  };

  const draw = () => {
    isDue = false;
    const isRoom = shown?.isRoom ?? false;
    panel.classList.toggle('none', !isRoom);
    toggle.hidden = !isRoom;
    if (!shown || !isRoom) {
      list.replaceChildren();
      return;
    }
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.user : undefined;
    list.replaceChildren(...[...(shown.members?.values() ?? [])].sort(compare).map(createItem));
    for (const button of list.querySelectorAll('button')) if (button.dataset.user === focused) button.focus();
    count.textContent = String(shown.count);
    toggle.textContent = `People ${shown.count}`;
    hint.hidden = shown.members !== undefined;
    hint.textContent = 'In a room of more than a hundred people they are only counted.';
  };

  return {
    /**
     * @param {Conversation | undefined} conversation
     * @param {string} user
     */
    show(conversation, user) {
      shown = conversation;
      self = user;
      // A crowd that comes at once is drawn once.
      if (isDue) return;
      isDue = true;
      requestAnimationFrame(draw);
    },
  };
}
