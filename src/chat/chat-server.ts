import type { PreparedMessage, RouteHandlers, ServerOptions } from '../node/index.ts';
import { prepareMessage, WebSocketServer } from '../node/index.ts';
import type { ChatOptions } from './chat.ts';
import { Chat } from './chat.ts';
import type { ChatSession } from './chat-session.ts';
import { CHAT_LIMITS } from './limits.ts';
import { servePage } from './page.ts';

/**
 * What {@link createChatServer} takes: the options of a `WebSocketServer`, whose `fallback` is the page, and those of the chat.
 *
 * `maxMessageBytes` is for `/ws`; at `/chat` it counts only when it is below the 16 KiB that the chat allows.
 */
export interface ChatServerOptions extends Omit<ServerOptions, 'fallback'> {
  /** Rate limits and limits of the rooms. */
  readonly chat?: ChatOptions;
}

/** A chat server that is ready to listen. */
export interface ChatServer extends Pick<WebSocketServer, 'listen' | 'address' | 'connections'> {
  /** The rooms and names behind `/chat`. */
  readonly chat: Chat<PreparedMessage>;
  /** Closes every connection with 1001, waits for their queues as long as `deadlineMs` allows, and is gone. */
  shutdown: WebSocketServer['shutdown'];
}

/**
 * Gives a server with the chat at `/chat`, an echo at `/ws` and the page for every plain request.
 *
 * Throws a TypeError for an option that it does not know. It listens once `listen` is called.
 */
export function createChatServer(options: ChatServerOptions = {}): ChatServer {
  const { chat: chatOptions, ...serverOptions } = options;
  if ('fallback' in serverOptions) throw new TypeError('createChatServer takes no option "fallback": it is the page');
  const chat = new Chat<PreparedMessage>(
    { prepare: prepareMessage, now: () => Date.now(), schedule: scheduleQuietly },
    chatOptions,
  );
  const server = new WebSocketServer({ ...serverOptions, fallback: servePage });
  server.route('/chat', chatRoute(chat, options.maxMessageBytes));
  server.route('/ws', echoRoute);
  return {
    chat,
    listen: (where) => server.listen(where),
    get address() {
      return server.address;
    },
    get connections() {
      return server.connections;
    },
    shutdown(how) {
      chat.stop();
      return server.shutdown(how);
    },
  };
}

function chatRoute(
  chat: Chat<PreparedMessage>,
  maxMessageBytes: number = CHAT_LIMITS.maxMessageBytes,
): RouteHandlers<ChatSession<PreparedMessage> | undefined> {
  return {
    maxMessageBytes: Math.min(maxMessageBytes, CHAT_LIMITS.maxMessageBytes),
    highWaterBytes: CHAT_LIMITS.highWaterBytes,
    sendQueueBytes: CHAT_LIMITS.sendQueueBytes,
    open(connection) {
      connection.data = chat.connect(connection);
    },
    message(connection, data) {
      connection.data?.receive(data);
    },
    close(connection) {
      connection.data?.end();
    },
  };
}

// No word about backpressure is needed: a server does not read from a connection whose own queue is above its high-water mark.
// Pages of any origin may try it, a file on disk too: it has nothing that they could not have without it.
const echoRoute: RouteHandlers = { origin: 'any', message: (connection, data) => connection.send(data) };

/** An alarm that does not keep the process alive. */
function scheduleQuietly(delayMs: number, task: () => void): () => void {
  const timer = setTimeout(task, delayMs).unref();
  return () => clearTimeout(timer);
}
