import { byId } from './dom.js';
import { timeOfDay } from './format.js';
import { seconds } from './sentences.js';
import { createTokenForm } from './token-form.js';

/** @import { Clock, ConnectionState, Session } from './types.ts' */

const UNAUTHORIZED = 4401;

/**
 * Asks for a token where the server wants one: before it lets anybody in, when the present one is about to end, and when
 * it has ended.
 *
 * @param {{
 *   clock: Clock,
 *   credential: Pick<ReturnType<typeof import('./credential.js').createCredential>, 'give' | 'isGiven'>,
 *   session: Pick<Session, 'ask' | 'retryNow'>,
 *   notify: (sentence: string, passes: boolean) => void,
 * }} options
 */
export function createTokens({ clock, credential, session, notify }) {
  const notice = byId('token-notice', HTMLElement);
  const countdown = byId('token-countdown', HTMLElement);
  let isDemanded = false;
  /** @type {number | undefined} */
  let tick;

  const calm = () => {
    clock.cancel(tick);
    notice.hidden = true;
  };
  /** @type {(until: number) => void} */
  const count = (until) => {
    countdown.textContent = `Time left: ${seconds(until - clock.now())}.`;
    if (until > clock.now()) tick = clock.after(1_000, () => count(until));
  };

  /** @type {(token: string) => void} */
  const comeWith = (token) => {
    credential.give(token);
    form.close();
    session.retryNow();
  };
  const form = createTokenForm((token) => {
    const isAsked = session.ask(
      { type: 'renew', token },
      {
        done(answer) {
          credential.give(token);
          form.close();
          calm();
          if (answer.type !== 'renewed') return;
          notify(`Your new token holds until ${timeOfDay(new Date(answer.expiresAt))}.`, true);
        },
        refused: ({ message }) => form.refuse(message),
        lost: () => comeWith(token),
      },
    );
    if (!isAsked) comeWith(token);
  });
  const demand = () =>
    form.show(
      credential.isGiven
        ? 'The server does not take the token that it has of you: it has ended, or it was never valid.'
        : 'This chat lets in who has a token.',
    );
  byId('token-renew', HTMLButtonElement).addEventListener('click', () =>
    form.show('Your token is about to end. With a new one of yours you stay where you are.'),
  );

  return {
    demand,
    /** Whether nothing goes on before there is a token. */
    get isDemanded() {
      return isDemanded;
    },
    /** @type {(state: ConnectionState) => void} */
    follow(state) {
      isDemanded = state.phase === 'refused' && state.code === UNAUTHORIZED;
      if (state.phase !== 'open') calm();
    },
    /** @type {(inMs: number) => void} the present token ends so soon */
    expiring(inMs) {
      notice.hidden = false;
      clock.cancel(tick);
      count(clock.now() + inMs);
    },
  };
}
