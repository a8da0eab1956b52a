import { createMemory } from './storage.js';

/** @import { Clock, SocketLike } from './types.ts' */

/** What the browser gives the page: time, sockets, memory and chance. */

/** @type {Clock} */
export const clock = {
  now: () => Date.now(),
  after: (ms, alarm) => window.setTimeout(alarm, ms),
  cancel: (alarm) => window.clearTimeout(alarm),
};

/** The chat lives beside the page, also when a proxy serves both under some path. @type {() => SocketLike} */
export const openSocket = () => {
  const address = new URL('chat', location.href);
  address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  address.search = '';
  address.hash = '';
  return /** @type {SocketLike} */ (/** @type {unknown} */ (new WebSocket(address, 'ws101.chat.v1')));
};

export const forTab = createMemory(() => sessionStorage);
export const forBrowser = createMemory(() => localStorage);

/** Eight characters that no other page begins its ids with. @type {() => string} */
export const newPrefix = () =>
  [...crypto.getRandomValues(new Uint8Array(4))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
