import { byId, create } from './dom.js';
import { dayKey, dayName } from './format.js';
import { createAside, createGroup, createSaid } from './lines.js';
import { createScroll } from './scroll.js';

/** @import { Conversation, Line } from './talk-types.ts' */
/** @typedef {Extract<Line, { kind: 'said' }>} SaidLine */

const GROUP_MS = 5 * 60_000;
const MAX_DRAWN = 1_500;

/**
 * The conversation that is looked at: grouped by author, divided by day.
 *
 * @param {{
 *   now: () => number,
 *   onOlder: () => void,
 *   onFill: (line: Line) => void,
 *   onMenu: (line: SaidLine) => void,
 *   hasMenu: (line: SaidLine) => boolean,
 * }} options
 */
export function createTranscript({ now, onOlder, onFill, onMenu, hasMenu }) {
  const log = byId('log', HTMLElement);
  const older = byId('older', HTMLElement);
  const scroll = createScroll(onOlder);
  let lastDay = '';
  /** @type {{ element: HTMLElement, user: string, at: number } | undefined} */
  let group;
  /** @type {WeakMap<Line, HTMLElement>} */
  let drawn = new WeakMap();
  /** @type {HTMLElement | undefined} */
  let last;

  /** @type {(parent: ParentNode, line: Line) => void} */
  const place = (parent, line) => {
    const date = new Date(line.at);
    const key = dayKey(date);
    if (key !== lastDay) {
      lastDay = key;
      group = undefined;
      const time = create('time', '', dayName(date, now()));
      time.dateTime = key;
      parent.append(create('p', 'day', time));
    }
    if (line.kind !== 'said') {
      group = undefined;
      last = createAside(line, () => onFill(line));
      drawn.set(line, last);
      parent.append(last);
      return;
    }
    const isFirst = group?.user !== line.user || line.at - group.at >= GROUP_MS;
    if (isFirst || !group) {
      group = { element: createGroup(line), user: line.user, at: line.at };
      parent.append(group.element);
    }
    group.at = line.at;
    const row = createRow(line, isFirst);
    group.element.append(row);
  };

  /** @type {(line: SaidLine, isFirst: boolean) => HTMLElement} */
  const createRow = (line, isFirst) => {
    const row = createSaid(line, isFirst, hasMenu(line) ? () => onMenu(line) : undefined);
    drawn.set(line, row);
    return row;
  };

  // One button of all messages stands in the order of Tab, the arrows go to the others.
  const rove = () => {
    const menus = log.querySelectorAll('.line-menu');
    const [held] = log.querySelectorAll('.line-menu[tabindex="0"]');
    const newest = menus[menus.length - 1];
    if (held === document.activeElement || held === newest) return;
    if (held instanceof HTMLElement) held.tabIndex = -1;
    if (newest instanceof HTMLElement) newest.tabIndex = 0;
  };
  log.addEventListener('keydown', (event) => {
    const { target, key } = event;
    if ((key !== 'ArrowUp' && key !== 'ArrowDown') || !(target instanceof HTMLElement)) return;
    const menus = [...log.querySelectorAll('.line-menu')];
    const next = menus[menus.indexOf(target) + (key === 'ArrowUp' ? -1 : 1)];
    if (!target.matches('.line-menu') || !(next instanceof HTMLElement)) return;
    event.preventDefault();
    target.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });

  return {
    toBottom: scroll.toBottom,

    /**
     * Draws a conversation from its beginning; `keep` leaves what was in sight where it was.
     *
     * @param {Conversation | undefined} conversation
     * @param {boolean} keep
     */
    redraw(conversation, keep) {
      const hold = keep ? scroll.hold() : undefined;
      // What was said before is no news.
      log.setAttribute('aria-live', 'off');
      lastDay = '';
      group = undefined;
      last = undefined;
      drawn = new WeakMap();
      const fragment = document.createDocumentFragment();
      for (const line of conversation?.lines ?? []) place(fragment, line);
      log.replaceChildren(fragment);
      this.loading(conversation);
      rove();
      if (hold) hold();
      else scroll.toBottom();
      requestAnimationFrame(() => log.setAttribute('aria-live', 'polite'));
    },

    /** @type {(conversation: Conversation | undefined) => void} */
    loading(conversation) {
      older.hidden = !conversation?.isLoading;
    },

    /** @type {(line: Line) => void} one more at the end */
    add(line) {
      place(log, line);
      drawn.get(line)?.classList.add('fresh');
      rove();
      scroll.grown(line.kind === 'said', line.kind === 'said' && line.own);
      if (scroll.isPinned()) while (log.childElementCount > MAX_DRAWN) log.firstElementChild?.remove();
    },

    /** @type {(line: Line) => void} it says something else, or takes the place of the last one */
    change(line) {
      const element = drawn.get(line);
      if (line.kind === 'said') {
        element?.replaceWith(createRow(line, element.previousElementSibling?.classList.contains('author') ?? false));
        rove();
        return;
      }
      (element ?? last)?.remove();
      this.add(line);
    },
  };
}
