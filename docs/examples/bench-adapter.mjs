// How `ws101 bench` speaks to a server that does not echo: here one with channels, to which clients subscribe in JSON.
// Run: npx ws101 bench --scenario fanout --adapter docs/examples/bench-adapter.mjs -c 100 ws://localhost:8080
// @ts-check

/** What a server of channels sends. @typedef {{ event: string, data?: string, reason?: string }} ServerMessage */

/** @param {string | Uint8Array} message @returns {ServerMessage} */
const read = (message) => (typeof message === 'string' ? JSON.parse(message) : { event: 'binary' });

export const adapter = {
  name: 'channels',
  summary: 'a server with channels: one for all, whose publications come back to their publisher too',
  // 'everybody': the publisher receives its own; 'others': it does not, or it does not matter; 'publisher': nobody else does.
  reaches: 'everybody',
  path: '/channels',
  protocols: ['channels.v1'],

  /** What each connection sends once it stands. */
  subscribe: () => [JSON.stringify({ subscribe: 'bench' })],

  /** @param {string | Uint8Array} message Is this the answer that says: you take part? */
  isReady: (message) => read(message).event === 'subscribed',

  /** @param {string} payload Letters, digits, `-` and `_`: no escaping is needed. */
  wrap: (payload) => `{"publish":"bench","data":"${payload}"}`,

  /** @param {string | Uint8Array} message The payload that was published, or undefined for everything else. */
  unwrap(message) {
    const { event, data } = read(message);
    return event === 'publication' ? data : undefined;
  },

  /** @param {string | Uint8Array} message Why something was refused, in a few words, if that is what this says. */
  refusal(message) {
    const { event, reason } = read(message);
    return event === 'refused' ? reason : undefined;
  },
};
