import cluster from 'node:cluster';
import type { ChatLog } from '../chat/index.ts';
import { loadRedis, MissingPackageError, newNodeName, RedisBroker, RelayBroker } from '../chat/index.ts';
import type { Broker, BrokerEvents } from '../rooms/index.ts';
import type { Terminal } from './command.ts';
import type { OptionSpec } from './options.ts';
import { quote, UsageError } from './usage-error.ts';
import { channelToPrimary } from './worker-channel.ts';

/** What `ws101 chat` takes for rooms on many machines, or on many cores. */
export const ROOM_OPTIONS: {
  readonly redis: OptionSpec & { readonly type: 'text'; readonly optional: true };
  readonly workers: OptionSpec & { readonly type: 'count' };
} = {
  redis: {
    type: 'text',
    optional: true,
    placeholder: 'URL',
    description: 'keeps the rooms on Redis or Valkey, where other servers find them',
    example: 'redis://127.0.0.1:6379',
  },
  workers: {
    type: 'count',
    default: 1,
    description: 'the processes that share the port and the rooms',
    example: '4',
  },
};

/** The values of {@link ROOM_OPTIONS}. */
export interface RoomValues {
  readonly redis: string | undefined;
  readonly workers: number;
}

/** Where rooms are. */
export interface RoomPlace {
  /** Connects a node to it. */
  readonly broker: (events: BrokerEvents) => Broker;
  /** Resolves once it is there, or after a while in which it was not: whoever comes then is asked to come back. */
  readonly ready: Promise<void>;
}

/** How long a server waits for its rooms before it lets clients come. */
const READY_MS = 3000;

/**
 * Where the rooms of this process are: on Redis, in the primary of workers, or, if undefined, in itself.
 *
 * Rejects with a `UsageError` for an address that is none, and when the package `redis` is missing.
 */
export async function roomsOf(
  values: RoomValues,
  log: ChatLog | undefined,
  terminal: Terminal,
): Promise<RoomPlace | undefined> {
  if (values.redis === undefined) {
    return cluster.isWorker
      ? placeOf(
          (events) => new RelayBroker(newNodeName(), channelToPrimary(), events),
          () => undefined,
        )
      : undefined;
  }
  const url = values.redis;
  if (!/^(?:rediss?:\/\/[^/]|unix:\/\/\/.)/.test(url) || !URL.canParse(url)) {
    throw new UsageError(`--redis must be an address such as redis://127.0.0.1:6379, not ${quote(url)}`);
  }
  const redis = await loadRedis().catch((error: unknown) => {
    throw error instanceof MissingPackageError ? new UsageError(`--redis: ${error.message}`) : error;
  });
  let last = '';
  const onTrouble = (reason: Error): void => {
    last = reason.message;
    log?.('redis', { message: reason.message });
  };
  return placeOf(
    (events) => new RedisBroker(redis, { url, node: newNodeName(), onTrouble }, events),
    () => terminal.stderr.write(`ws101 chat: Redis is not there yet, and is tried again (${printable(last)})\n`),
  );
}

/** `late` is called when it is not there in time. */
function placeOf(connect: (events: BrokerEvents) => Broker, late: () => void): RoomPlace {
  let isReady = (): void => undefined;
  const ready = new Promise<void>((resolve) => {
    isReady = resolve;
  });
  const broker = (events: BrokerEvents): Broker => {
    const alarm = setTimeout(() => {
      late();
      isReady();
    }, READY_MS);
    return connect({
      entry: (...entry) => events.entry(...entry),
      renewed: (...head) => events.renewed(...head),
      whisper: (...words) => events.whisper(...words),
      presence: (...change) => events.presence(...change),
      signal: (payload) => events.signal(payload),
      state(state) {
        events.state(state);
        if (state !== 'up') return;
        clearTimeout(alarm);
        isReady();
      },
    });
  };
  return { broker, ready };
}

function printable(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ').slice(0, 200);
}
