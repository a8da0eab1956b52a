import { pauseBefore } from './backoff.js';

/** @import { Connection, ConnectionOptions, ConnectionState, SocketLike } from './types.ts' */

const POLICY_VIOLATION = 1008;
/** What the server closes with when a token has ended; a refusal before there was a connection is the same to a person. */
const UNAUTHORIZED = 4401;

/**
 * Whether a close code means that coming back by itself would be wrong: the server said no to this client, not "later".
 *
 * @param {number} code
 */
const isFinal = (code) => code === POLICY_VIOLATION || (code >= 4400 && code <= 4499);

/**
 * Keeps one WebSocket open: an attempt that fails or a connection that ends is followed by a growing, jittered pause.
 * The growth starts over only after a connection has lived for `stableMs`.
 *
 * @param {ConnectionOptions} options
 * @returns {Connection}
 */
export function createConnection(options) {
  const { openSocket, isUnauthorized, clock, random, onState, onText } = options;
  const { stableMs = 10_000, openTimeoutMs = 10_000 } = options;
  /** @type {ConnectionState} */
  let state = { phase: 'idle' };
  /** @type {SocketLike | undefined} */
  let socket;
  /** @type {number | undefined} */
  let alarm;
  let attempt = 0;
  let leastPause = 0;
  let announced = '';
  /** The attempt of which it is asked why it failed. @type {SocketLike | undefined} */
  let failed;

  /** @type {(next: ConnectionState, afterMs?: number, ring?: () => void) => void} */
  const become = (next, afterMs = 0, ring = undefined) => {
    clock.cancel(alarm);
    failed = undefined;
    alarm = ring && clock.after(afterMs, ring);
    state = next;
    onState(next);
  };

  /** @type {(code?: number) => void} */
  const drop = (code) => {
    const former = socket;
    socket = undefined;
    if (!former) return;
    former.onopen = null;
    former.onmessage = null;
    former.onclose = null;
    former.close(code);
  };

  /** @type {(code: number, reason: string) => void} */
  const lose = (code, reason) => {
    drop();
    if (isFinal(code)) {
      become({ phase: 'refused', code, reason });
      return;
    }
    attempt += 1;
    const pause = Math.max(leastPause, pauseBefore(attempt, random()));
    const why = announced || reason;
    leastPause = 0;
    announced = '';
    become({ phase: 'waiting', attempt, until: clock.now() + pause, reason: why }, pause, dial);
  };

  /** @type {(attempted: SocketLike, code: number, reason: string) => void} a browser does not tell why it got no connection */
  const inquire = (attempted, code, reason) => {
    if (!isUnauthorized) {
      lose(code, reason);
      return;
    }
    drop();
    failed = attempted;
    void isUnauthorized().then((isSo) => {
      if (failed === attempted) lose(isSo ? UNAUTHORIZED : code, reason);
    });
  };

  const dial = () => {
    become({ phase: 'connecting', attempt }, openTimeoutMs, () => lose(0, 'The server does not answer.'));
    /** @type {SocketLike} */
    let fresh;
    try {
      fresh = openSocket();
    } catch {
      lose(0, 'This browser does not allow the connection.');
      return;
    }
    socket = fresh;
    fresh.onopen = () => {
      fresh.onclose = ({ code, reason }) => lose(code, reason);
      become({ phase: 'open' }, stableMs, () => {
        attempt = 0;
      });
    };
    fresh.onmessage = ({ data }) => {
      if (typeof data === 'string') onText(data);
    };
    fresh.onclose = ({ code, reason }) => inquire(fresh, code, reason);
  };

  return {
    get state() {
      return state;
    },
    get extended() {
      return socket !== undefined && socket.extensions !== '';
    },
    connect() {
      if (state.phase === 'idle' || state.phase === 'refused') dial();
    },
    send(text) {
      if (state.phase !== 'open' || !socket) return false;
      socket.send(text);
      return true;
    },
    retryNow() {
      if (state.phase === 'waiting' || state.phase === 'refused') dial();
    },
    hurry() {
      if (state.phase === 'waiting') dial();
    },
    postpone(ms, reason) {
      leastPause = ms;
      announced = reason;
    },
    abandon(reason) {
      if (socket) lose(0, reason);
    },
    close() {
      drop(1000);
      attempt = 0;
      leastPause = 0;
      announced = '';
      become({ phase: 'idle' });
    },
  };
}
