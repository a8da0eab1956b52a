import { judgeRoom, roomOfHash } from './room-name.js';

/**
 * @typedef {object} Followers who is told what happens to the window
 * @property {ReturnType<typeof import('./shell.js').createShell>} shell
 * @property {ReturnType<typeof import('./chat.js').createChat>} chat
 * @property {ReturnType<typeof import('./entry.js').createEntry>} entry
 * @property {Pick<import('./types.ts').Session, 'hurry'>} session
 * @property {(room: string) => void} join
 * @property {(isLeaving: boolean) => void} keep
 */

/** Goes where the address says, and follows the network, the tab and its end. @param {Followers} followers */
export const followWindow = ({ shell, chat, entry, session, join, keep }) => {
  addEventListener('hashchange', () => {
    const room = roomOfHash(location.hash);
    if (room === '' || room === chat.current()?.key) return;
    if (!shell.isOpen) entry.setRoom(room);
    else if (judgeRoom(room) === '') join(room);
    else shell.notify(judgeRoom(room));
  });
  // A device that finds its network again need not sit out the pause.
  addEventListener('online', () => session.hurry());
  addEventListener('pagehide', () => keep(true));
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') chat.seen();
  });
};
