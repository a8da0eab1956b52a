import type { Adapter, AdapterMessage } from './adapter.ts';

/**
 * The chat of `ws101 chat` (docs/chat-protocol.md): everybody joins the lobby under a name of their own, then speaks.
 *
 * The chat lets a connection send ten texts at once and one a second from then on, and refuses the rest, which counts as errors
 * `refused rate-limited` and as losses. So keep the rate at one message a second per connection that publishes:
 * `--scenario chat -c 100 --rate 100`, or `--scenario fanout --rate 1`; or start a chat of your own with a
 * higher limit: `createChatServer({ chat: { rateLimit: { capacity: 10_000, refillPerSecond: 10_000 } } })`.
 */
export const chatAdapter: Adapter = {
  name: 'ws101-chat',
  summary: 'the chat of ws101: at most one message a second per connection, or a chat with a higher limit',
  reaches: 'everybody',
  path: '/chat',
  subscribe: (index) => [JSON.stringify({ type: 'join', username: nameOf(index) })],
  isReady(message, index) {
    if (!isOfType(message, 'join')) return false;
    const { username, usernames } = JSON.parse(message) as { username?: unknown; usernames?: unknown };
    return username === nameOf(index) || (Array.isArray(usernames) && usernames.includes(nameOf(index)));
  },
  wrap: (payload) => `{"type":"message","message":"${payload}"}`,
  unwrap(message) {
    if (!isOfType(message, 'message')) return undefined;
    const { message: payload } = JSON.parse(message) as { message?: unknown };
    return typeof payload === 'string' ? payload : undefined;
  },
  refusal(message) {
    if (!isOfType(message, 'error')) return undefined;
    return String((JSON.parse(message) as { code?: unknown }).code);
  },
};

function nameOf(index: number): string {
  return `bench-${index}`;
}

// The chat writes the type first, so that announcements in a full room cost no parsing.
function isOfType(message: AdapterMessage, type: string): message is string {
  return typeof message === 'string' && message.startsWith(`{"type":"${type}"`);
}
