import { createConnection } from './connection.js';
import { createOutbox } from './outbox.js';
import { isSameName, joinText, leaveText, messageText, readServerMessage } from './wire.js';

/** @import { Clock, Seat, ServerMessage, Session, SessionEvents, SocketLike } from './types.ts' */

const ANSWER_TIMEOUT_MS = 10_000;
/** A server notices a dead connection after its ping interval and timeout, 40 s together; until then it keeps the name. */
const GHOST_PATIENCE_MS = 60_000;
const GHOST_PAUSE_MS = 3_000;
const NO_ANSWER = 'The server stopped answering.';
const LOST_UNCONFIRMED = 'The connection was lost before the server confirmed this message.';
const EARLIER_UNCONFIRMED = 'The page was loaded anew before the server confirmed this message.';
const LEFT_UNCONFIRMED = 'You left before the server confirmed this message.';

/** @type {(code: string) => 'name' | 'room' | 'other'} */
const fieldOf = (code) => (code.startsWith('name-') ? 'name' : code.includes('room') ? 'room' : 'other');

/** @type {(ms: number) => string} */
const seconds = (ms) => `${Math.max(1, Math.ceil(ms / 1000))} s`;

/**
 * One person in one room: joins, joins again after every lost connection, and sends one text after the other, each
 * when the server has given back the one before.
 *
 * @param {{ openSocket: () => SocketLike, clock: Clock, random: () => number, events: SessionEvents }} options
 * @returns {Session}
 */
