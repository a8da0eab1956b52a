const LONGEST_WAIT_MS = 10_000;

/**
 * Reads the feed of the inspector, and connects again when it is lost.
 *
 * @param {object} listeners
 * @param {(told: import('./types.ts').Told) => void} listeners.told
 * @param {(state: 'live' | 'lost') => void} listeners.state
 */
export function readFeed({ told, state }) {
  let waitMs = 500;
  const open = () => {
    const url = new URL('/.inspector/feed', location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    const socket = new WebSocket(url);
    socket.onopen = () => {
      waitMs = 500;
      state('live');
    };
    socket.onmessage = ({ data }) => told(JSON.parse(String(data)));
    socket.onclose = () => {
      state('lost');
      setTimeout(open, waitMs);
      waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2);
    };
  };
  open();
}
