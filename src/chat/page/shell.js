import { byId } from './dom.js';
import { spanOf } from './sentences.js';

/** @import { Conversation } from './talk-types.ts' */
/** @import { Clock } from './types.ts' */

const PASSING_MS = 6_000;

/**
 * The frame around a conversation: what it is called, what is to be known at the moment, and what stands there instead
 * when there is none.
 *
 * @param {Clock} clock
 */
export function createShell(clock) {
  const chat = byId('chat', HTMLElement);
  const title = byId('chat-title', HTMLElement);
  const about = byId('chat-about', HTMLElement);
  const notice = byId('notice', HTMLElement);
  const sentence = byId('notice-sentence', HTMLElement);
  const degraded = byId('degraded', HTMLElement);
  const nowhere = byId('nowhere', HTMLElement);
  const scroller = byId('scroller', HTMLElement);
  const foot = byId('foot', HTMLElement);
  const typing = byId('typing', HTMLElement);
  const menu = byId('room-menu', HTMLButtonElement);
  /** @type {number | undefined} */
  let alarm;

  /** @type {(words: string, passes?: boolean) => void} */
  const notify = (words, passes = false) => {
    clock.cancel(alarm);
    notice.hidden = words === '';
    notice.classList.toggle('notice-good', passes);
    sentence.textContent = words;
    if (passes) alarm = clock.after(PASSING_MS, () => notify(''));
  };

  return {
    notify,
    get isOpen() {
      return !chat.hidden;
    },
    /** @type {(open: boolean) => void} */
    open(open) {
      chat.hidden = !open;
    },
    /** @type {(username: string) => void} */
    callMe(username) {
      byId('me', HTMLElement).textContent = username;
    },
    /** @type {(isDegraded: boolean) => void} */
    degraded(isDegraded) {
      degraded.hidden = !isDegraded;
      degraded.textContent = isDegraded
        ? 'The server cannot keep messages at the moment. What you write waits here and is sent by itself.'
        : '';
    },
    /** @type {(words: string) => void} */
    typing(words) {
      typing.textContent = words;
    },
    /** @type {(conversation: Conversation | undefined) => void} */
    show(conversation) {
      nowhere.hidden = conversation !== undefined;
      for (const element of [scroller, foot, menu]) element.hidden = conversation === undefined;
      if (!conversation) {
        title.textContent = 'No room';
        about.textContent = '';
        return;
      }
      const { name, isRoom, isIn, isPrivate, slowMs, count, members } = conversation;
      title.textContent = isRoom ? `#${name}` : name;
      byId('room-menu-word', HTMLElement).textContent = isRoom ? 'Room…' : 'Options…';
      const facts = isRoom ? [] : ['between the two of you'];
      if (isRoom && !isIn) facts.push('you are not in this room');
      if (isRoom && isIn && members === undefined) facts.push(`${count} people`);
      if (isPrivate) facts.push('private');
      if (slowMs > 0) facts.push(`slow mode: a message every ${spanOf(slowMs)}`);
      about.textContent = facts.join(' · ');
    },
  };
}
