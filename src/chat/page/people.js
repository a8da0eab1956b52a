import { byId, create } from './dom.js';
import { hueOf } from './format.js';
import { foldName } from './wire.js';

const MAX_LISTED = 200;

/** Those of whom this page has heard since it joined; the protocol has no list of members, so neither has the page. */
export function createPeople() {
  const list = byId('people-list', HTMLElement);
  const count = byId('people-count', HTMLElement);
  const toggle = byId('people-toggle', HTMLButtonElement);
  const panel = byId('people', HTMLElement);
  /** @type {Map<string, string>} */
  const seen = new Map();
  let self = '';
  let due = false;

  const draw = () => {
    due = false;
    const names = [...seen].sort(([a], [b]) => (a === self ? -1 : b === self ? 1 : a < b ? -1 : 1));
    const items = names.slice(0, MAX_LISTED).map(([folded, name]) => {
      const initial = create('span', 'dot');
      initial.setAttribute('aria-hidden', 'true');
      const item = create('li', folded === self ? 'self' : hueOf(folded), initial, create('bdi', '', name));
      if (folded === self) item.append(create('span', 'hint', 'you'));
      return item;
    });
    if (names.length > MAX_LISTED) items.push(create('li', 'hint', `and ${names.length - MAX_LISTED} more`));
    list.replaceChildren(...items);
    count.textContent = String(seen.size);
    toggle.textContent = `People ${seen.size}`;
  };
  // A crowd that comes at once is drawn once.
  const drawSoon = () => {
    if (due) return;
    due = true;
    requestAnimationFrame(draw);
  };

  /** @type {(open: boolean) => void} */
  const open = (open) => {
    panel.classList.toggle('open', open);
    toggle.setAttribute('aria-expanded', String(open));
  };
  toggle.addEventListener('click', () => open(!panel.classList.contains('open')));
  panel.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') open(false);
  });

  return {
    /** @type {(username: string) => void} */
    restart(username) {
      seen.clear();
      self = foldName(username);
      seen.set(self, username);
      drawSoon();
    },
    /** @type {(names: readonly string[]) => void} */
    came(names) {
      for (const name of names) seen.set(foldName(name), name);
      drawSoon();
    },
    /** @type {(names: readonly string[]) => void} */
    went(names) {
      for (const name of names) seen.delete(foldName(name));
      drawSoon();
    },
  };
}
