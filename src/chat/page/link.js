import { byId } from './dom.js';

/** @import { Clock, ConnectionState } from './types.ts' */

/**
 * How the connection stands: a word in the bar, and while it is gone a notice that counts down.
 *
 * @param {Clock} clock
 * @param {() => void} onRetry
 */
export function createLink(clock, onRetry) {
  const state = byId('link-state', HTMLElement);
  const label = byId('link-label', HTMLElement);
  const notice = byId('link-notice', HTMLElement);
  const sentence = byId('link-sentence', HTMLElement);
  const countdown = byId('link-countdown', HTMLElement);
  const retry = byId('retry', HTMLButtonElement);
  const spoken = byId('link-spoken', HTMLElement);
  /** @type {number | undefined} */
  let tick;
  let troubled = false;
  retry.addEventListener('click', onRetry);

  /** @type {(until: number, attempt: number) => void} */
  const count = (until, attempt) => {
    const left = Math.max(0, Math.ceil((until - clock.now()) / 1000));
    countdown.textContent = `Trying again in ${left} s${attempt > 1 ? `, after ${attempt} attempts` : ''}.`;
    if (left > 0) tick = clock.after(250, () => count(until, attempt));
  };

  /** @type {(kind: string, word: string, trouble: string, spokenWords: string) => void} */
  const draw = (kind, word, trouble, spokenWords) => {
    state.dataset.kind = kind;
    label.textContent = word;
    sentence.textContent = trouble;
    notice.hidden = trouble === '';
    if (spoken.textContent !== spokenWords) spoken.textContent = spokenWords;
  };

  return {
    /**
     * @param {ConnectionState} now
     * @param {boolean} joined
     */
    show(now, joined) {
      clock.cancel(tick);
      countdown.textContent = '';
      retry.hidden = now.phase === 'connecting';
      switch (now.phase) {
        case 'waiting': {
          const why = now.reason || 'The connection is gone.';
          const inSeconds = Math.ceil((now.until - clock.now()) / 1000);
          draw(
            'lost',
            'Reconnecting',
            why,
            troubled ? spoken.textContent : `${why} Reconnecting in ${inSeconds} seconds.`,
          );
          count(now.until, now.attempt);
          troubled = true;
          break;
        }
        case 'refused':
          draw(
            'lost',
            'Closed',
            'The server closed the connection.',
            `The server closed the connection. ${now.reason}`,
          );
          countdown.textContent = now.reason;
          troubled = true;
          break;
        case 'connecting':
          if (troubled) draw('lost', 'Reconnecting', 'Connecting…', spoken.textContent);
          else draw('busy', 'Connecting', '', '');
          break;
        default:
          if (joined) {
            draw('live', 'Connected', '', troubled ? 'Connected again.' : '');
            troubled = false;
          } else draw('busy', 'Joining', '', spoken.textContent);
      }
    },
    /** Forgets former trouble. */
    restart() {
      troubled = false;
      clock.cancel(tick);
    },
  };
}
