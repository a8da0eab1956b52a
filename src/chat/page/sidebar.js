import { byId, create } from './dom.js';

/** @import { Conversation } from './talk-types.ts' */

/** @type {(count: number) => string} */
const badgeText = (count) => (count > 99 ? '99+' : String(count));

/**
 * The list of conversations, with what is unread in each; and the sum of it in the title of the window.
 *
 * @param {(key: string) => void} onChoose
 */
export function createSidebar(onChoose) {
  const rooms = byId('room-list', HTMLElement);
  const directs = byId('direct-list', HTMLElement);
  const hint = byId('direct-hint', HTMLElement);
  const badge = byId('rooms-badge', HTMLElement);
  for (const list of [rooms, directs]) {
    list.addEventListener('click', ({ target }) => {
      const button = target instanceof Element ? target.closest('button') : undefined;
      if (button?.dataset.key) onChoose(button.dataset.key);
    });
  }

  /** @type {(conversation: Conversation, isCurrent: boolean) => HTMLElement} */
  const createItem = ({ key, name, isRoom, isPrivate, isIn, unread }, isCurrent) => {
    const button = create('button', 'pick');
    button.type = 'button';
    button.dataset.key = key;
    if (isCurrent) button.setAttribute('aria-current', 'true');
    const sign = create('span', 'pick-sign', isRoom ? '#' : '@');
    sign.setAttribute('aria-hidden', 'true');
    button.append(sign, create('bdi', 'pick-name', name));
    if (isRoom && isPrivate) button.append(create('span', 'tag', 'private'));
    if (isRoom && !isIn) button.append(create('span', 'tag', 'out'));
    if (unread > 0) {
      const count = create('span', 'badge', badgeText(unread));
      count.append(create('span', 'sr-only', ' unread'));
      button.append(count);
    }
    return create('li', '', button);
  };

  return {
    /**
     * @param {readonly Conversation[]} all
     * @param {Conversation | undefined} current
     */
    show(all, current) {
      const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.key : undefined;
      const byName = [...all].sort((a, b) => (a.key < b.key ? -1 : 1));
      const itemsOf = (/** @type {boolean} */ isRoom) =>
        byName.filter((one) => one.isRoom === isRoom).map((one) => createItem(one, one === current));
      rooms.replaceChildren(...itemsOf(true));
      directs.replaceChildren(...itemsOf(false));
      hint.hidden = directs.childElementCount > 0;
      if (focused !== undefined) {
        for (const button of [...rooms.querySelectorAll('button'), ...directs.querySelectorAll('button')]) {
          if (button.dataset.key === focused) button.focus();
        }
      }
      const unread = all.reduce((sum, one) => sum + one.unread, 0);
      const elsewhere = unread - (current?.unread ?? 0);
      badge.hidden = elsewhere === 0;
      badge.textContent = badgeText(elsewhere);
      const sign = current ? `${current.isRoom ? '#' : '@'}${current.name} · ` : '';
      document.title = `${unread > 0 ? `(${badgeText(unread)}) ` : ''}${sign}ws101 chat`;
    },
  };
}
