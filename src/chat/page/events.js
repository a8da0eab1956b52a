import { roomOfHash } from './room-name.js';
import { clock, forBrowser, forTab } from './surroundings.js';

/** @import { OutgoingText, SessionEvents } from './types.ts' */
/** @import { Visit } from './keepsake.js' */

/**
 * What the events of a session go to. It is asked for them one by one, since some are made only after the session.
 *
 * @typedef {{
 *   readonly course: { goingTo: string, visit: Visit | undefined },
 *   readonly chat: ReturnType<typeof import('./chat.js').createChat>,
 *   readonly shell: ReturnType<typeof import('./shell.js').createShell>,
 *   readonly link: ReturnType<typeof import('./link.js').createLink>,
 *   readonly entry: ReturnType<typeof import('./entry.js').createEntry>,
 *   readonly tokens: ReturnType<typeof import('./tokens.js').createTokens>,
 *   readonly typing: ReturnType<typeof import('./typing.js').createTyping>,
 *   readonly questions: ReturnType<typeof import('./questions.js').createQuestions>,
 *   readonly welcomed: () => void,
 *   readonly open: () => void,
 *   readonly close: (room: string) => void,
 *   readonly select: (key: string) => void,
 *   readonly selectAny: () => void,
 *   readonly keep: (isLeaving: boolean) => void,
 *   readonly outgoing: (texts?: readonly OutgoingText[]) => void,
 * }} Parts `course`: what to look at as soon as it is there, and the visit that this one goes on with
 */

/**
 * Shows what happens to the session.
 *
 * @param {Parts} parts
 * @returns {SessionEvents}
 */
export function createEvents(parts) {
  const { course } = parts;
  /** @type {SessionEvents} */
  const events = {
    connection(state) {
      parts.tokens.follow(state);
      if (parts.shell.isOpen) parts.link.show(state, false);
      else {
        parts.entry.follow(state, clock.now());
        if (parts.tokens.isDemanded) parts.tokens.demand();
      }
      if (state.phase !== 'open') parts.typing.clear();
      parts.outgoing();
    },
    welcome({ user, username, state, inbox }, isSame) {
      parts.welcomed();
      parts.chat.begin(user, username, course.visit?.keepsake.user === user ? course.visit.read : new Map());
      forBrowser.write('name', username);
      forTab.write('name', username);
      parts.shell.callMe(username);
      events.state(state);
      if (!isSame && inbox && inbox.seq > 0) parts.questions.mailbox();
      parts.link.show({ phase: 'open' }, true);
      parts.outgoing();
      if (course.visit?.keepsake.rooms.length === 0) {
        parts.open();
        parts.selectAny();
      }
      parts.keep(false);
    },
    joined(message, how) {
      const { room } = message;
      const { goingTo } = course;
      const wish = parts.chat.conversations.has(goingTo) ? goingTo : room;
      const isWished = goingTo === room || wish !== room || !parts.chat.current();
      parts.chat.joined(message, how);
      parts.open();
      if (isWished) {
        if (goingTo === wish) course.goingTo = '';
        parts.select(wish);
      }
      parts.outgoing();
      parts.keep(false);
    },
    entry(one) {
      if (one.type === 'message') parts.typing.stop(one.room, one.user);
      parts.chat.entry(one);
    },
    reset: (message) => parts.chat.reset(message),
    missed: (message) => parts.chat.missed(message),
    left(room, reason) {
      const wasCurrent = parts.chat.current()?.key === room;
      parts.chat.left(room, reason);
      if (wasCurrent && !parts.chat.current()) parts.selectAny();
      parts.keep(false);
    },
    joinRefused(room, code, sentence) {
      if (course.goingTo === room) course.goingTo = '';
      if (parts.shell.isOpen || (course.visit?.keepsake.rooms.length ?? 0) > 1) {
        parts.open();
        parts.shell.notify(`You are not in #${room}. ${sentence}`);
      } else {
        parts.close(room);
        parts.entry.refuse(code === 'rate-limited' ? 'other' : 'room', sentence);
      }
    },
    presence(message) {
      parts.chat.presence(message);
      const conversation = parts.chat.conversations.get(message.room);
      if (conversation?.isIn && !conversation.members && message.count <= 100) parts.questions.who(message.room);
    },
    typing: (notice) => parts.typing.told(notice),
    state(state) {
      parts.shell.degraded(state === 'degraded');
      parts.link.degraded(state === 'degraded');
    },
    back({ resumed, missed, lost }) {
      const words = lost.map(({ room, sentence }) => `You are not in #${room} any more. ${sentence}`);
      if (missed.length > 0)
        words.unshift(`Some messages were missed in ${missed.map((one) => `#${one}`).join(', ')}.`);
      if (!resumed) words.unshift('The server did not know you any more, so you are here anew.');
      if (words.length === 0) parts.shell.notify('Resumed: nothing was missed.', true);
      else parts.shell.notify(words.join(' '));
    },
    refused(about, sentence) {
      parts.close(
        parts.chat.current()?.isRoom ? (parts.chat.current()?.key ?? 'lobby') : roomOfHash(location.hash) || 'lobby',
      );
      parts.entry.refuse(about, sentence);
    },
    notice(sentence) {
      if (parts.shell.isOpen) parts.shell.notify(sentence);
      else parts.entry.say(sentence);
    },
    expiring: (inMs) => parts.tokens.expiring(inMs),
    latency: (ms) => parts.link.latency(ms),
    outgoing(next) {
      forTab.write('unsent', JSON.stringify(next.map(({ id, to, text }) => ({ id, to, text }))));
      parts.outgoing(next);
    },
  };
  return events;
}
