import { createMemory } from './storage.js';

/** @import { Clock, SocketLike } from './types.ts' */

/** What the browser gives the page: time, sockets, memory and chance. */

/** @type {Clock} */
export const clock = {
  now: () => Date.now(),
  after: (ms, alarm) => window.setTimeout(alarm, ms),
  cancel: (alarm) => window.clearTimeout(alarm),
};

/** The chat lives beside the page, also when a proxy serves both under some path. @type {(path: string) => URL} */
const addressOf = (path) => {
  const address = new URL(path, location.href);
  address.search = '';
  address.hash = '';
  return address;
};

/** @type {(protocols: string[]) => SocketLike} */
export const openSocket = (protocols) => {
  const address = addressOf('chat');
  address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  return /** @type {SocketLike} */ (/** @type {unknown} */ (new WebSocket(address, protocols)));
};

/**
 * Whether the server turns away who comes with this token, or an empty one for none. A browser hides from a page how a
 * WebSocket was refused, so this asks for a ticket, which is given and refused for the same reasons.
 *
 * @type {(token: string) => Promise<boolean>}
 */
export const isUnauthorized = async (token) => {
  /** @type {RequestInit} */
  const request = { method: 'POST', cache: 'no-store', credentials: 'omit' };
  if (token !== '') request.headers = { Authorization: `Bearer ${token}` };
  try {
    return (await fetch(addressOf('chat/ticket'), request)).status === 401;
  } catch {
    return false;
  }
};

export const forTab = createMemory(() => sessionStorage);
export const forBrowser = createMemory(() => localStorage);

/** Eight characters that no other page begins its ids with. @type {() => string} */
export const newPrefix = () =>
  [...crypto.getRandomValues(new Uint8Array(4))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
