import { byId } from './dom.js';

const AT_BOTTOM_PX = 48;
const NEAR_TOP_PX = 160;

/**
 * How the conversation is scrolled: along with what is new only for a reader who is at its end.
 *
 * @param {() => void} onOlder somebody scrolls to the beginning
 */
export function createScroll(onOlder) {
  const scroller = byId('scroller', HTMLElement);
  const newer = byId('newer', HTMLButtonElement);
  // So that a keyboard can scroll it in every browser.
  scroller.tabIndex = 0;
  let pinned = true;
  let unseen = 0;

  const caughtUp = () => {
    unseen = 0;
    newer.hidden = true;
  };
  const toBottom = () => {
    scroller.scrollTop = scroller.scrollHeight;
    pinned = true;
    caughtUp();
  };
  scroller.addEventListener(
    'scroll',
    () => {
      pinned = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < AT_BOTTOM_PX;
      if (pinned) caughtUp();
      if (scroller.scrollTop < NEAR_TOP_PX) onOlder();
    },
    { passive: true },
  );
  // Where nothing can be scrolled, the wish to do so is all there is.
  scroller.addEventListener(
    'wheel',
    ({ deltaY }) => {
      if (deltaY < 0 && scroller.scrollTop === 0) onOlder();
    },
    { passive: true },
  );
  new ResizeObserver(() => {
    if (pinned) toBottom();
  }).observe(scroller);

  return {
    toBottom,
    isPinned: () => pinned,

    /** Remembers what is in sight; what it gives puts it back there. */
    hold() {
      const fromEnd = scroller.scrollHeight - scroller.scrollTop;
      const wasPinned = pinned;
      return () => {
        if (wasPinned) toBottom();
        else scroller.scrollTop = scroller.scrollHeight - fromEnd;
      };
    },

    /** @type {(isNews: boolean, isOwn: boolean) => void} something was put at the end */
    grown(isNews, isOwn) {
      if (pinned || isOwn) toBottom();
      else if (isNews) {
        unseen += 1;
        newer.textContent = unseen === 1 ? '1 new message' : `${unseen} new messages`;
        newer.hidden = false;
      }
    },
  };
}
