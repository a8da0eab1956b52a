import { byId } from './dom.js';
import { closeWords } from './sentences.js';

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
  let isLive = false;
  let isDegraded = false;
  /** @type {number | undefined} */
  let latencyMs;
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

  const drawLive = () => {
    if (!isLive) return;
    state.dataset.kind = isDegraded ? 'busy' : 'live';
    const latency = latencyMs === undefined ? '' : ` · ${latencyMs < 1 ? '<1' : Math.round(latencyMs)} ms`;
    label.textContent = `${isDegraded ? 'Degraded' : 'Connected'}${latency}`;
  };

  return {
    /** @type {(ms: number) => void} how long a question and its answer took */
    latency(ms) {
      latencyMs = ms;
      drawLive();
    },
    /** @type {(degraded: boolean) => void} */
    degraded(degraded) {
      isDegraded = degraded;
      drawLive();
    },
    /**
     * @param {ConnectionState} now
     * @param {boolean} isReady the server knows who this is
     */
    show(now, isReady) {
      clock.cancel(tick);
      countdown.textContent = '';
      isLive = false;
      retry.hidden = now.phase === 'connecting';
      retry.textContent = 'Try now';
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
        case 'refused': {
          const { sentence: why, remedy } = closeWords(now.code, now.reason);
          draw('lost', 'Closed', why, why);
          retry.textContent = remedy;
          troubled = true;
          break;
        }
        case 'connecting':
          if (troubled) draw('lost', 'Reconnecting', 'Connecting…', spoken.textContent);
          else draw('busy', 'Connecting', '', '');
          break;
        default:
          if (isReady) {
            draw('live', 'Connected', '', troubled ? 'Connected again.' : '');
            troubled = false;
            isLive = true;
            drawLive();
          } else draw('busy', 'Greeting', '', spoken.textContent);
      }
    },
    /** Forgets former trouble. */
    restart() {
      troubled = false;
      latencyMs = undefined;
      clock.cancel(tick);
    },
  };
}
