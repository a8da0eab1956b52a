/** @import { Answers, Clock, Requests } from './types.ts' */
/** @import { Refusal, ServerMessage } from './wire-types.ts' */

const ANSWER_TIMEOUT_MS = 10_000;
const DEFAULT_DELAY_MS = 1_000;

/** Refusals that pass: the same may be asked again a little later. */
const PATIENT_CODES = new Set(['rate-limited', 'slow-mode', 'unavailable']);

/** @type {(refusal: Refusal) => boolean} */
export const isPassing = ({ code }) => PATIENT_CODES.has(code);

/** @type {(refusal: Refusal) => number} milliseconds */
export const delayOf = ({ retryAfterMs }) => retryAfterMs ?? DEFAULT_DELAY_MS;

/**
 * What was asked of the server on the present connection, until it is answered: each request has an `id`, which its
 * answer repeats. A server that leaves one unanswered for ten seconds is given up.
 *
 * @param {{ send: (text: string) => boolean, clock: Clock, newId: () => string, onSilence: () => void }} options
 * @returns {Requests}
 */
export function createRequests({ send, clock, newId, onSilence }) {
  /** @type {Map<string, { message: object, answers: Answers, isPatient: boolean, alarm: number | undefined }>} */
  const open = new Map();

  /** @type {Requests['ask']} */
  const ask = (message, answers, { isPatient = false, id = newId() } = {}) => {
    if (!send(JSON.stringify({ ...message, id }))) return false;
    open.set(id, { message, answers, isPatient, alarm: clock.after(ANSWER_TIMEOUT_MS, onSilence) });
    return true;
  };

  /** @type {(id: string | undefined) => { message: object, answers: Answers, isPatient: boolean } | undefined} */
  const take = (id) => {
    const request = id === undefined ? undefined : open.get(id);
    if (id === undefined || !request) return undefined;
    clock.cancel(request.alarm);
    open.delete(id);
    return request;
  };

  return {
    ask,
    answered(message) {
      const request = 'id' in message ? take(message.id) : undefined;
      request?.answers.done?.(/** @type {ServerMessage} */ (message));
      return request !== undefined;
    },
    refused(refusal) {
      const { id } = refusal;
      const request = take(id);
      if (!request || id === undefined) return false;
      const { message, answers, isPatient } = request;
      if (isPatient && isPassing(refusal)) {
        const alarm = clock.after(delayOf(refusal), () => {
          open.delete(id);
          ask(message, answers, { isPatient, id });
        });
        open.set(id, { message, answers, isPatient, alarm });
        answers.delayed?.(refusal);
      } else answers.refused?.(refusal);
      return true;
    },
    drop(id) {
      take(id);
    },
    lost() {
      const all = [...open.values()];
      open.clear();
      for (const { alarm } of all) clock.cancel(alarm);
      for (const { answers } of all) answers.lost?.();
    },
  };
}
