import { byId, create } from './dom.js';
import { dayKey, dayName, fullTime, hueOf, listNames, readTimestamp, timeOfDay } from './format.js';
import { foldName } from './wire.js';

/** @import { ServerMessage } from './types.ts' */

const MAX_ENTRIES = 1000;
const GROUP_MS = 5 * 60_000;
const AT_BOTTOM_PX = 48;

/** @type {(date: Date) => HTMLTimeElement} */
function createTime(date) {
  const time = create('time', '', timeOfDay(date));
  time.dateTime = date.toISOString();
  time.dir = 'auto';
  time.title = fullTime(date);
  return time;
}

/**
 * The conversation: grouped by author, divided by day, and scrolled along only for a reader who is at its end.
 *
 * @param {() => number} now milliseconds since 1970
 */
export function createTranscript(now) {
  const scroller = byId('scroller', HTMLElement);
  const log = byId('log', HTMLElement);
  const newer = byId('newer', HTMLButtonElement);
  // So that a keyboard can scroll it in every browser.
  scroller.tabIndex = 0;
  let pinned = true;
  let unseen = 0;
  let lastDay = '';
  /** @type {{ element: HTMLElement, author: string, at: number } | undefined} */
  let group;
  /** @type {{ element: HTMLElement, type: string, names: string[], unnamed: number, at: number } | undefined} */
  let passage;

  const toBottom = () => {
    scroller.scrollTop = scroller.scrollHeight;
    pinned = true;
    unseen = 0;
    newer.hidden = true;
  };
  scroller.addEventListener(
    'scroll',
    () => {
      pinned = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < AT_BOTTOM_PX;
      if (pinned) {
        unseen = 0;
        newer.hidden = true;
      }
    },
    { passive: true },
  );
  new ResizeObserver(() => {
    if (pinned) toBottom();
  }).observe(scroller);

  /** @type {(element: HTMLElement) => void} */
  const place = (element) => {
    log.append(element);
    while (log.childElementCount > MAX_ENTRIES) log.firstElementChild?.remove();
  };

  /** @type {(date: Date) => void} */
  const placeDay = (date) => {
    const key = dayKey(date);
    if (key === lastDay) return;
    lastDay = key;
    group = undefined;
    passage = undefined;
    const time = create('time', '', dayName(date, now()));
    time.dateTime = key;
    place(create('p', 'day', time));
  };

  /** @type {(element: HTMLElement) => void} */
  const placeAside = (element) => {
    group = undefined;
    place(element);
    if (pinned) toBottom();
  };

  return {
    toBottom,

    clear() {
      log.replaceChildren();
      group = undefined;
      passage = undefined;
      lastDay = '';
      toBottom();
    },

    /**
     * A line of the page itself.
     *
     * @param {string} sentence
     */
    remark(sentence) {
      const date = new Date(now());
      placeDay(date);
      passage = undefined;
      placeAside(create('p', 'remark', sentence, ' ', createTime(date)));
    },

    /**
     * Who came or went. Neighbouring lines of the same kind become one, so that a crowd does not push the talk away.
     *
     * @param {'join' | 'leave'} type
     * @param {readonly string[]} names
     * @param {number} unnamed
     * @param {string} timestamp
     */
    presence(type, names, unnamed, timestamp) {
      const date = readTimestamp(timestamp, now());
      placeDay(date);
      const at = date.getTime();
      const merged = passage?.type === type && at - passage.at < 60_000 ? passage : undefined;
      const all = [...new Set([...(merged?.names ?? []), ...names])];
      const element = create('p', 'remark');
      passage = { element, type, names: all, unnamed: unnamed + (merged?.unnamed ?? 0), at };
      const phrase = create('bdi', '', listNames(all, passage.unnamed));
      element.append(phrase, type === 'join' ? ' joined ' : ' left ', createTime(date));
      merged?.element.remove();
      placeAside(element);
    },

    /**
     * @param {ServerMessage & { readonly type: 'message' }} message
     * @param {boolean} own
     */
    message({ username, message, timestamp }, own) {
      const date = readTimestamp(timestamp, now());
      placeDay(date);
      passage = undefined;
      const author = foldName(username);
      const at = date.getTime();
      const line = create('p', 'said');
      line.dir = 'auto';
      if (group?.author === author && at - group.at < GROUP_MS) {
        line.append(create('span', 'sr-only', own ? 'You: ' : `${username}: `));
        group.at = at;
      } else {
        const element = create('div', own ? 'group own' : `group ${hueOf(author)}`);
        if (own) line.append(create('span', 'sr-only', 'You: '));
        else element.append(create('p', 'author', create('bdi', '', username)));
        group = { element, author, at };
        place(element);
      }
      line.append(create('span', 'words', message), ' ', createTime(date));
      group.element.append(line);
      if (pinned || own) {
        toBottom();
        return;
      }
      unseen += 1;
      newer.textContent = unseen === 1 ? '1 new message' : `${unseen} new messages`;
      newer.hidden = false;
    },
  };
}
