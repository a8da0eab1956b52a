import { createConnection } from './connection.js';
import { createMembership, endOf } from './membership.js';
import { MAILBOX } from './places.js';
import { createPulse } from './pulse.js';
import { createRequests } from './requests.js';
import { createSender } from './sender.js';
import { readServerMessage } from './wire.js';

/** @import { Clock, Session, SessionEvents, SocketLike } from './types.ts' */
/** @import { LogEntry, Missed, Refusal, Reset, ServerMessage, Welcome } from './wire-types.ts' */

const NO_ANSWER = 'The server stopped answering.';
/** Notices of typing are worth no word when they are refused. */
const TYPING_ID = 'typing';

/** @type {(code: string) => 'name' | 'room' | 'other'} */
const fieldOf = (code) => (code.startsWith('name-') ? 'name' : code.includes('room') ? 'room' : 'other');

/**
 * One person in some rooms: greets, joins, comes back after every lost connection as the same one and to the same place,
 * and says everything once.
 *
 * @param {{
 *   openSocket: () => SocketLike,
 *   isUnauthorized?: () => Promise<boolean>,
 *   clock: Clock,
 *   random: () => number,
 *   idPrefix: string,
 *   events: SessionEvents,
 * }} options `idPrefix` begins the ids of requests and was not used before
 * @returns {Session}
 */
