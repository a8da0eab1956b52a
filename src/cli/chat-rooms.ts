import cluster from 'node:cluster';
import type { ChatLog } from '../chat/index.ts';
import { loadRedis, MissingPackageError, newNodeName, RedisBroker, RelayBroker } from '../chat/index.ts';
import type { Broker, BrokerEvents } from '../rooms/index.ts';
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

/** Connects a node to the place where its rooms are. */
export type ConnectBroker = (events: BrokerEvents) => Broker;

/**
 * Where the rooms of this process are: on Redis, in the primary of workers, or, if undefined, in itself.
 *
 * Rejects with a `UsageError` for an address that is none, and when the package `redis` is missing.
 */
export async function roomsOf(values: RoomValues, log: ChatLog | undefined): Promise<ConnectBroker | undefined> {
  if (values.redis === undefined) return cluster.isWorker ? relayed : undefined;
  const url = values.redis;
  if (!URL.canParse(url) || !/^(?:rediss?|unix):$/.test(new URL(url).protocol)) {
    throw new UsageError(`--redis must be an address such as redis://127.0.0.1:6379, not ${quote(url)}`);
  }
  const redis = await loadRedis().catch((error: unknown) => {
    throw error instanceof MissingPackageError ? new UsageError(`--redis: ${error.message}`) : error;
  });
  const onTrouble = (reason: Error): void => log?.('redis', { message: reason.message });
  return (events) => new RedisBroker(redis, { url, node: newNodeName(), onTrouble }, events);
}

function relayed(events: BrokerEvents): Broker {
  return new RelayBroker(newNodeName(), channelToPrimary(), events);
}
