import type { RedisModule } from './load.ts';

/** One connection to Redis, from its first reply to its loss; after that a new one is made, nothing is carried over. */
export interface RedisConnection {
  /** Sends a command; commands take effect in the order of the calls. Rejects if Redis refuses, or when the connection is lost. */
  call(command: readonly string[]): Promise<unknown>;
  /** Hears what is published on these channels from now on. */
  listen(channels: readonly string[]): Promise<void>;
  /** Hears no more of these. */
  unlisten(channels: readonly string[]): Promise<void>;
  /** Ends it at once; calls that wait are rejected, nobody is told of a loss. */
  destroy(): void;
}

/** What happens to a connection. */
export interface RedisConnectionEvents {
  /** Bytes that somebody published; the receiver keeps them. */
  message(channel: string, bytes: Uint8Array): void;
  /** The connection is over, once. */
  lost(reason: Error): void;
}

/**
 * How a connection is watched: a PING every `PING_MS`, and it counts as lost when nothing at all came for `SILENT_TURNS` of these, so
 * within two seconds; one that breaks is noticed at once. Whatever comes is a sign of life, since the reply to a PING waits behind
 * those to a flood of commands. Turns of a timer rather than time leave a busy process the chance to read first.
 */
const PING_MS = 400;
const SILENT_TURNS = 4;
/** Commands that may wait for replies; more are refused, so that memory stays bounded until the loss is noticed. */
const MAX_WAITING = 20_000;
const CONNECT_MS = 2000;

/** Connects; `name` is what operators see in `CLIENT LIST`. Rejects if Redis cannot be reached or does not let us in. */
export async function connectRedis(
  redis: RedisModule,
  url: string,
  name: string,
  events: RedisConnectionEvents,
): Promise<RedisConnection> {
  const client = redis.createClient({
    url,
    name,
    RESP: 3,
    disableOfflineQueue: true,
    commandsQueueMaxLength: MAX_WAITING,
    maintNotifications: 'disabled',
    // Replies come in the order of the commands: one that waits too long makes a PING wait, too.
    commandOptions: { timeout: 0 },
    socket: { reconnectStrategy: false, connectTimeout: CONNECT_MS },
  });
  let over = false;
  let watch: NodeJS.Timeout | undefined;
  const end = (): boolean => {
    if (over) return false;
    over = true;
    clearInterval(watch);
    try {
      client.destroy();
    } catch {
      // It was closed already.
    }
    return true;
  };
  const lose = (reason: unknown): void => {
    if (end()) events.lost(reason instanceof Error ? reason : new Error(String(reason)));
  };
  let ready = false;
  client.on('error', (error) => ready && lose(error));
  client.on('end', () => ready && lose(new Error('Redis closed the connection')));
  let silent = 0;
  const hear = (bytes: Buffer, channel: Buffer): void => {
    silent = 0;
    if (!over) events.message(channel.toString('latin1'), bytes);
  };
  const send = async (command: readonly string[]): Promise<unknown> => {
    try {
      return await client.sendCommand(command);
    } finally {
      silent = 0;
    }
  };
  try {
    await client.connect();
  } catch (error) {
    end();
    throw error;
  }
  ready = true;
  let pinging = false;
  watch = setInterval(() => {
    silent += 1;
    if (silent > SILENT_TURNS) lose(new Error('Redis does not answer'));
    else if (!pinging) {
      pinging = true;
      send(['PING']).then(() => {
        pinging = false;
      }, lose);
    }
  }, PING_MS).unref();
  return {
    call: (command) => (over ? Promise.reject(new Error('the connection is over')) : send(command)),
    listen: (channels) => client.subscribe([...channels], hear, true),
    unlisten: (channels) => client.unsubscribe([...channels], hear, true),
    destroy: () => void end(),
  };
}
