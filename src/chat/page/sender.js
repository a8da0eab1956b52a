import { createOutbox } from './outbox.js';
import { delayOf, isPassing } from './requests.js';
import { seconds } from './sentences.js';

/** @import { Clock, OutgoingText, Requests } from './types.ts' */

const FORGOTTEN =
  'The connection was lost before the server confirmed this message, and it does not know you any more.';

/**
 * Sends what is said, in the order of each conversation, until the server has acknowledged it.
 *
 * @param {{
 *   ask: Requests['ask'],
 *   drop: Requests['drop'],
 *   clock: Clock,
 *   newId: () => string,
 *   mayReach: (to: string) => boolean,
 *   onChange: (texts: readonly OutgoingText[]) => void,
 * }} options
 */
export function createSender({ ask, drop, clock, newId, mayReach, onChange }) {
  const outbox = createOutbox({ now: clock.now, newId, onChange });
  /** @type {Map<string, number>} until when a conversation rests */
  const rests = new Map();

  const flush = () => {
    for (const text of outbox.next()) {
      if (!mayReach(text.to) || (rests.get(text.to) ?? 0) > clock.now()) continue;
      rests.delete(text.to);
      send(text);
    }
  };

  /** @type {(text: OutgoingText) => void} */
  const send = ({ id, to, text }) => {
    const where = to.startsWith('@') ? { type: 'direct', to: to.slice(1) } : { type: 'message', room: to };
    const isSent = ask(
      { ...where, message: text },
      {
        done: () => confirmed(id),
        refused(refusal) {
          if (isPassing(refusal)) {
            const wait = delayOf(refusal);
            rests.set(to, clock.now() + wait);
            outbox.mark(id, 'waiting', why(refusal.code, wait));
            clock.after(wait, flush);
          } else outbox.mark(id, 'failed', refusal.message);
          flush();
        },
      },
      { id },
    );
    if (isSent) outbox.sent(id);
  };

  /** @type {(id: string | undefined) => void} */
  const confirmed = (id) => {
    if (id === undefined || !outbox.remove(id)) return;
    drop(id);
    flush();
  };

  return {
    flush,
    confirmed,
    /** @type {(to: string, text: string) => void} */
    say(to, text) {
      outbox.add(to, text);
      flush();
    },
    /** @type {(id: string) => void} */
    sayAgain(id) {
      outbox.mark(id, 'waiting', '');
      flush();
    },
    /** @type {(id: string) => string} */
    takeBack(id) {
      drop(id);
      const text = outbox.remove(id)?.text ?? '';
      flush();
      return text;
    },
    recall: outbox.recall,
    lost() {
      rests.clear();
      outbox.lost();
    },
    forgotten: () => outbox.forgotten(FORGOTTEN),
    fail: outbox.fail,
  };
}

/** @type {(code: string, wait: number) => string} */
function why(code, wait) {
  if (code === 'slow-mode') return `The room is in slow mode. Sent in ${seconds(wait)}.`;
  if (code === 'unavailable') return 'The server cannot keep it now. Sent again by itself.';
  return `That was fast. Sent again in ${seconds(wait)}.`;
}
