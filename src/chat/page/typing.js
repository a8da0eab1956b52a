import { listNames } from './format.js';

/** @import { Clock, SessionEvents } from './types.ts' */

const EXPIRES_MS = 6_000;

/**
 * Who is writing where. A notice that is not repeated is forgotten after six seconds.
 *
 * @param {Clock} clock
 * @param {() => void} onChange
 */
export function createTyping(clock, onChange) {
  /** @type {Map<string, Map<string, { name: string, alarm: number }>>} */
  const rooms = new Map();

  /** @type {(room: string, user: string) => void} */
  const stop = (room, user) => {
    const notice = rooms.get(room)?.get(user);
    if (!notice) return;
    clock.cancel(notice.alarm);
    rooms.get(room)?.delete(user);
    onChange();
  };

  return {
    stop,
    /** @type {SessionEvents['typing']} */
    told({ room, user, username, on }) {
      stop(room, user);
      if (!on) return;
      const notices = rooms.get(room) ?? new Map();
      rooms.set(room, notices);
      notices.set(user, { name: username, alarm: clock.after(EXPIRES_MS, () => stop(room, user)) });
      onChange();
    },
    clear() {
      for (const notices of rooms.values()) for (const { alarm } of notices.values()) clock.cancel(alarm);
      rooms.clear();
      onChange();
    },
    /** @type {(room: string) => string} a sentence, or nothing */
    sentence(room) {
      const names = [...(rooms.get(room)?.values() ?? [])].map(({ name }) => name);
      if (names.length === 0) return '';
      return `${listNames(names, 0)} ${names.length === 1 ? 'is' : 'are'} writing…`;
    },
  };
}