export function createSession({ openSocket, isUnauthorized, clock, random, idPrefix, events }) {
  let isSeated = false;
  let isReady = false;
  let isGreeted = false;
  let wasReady = false;
  let username = '';
  let user = '';
  let key = '';
  let helloId = '';
  let made = 0;

  const newId = () => {
    made += 1;
    // Always of the same length, so that the page can say beforehand how long a frame will be.
    return `${idPrefix}-${made.toString(36).padStart(4, '0')}`;
  };
  const connection = createConnection({ openSocket, isUnauthorized, clock, random, onState, onText });
  const requests = createRequests({
    send: connection.send,
    clock,
    newId,
    onSilence: () => connection.abandon(NO_ANSWER),
  });
  const membership = createMembership({
    ask: requests.ask,
    events,
    onGone: (room) => sender.fail(room, 'You are not in this room any more.'),
  });
  const { places } = membership;
  const pulse = createPulse({ ask: requests.ask, clock, onLatency: events.latency });
  const sender = createSender({
    ask: requests.ask,
    drop: requests.drop,
    clock,
    newId,
    mayReach: (to) => isReady && (to.startsWith(MAILBOX) || membership.isLive(to)),
    onChange: events.outgoing,
  });

  /** @type {SessionEvents['connection']} */
  function onState(state) {
    if (state.phase !== 'open') unplug();
    events.connection(state);
    if (state.phase === 'open') greet();
  }

  function unplug() {
    isReady = false;
    isGreeted = false;
    pulse.stop();
    requests.lost();
    sender.lost();
    membership.lost();
  }

  function greet() {
    helloId = newId();
    const inbox = places.of(MAILBOX);
    const earlier = key === '' ? {} : { session: key, ...(inbox?.epoch ? { inbox } : {}) };
    requests.ask(
      { type: 'hello', username, ...earlier, ...membership.greeting() },
      {
        refused({ code, message }) {
          signOut();
          events.refused(fieldOf(code), message);
        },
        delayed(refusal) {
          // A second greeting is taken only from those whose first one was not.
          if (isGreeted) connection.abandon(refusal.message);
          else events.notice(refusal.message);
        },
      },
      { isPatient: true, id: helloId },
    );
  }

  /** @type {(text: string) => void} */
  function onText(text) {
    const message = readServerMessage(text);
    if (message) hear(message);
  }

  /** @type {(message: ServerMessage) => void} */
  function hear(message) {
    switch (message.type) {
      case 'welcome':
        return onWelcome(message);
      case 'joined':
        requests.answered(message);
        membership.joined(message);
        for (const entry of message.history) confirm(entry);
        return sender.flush();
      case 'message':
      case 'direct':
      case 'redact':
      case 'moderation':
        return onEntry(message);
      case 'reset':
      case 'missed':
        return onGap(message);
      case 'left':
        requests.answered(message);
        return membership.gone(message.room, message.reason);
      case 'presence':
        return events.presence(message);
      case 'typing':
        return events.typing(message);
      case 'state':
        events.state(message.state);
        return sender.flush();
      case 'expiring':
        return events.expiring(message.inMs);
      case 'bye':
        return connection.postpone(message.retryAfterMs, message.reason);
      case 'error':
        return onError(message);
      default:
        requests.answered(message);
        return undefined;
    }
  }

  /** @type {(message: Welcome) => void} */
  function onWelcome(message) {
    isGreeted = true;
    key = message.session;
    const isSame = message.user === user;
    if (!isSame) {
      places.set(MAILBOX, message.inbox ?? { epoch: '', seq: 0 });
      sender.forgotten();
    }
    user = message.user;
    // Without a name a refusal follows, which says why.
    if (message.username === '') return;
    requests.drop(helloId);
    username = message.username;
    isReady = true;
    events.welcome(message, isSame);
    membership.welcomed(wasReady ? message.resumed : undefined);
    wasReady = true;
    sender.flush();
    pulse.start();
  }

  /** @type {(entry: LogEntry) => void} */
  function onEntry(entry) {
    const log = entry.type === 'direct' ? MAILBOX : entry.room;
    if ((log !== MAILBOX && !membership.isLive(log)) || !places.pass(log, entry)) return;
    events.entry(entry);
    confirm(entry);
  }

  /** @type {(entry: LogEntry) => void} what stands in the log is kept, whether or not its acknowledgement comes */
  function confirm(entry) {
    if ((entry.type === 'message' || entry.type === 'direct') && entry.user === user) sender.confirmed(entry.id);
  }

  /** @type {(message: Reset | Missed) => void} */
  function onGap(message) {
    const { room } = message;
    if (room !== undefined && !membership.isLive(room)) return;
    if (message.type === 'reset') {
      places.set(room ?? MAILBOX, endOf(message));
      events.reset(message);
    } else if (places.pass(room ?? MAILBOX, { epoch: message.epoch, seq: message.to })) events.missed(message);
  }

  /** @type {(refusal: Refusal) => void} */
  function onError(refusal) {
    if (refusal.id === TYPING_ID || requests.refused(refusal) || membership.refused(refusal)) return;
    events.notice(refusal.message);
  }

  function signOut() {
    isSeated = false;
    wasReady = false;
    membership.clear();
    connection.close();
    key = '';
    user = '';
  }

  return {
    get isReady() {
      return isReady;
    },
    get extended() {
      return connection.extended;
    },
    enter(name, rooms, earlier) {
      isSeated = true;
      username = name;
      membership.clear();
      for (const room of rooms) membership.join(room, false, false);
      if (earlier) {
        ({ key, user } = earlier);
        // From its beginning: what was said to this user alone is shown anew.
        if (earlier.inbox) places.set(MAILBOX, { epoch: earlier.inbox.epoch, seq: 0 });
      }
      connection.connect();
    },
    join(room, isPrivate = false) {
      if (isSeated) membership.join(room, isPrivate, isReady);
    },
    leave: membership.leave,
    signOut,
    say: sender.say,
    sayAgain: sender.sayAgain,
    takeBack: sender.takeBack,
    recall: sender.recall,
    typing(room, on) {
      if (isReady && membership.isLive(room)) {
        connection.send(JSON.stringify({ type: 'typing', room, on, id: TYPING_ID }));
      }
    },
    ask: (message, answers) => isReady && requests.ask(message, answers),
    retryNow: connection.retryNow,
    hurry: connection.hurry,
    keepsake: () =>
      wasReady ? { key, user, username, inbox: places.of(MAILBOX), rooms: membership.all() } : undefined,
  };
}
