import { createPlaces } from './places.js';
import { isPassing } from './requests.js';

/** @import { Comeback, Requests, SessionEvents } from './types.ts' */
/** @import { Joined, LogEntry, Place, Refusal } from './wire-types.ts' */

const HISTORY = 50;

/**
 * Up to where a log is known to whom it was told from its end.
 *
 * @param {{ epoch: string, seq: number, history: readonly LogEntry[] }} log
 * @returns {Place}
 */
export function endOf({ epoch, seq, history }) {
  const last = history.at(-1);
  return { epoch, seq, timestamp: last?.seq === seq ? last.timestamp : undefined };
}

/**
 * The rooms that somebody is in, wants to go into or comes back to, over all connections.
 *
 * @param {{
 *   ask: Requests['ask'],
 *   events: Pick<SessionEvents, 'joined' | 'joinRefused' | 'left' | 'back' | 'notice'>,
 *   onGone: (room: string) => void,
 * }} options
 */
export function createMembership({ ask, events, onGone }) {
  const places = createPlaces();
  /** @type {Set<string>} those that the present connection is in */
  const live = new Set();
  /** @type {Set<string>} those named in the greeting that have no answer yet */
  const returning = new Set();
  /** @type {Map<string, boolean>} those to go into, and whether as private ones */
  const wanted = new Map();
  /** @type {Set<string>} those that are being left */
  const leaving = new Set();
  /** @type {{ resumed: boolean, missed: string[], lost: { room: string, sentence: string }[] } | undefined} */
  let comeback;

  /** @type {(room: string, reason: string) => void} */
  const gone = (room, reason) => {
    leaving.delete(room);
    live.delete(room);
    places.forget(room);
    onGone(room);
    events.left(room, reason);
  };

  /** @type {(room: string) => void} */
  const askToJoin = (room) => {
    const place = places.of(room);
    const isPrivate = wanted.get(room) ? { private: true } : {};
    ask(
      { type: 'join', room, ...isPrivate, ...(place ?? { history: HISTORY }) },
      {
        refused({ code, message }) {
          wanted.delete(room);
          if (code === 'already-joined') return;
          if (place) gone(room, 'left');
          events.joinRefused(room, code, message);
        },
        delayed: ({ message }) => events.notice(message),
      },
      { isPatient: true },
    );
  };

  const settle = () => {
    if (!comeback || returning.size > 0) return;
    /** @type {Comeback} */
    const done = comeback;
    comeback = undefined;
    events.back(done);
  };

  return {
    places,
    /** @type {(room: string) => boolean} */
    isLive: (room) => live.has(room),

    /** @type {() => string[]} all of them, for a later visit */
    all: () => [...new Set([...places.rooms, ...wanted.keys()])],

    /** @type {() => object} what the greeting says of them */
    greeting() {
      const { rooms } = places;
      for (const room of rooms) returning.add(room);
      return rooms.length === 0 ? {} : { rooms: rooms.map((room) => ({ room, ...places.of(room) })) };
    },

    /** @type {(resumed: boolean | undefined) => void} the server knows who this is; after a lost connection, whether as before */
    welcomed(resumed) {
      comeback = resumed === undefined ? undefined : { resumed, missed: [], lost: [] };
      for (const room of wanted.keys()) askToJoin(room);
      settle();
    },

    /** @type {(room: string, isPrivate: boolean, isReady: boolean) => void} */
    join(room, isPrivate, isReady) {
      if (live.has(room) || wanted.has(room)) return;
      wanted.set(room, isPrivate);
      if (isReady) askToJoin(room);
    },

    /** @type {(message: Joined) => void} */
    joined(message) {
      const { room, recovered } = message;
      const isWanted = [returning.delete(room), wanted.delete(room)].includes(true);
      if (!isWanted) return;
      live.add(room);
      if (recovered !== true) places.set(room, endOf(message));
      if (recovered === false) comeback?.missed.push(room);
      events.joined(message, recovered === undefined ? 'new' : recovered ? 'resumed' : 'missed');
      settle();
    },

    /** @type {(refusal: Refusal) => boolean} whether this is about a room to come back to */
    refused(refusal) {
      const { room = '', message } = refusal;
      if (!returning.delete(room)) return false;
      if (isPassing(refusal)) {
        wanted.set(room, false);
        askToJoin(room);
      } else {
        comeback?.lost.push({ room, sentence: message });
        gone(room, 'left');
      }
      settle();
      return true;
    },

    /** @type {(room: string) => void} */
    leave(room) {
      wanted.delete(room);
      const isAsked =
        live.has(room) && ask({ type: 'leave', room }, { refused: () => gone(room, 'left') }, { isPatient: true });
      if (isAsked) leaving.add(room);
      else gone(room, 'left');
    },

    gone,

    /** The connection is lost. */
    lost() {
      comeback = undefined;
      live.clear();
      returning.clear();
      for (const room of leaving) gone(room, 'left');
    },

    clear() {
      leaving.clear();
      wanted.clear();
      places.clear();
    },
  };
}