export function createSession({ openSocket, clock, random, events }) {
  /** @type {Seat | undefined} */
  let seat;
  /** @type {Seat | undefined} where to go back to when a switch of rooms is refused */
  let former;
  let joined = false;
  let everJoined = false;
  let joining = false;
  /** @type {string} the room that is being left for another one */
  let leaving = '';
  /** @type {number | undefined} */
  let answerAlarm;
  /** @type {number | undefined} */
  let pauseAlarm;
  let lostAt = 0;

  const outbox = createOutbox(clock.now, events.outgoing);
  const connection = createConnection({ openSocket, clock, random, onState, onText });

  const expectAnswer = () => {
    clock.cancel(answerAlarm);
    answerAlarm = clock.after(ANSWER_TIMEOUT_MS, () => connection.abandon(NO_ANSWER));
  };
  /** @type {(ms: number, resume: () => void) => void} */
  const pause = (ms, resume) => {
    clock.cancel(pauseAlarm);
    pauseAlarm = clock.after(ms, () => {
      pauseAlarm = undefined;
      resume();
    });
  };
  const calm = () => {
    clock.cancel(answerAlarm);
    clock.cancel(pauseAlarm);
    pauseAlarm = undefined;
  };

  const join = () => {
    if (!seat || !connection.send(joinText(seat.username, seat.room))) return;
    joining = true;
    expectAnswer();
  };

  /** @type {(room: string) => void} the new room follows when the server has confirmed */
  const leaveFirst = (room) => {
    if (!connection.send(leaveText(room))) return;
    leaving = room;
    expectAnswer();
  };

  const flush = () => {
    if (!seat || !joined || pauseAlarm !== undefined) return;
    const entry = outbox.next(seat.room);
    if (!entry || !connection.send(messageText(entry.text, entry.room))) return;
    outbox.mark(entry.id, 'sending', '');
    expectAnswer();
  };

  /** @type {SessionEvents['connection']} */
  function onState(state) {
    if (state.phase !== 'open' && (joined || joining || leaving)) {
      if (joined) lostAt = clock.now();
      joined = false;
      joining = false;
      leaving = '';
      calm();
      outbox.interrupt(LOST_UNCONFIRMED);
    }
    events.connection(state);
    if (state.phase === 'open') join();
  }

  /** @type {(text: string) => void} */
  function onText(text) {
    const message = readServerMessage(text);
    if (!message || !seat) return;
    if (message.type === 'error') onError(message);
    else if (leaving) onLastWords(message, seat);
    else if (isSameName(message.room, seat.room)) onRoomMessage(message, seat);
  }

  /** @type {(message: Exclude<ServerMessage, { type: 'error' }>, here: Seat) => void} */
  function onLastWords(message, here) {
    if (message.type !== 'leave' || message.room !== leaving) return;
    if (!message.usernames.some((name) => isSameName(name, here.username))) return;
    leaving = '';
    calm();
    join();
  }

  /** @type {(message: Exclude<ServerMessage, { type: 'error' }>, here: Seat) => void} */
  function onRoomMessage(message, here) {
    if (joining) {
      // Only members hear a room, so whatever comes first means that the server let us in.
      joining = false;
      joined = true;
      calm();
      const ownJoin = message.type === 'join' && message.usernames.find((name) => isSameName(name, here.username));
      seat = { username: ownJoin || here.username, room: message.room };
      former = undefined;
      events.joined(seat, everJoined);
      everJoined = true;
      if (!ownJoin || message.type !== 'join' || message.usernames.length > 1) deliver(message, seat);
      flush();
      return;
    }
    deliver(message, here);
  }

  /** @type {(message: Exclude<ServerMessage, { type: 'error' }>, here: Seat) => void} */
  function deliver(message, here) {
    if (message.type !== 'message') {
      events.presence(message);
      return;
    }
    const own = isSameName(message.username, here.username);
    const entry = own ? outbox.inFlight() : undefined;
    events.message(message, own);
    if (!entry) return;
    clock.cancel(answerAlarm);
    outbox.remove(entry.id);
    flush();
  }

  /** @type {(error: ServerMessage & { type: 'error' }) => void} */
  function onError(error) {
    const entry = outbox.inFlight();
    const wait = error.retryAfterMs ?? 1000;
    if (leaving) onLeaveRefused(error, wait, leaving);
    else if (joining) onJoinRefused(error, wait);
    else if (!entry) events.notice(error.message);
    else if (error.code === 'rate-limited') {
      clock.cancel(answerAlarm);
      outbox.mark(entry.id, 'waiting', `That was fast. Sent again in ${seconds(wait)}.`);
      pause(wait, flush);
    } else {
      clock.cancel(answerAlarm);
      outbox.mark(entry.id, 'refused', error.message);
      flush();
    }
  }

  /** @type {(error: ServerMessage & { type: 'error' }, wait: number, room: string) => void} */
  function onLeaveRefused(error, wait, room) {
    clock.cancel(answerAlarm);
    if (error.code === 'rate-limited') {
      events.notice(`The server asks for a pause. Going on in ${seconds(wait)}.`);
      pause(wait, () => leaveFirst(room));
    } else if (error.code === 'not-joined') {
      leaving = '';
      join();
    }
  }

  /** @type {(error: ServerMessage & { type: 'error' }, wait: number) => void} */
  function onJoinRefused(error, wait) {
    joining = false;
    clock.cancel(answerAlarm);
    if (error.code === 'rate-limited') {
      events.notice(`The server asks for a pause. Joining in ${seconds(wait)}.`);
      pause(wait, join);
    } else if (former) {
      seat = former;
      former = undefined;
      events.switchRefused(error.message);
      join();
    } else if (everJoined && fieldOf(error.code) === 'name' && clock.now() - lostAt < GHOST_PATIENCE_MS) {
      events.notice(`Your lost connection still holds your name. Joining again in ${seconds(GHOST_PAUSE_MS)}.`);
      pause(GHOST_PAUSE_MS, join);
    } else {
      vacate();
      events.refused(fieldOf(error.code), error.message);
    }
  }

  function vacate() {
    calm();
    seat = undefined;
    former = undefined;
    joined = false;
    joining = false;
    leaving = '';
    everJoined = false;
    outbox.interrupt(LEFT_UNCONFIRMED);
    connection.close();
  }

  return {
    get seat() {
      return seat;
    },
    get joined() {
      return joined;
    },
    get extended() {
      return connection.extended;
    },
    enter(wanted) {
      seat = wanted;
      connection.connect();
    },
    switchRoom(room) {
      if (!seat || joining || isSameName(room, seat.room)) return;
      calm();
      outbox.interrupt(LEFT_UNCONFIRMED);
      const { username, room: from } = seat;
      former = joined ? seat : former;
      seat = { username, room };
      everJoined = false;
      if (joined) leaveFirst(from);
      else if (connection.state.phase === 'open' && !leaving) join();
      joined = false;
    },
    leave() {
      if (seat && joined) connection.send(leaveText(seat.room));
      vacate();
    },
    say(text) {
      if (!seat) return;
      outbox.add(seat.room, text);
      flush();
    },
    sayAgain(id) {
      outbox.mark(id, 'waiting', '');
      flush();
    },
    recall: (room, text) => outbox.recall(room, text, EARLIER_UNCONFIRMED),
    takeBack: (id) => outbox.remove(id)?.text ?? '',
    retryNow: connection.retryNow,
  };
}
