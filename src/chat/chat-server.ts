import { BlockList, isIPv6 } from 'node:net';
import type { Connection, PreparedMessage, RouteHandlers, ServerOptions, UpgradeRequest } from '../node/index.ts';
import { isNetwork, prepareMessage, WebSocketServer } from '../node/index.ts';
import { authenticate } from './auth/authenticate.ts';
import { Chat } from './chat.ts';
import { NO_LOG } from './chat-log.ts';
import { chatMetrics } from './chat-metrics.ts';
import type { ChatOptions } from './chat-options.ts';
import type { ChatSession } from './chat-session.ts';
import { serveEndpoints } from './endpoints.ts';
import type { Identity } from './identity.ts';
import { CHAT_LIMITS } from './limits.ts';
import { CHAT_PROTOCOL } from './v1/messages.ts';

/**
 * What {@link createChatServer} takes: the options of a `WebSocketServer`, whose `fallback` is the page, and those of the chat.
 *
 * `maxMessageBytes` is for `/ws`; at `/chat` it counts only when it is below the 16 KiB that the chat allows.
 */
export interface ChatServerOptions extends Omit<ServerOptions, 'fallback'> {
  /** Rate limits, limits of the rooms, where rooms are kept, who tokens stand for. */
  readonly chat?: ChatOptions;
}

/** How a chat server goes. */
export interface ChatShutdownOptions {
  /** When to stop waiting for peers, in milliseconds from the call. */
  readonly deadlineMs?: number;
  /** Over how many milliseconds the closes are spread. */
  readonly spreadMs?: number;
  /** After how many milliseconds clients are asked to come back, the first of them; the last after twice that. Default 1,000. */
  readonly retryAfterMs?: number;
}

/** A chat server that is ready to listen. */
export interface ChatServer extends Pick<WebSocketServer, 'listen' | 'address' | 'connections' | 'metrics'> {
  /** The rooms and names behind `/chat`. */
  readonly chat: Chat<PreparedMessage>;
  /**
   * Says `bye` to everybody, closes every connection with 1001 once its queue is written, waits as long as `deadlineMs` allows, and
   * is gone. Calling it again gives the same promise.
   */
  shutdown(how?: ChatShutdownOptions): Promise<void>;
}

interface Seat {
  readonly identity?: Identity;
  session?: ChatSession<PreparedMessage>;
  readonly since: number;
}

/**
 * Gives a server with the chat at `/chat`, an echo at `/ws`, `/healthz` and `/metrics`, and the page for every other plain request.
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
  const log = chatOptions?.log ?? NO_LOG;
  const verify = chatOptions?.verify;
  let ending: Promise<void> | undefined;
  const unauthorized = (address: string | undefined): void => {
    chat.counters.unauthorized++;
    log('unauthorized', { address });
  };
  const fallback = serveEndpoints({
    health: () => (ending ? 'draining' : chat.node.broker.state === 'up' ? 'ok' : 'degraded'),
    metrics: () => chatMetrics(chat, server.metrics()),
    tickets: verify && {
      verify,
      issue: async (identity) => chat.tickets.issue(identity),
      refused: (request) => unauthorized(request.socket.remoteAddress),
    },
  });
  const server = new WebSocketServer({ ...serverOptions, fallback });
  const { maxMessageBytes = CHAT_LIMITS.maxMessageBytes, exemptAddresses = [] } = options;
  const isExempt = addressTest(exemptAddresses);
  server.route<Seat>('/chat', {
    maxMessageBytes: Math.min(maxMessageBytes, CHAT_LIMITS.maxMessageBytes),
    highWaterBytes: CHAT_LIMITS.highWaterBytes,
    sendQueueBytes: CHAT_LIMITS.sendQueueBytes,
    protocols: [CHAT_PROTOCOL],
    ...(verify && {
      async upgrade(request: UpgradeRequest) {
        const identity = await authenticate(request, verify, chat.tickets, () => Date.now());
        if ('status' in identity) {
          if (identity.status === 401) unauthorized(request.clientAddress);
          return identity;
        }
        return { data: { identity, since: Date.now() } };
      },
    }),
    open(connection) {
      const dialect = connection.protocol === CHAT_PROTOCOL ? 'v1' : 'plain';
      const address = connection.request?.clientAddress;
      const limited = address === undefined || isExempt(address) ? undefined : address;
      const seat: Seat = connection.data ?? { since: Date.now() };
      seat.session = chat.connect(connection, { dialect, address: limited, identity: seat.identity });
      connection.data = seat;
      log('open', { connection: seat.session.number, dialect, address, user: seat.identity?.user });
    },
    message: (connection, data) => connection.data?.session?.receive(data),
    drain: (connection) => connection.data?.session?.drained(),
    close(connection: Connection<Seat>, { code, clean, by }) {
      const { session, since } = connection.data ?? {};
      log('close', { connection: session?.number, code, clean, by, ms: Date.now() - (since ?? Date.now()) });
      session?.end(by === 'remote' && clean && code === 1000);
    },
  });
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
    metrics: () => server.metrics(),
    shutdown({ retryAfterMs = 1000, ...how } = {}) {
      ending ??= (async () => {
        log('shutdown', { connections: server.connections.size });
        chat.sayBye(retryAfterMs);
        await server.shutdown(how);
        chat.stop();
      })();
      return ending;
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

function addressTest(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const network of networks.filter(isNetwork)) {
    const [address = '', bits] = network.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return (address) => list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
