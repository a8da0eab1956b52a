import { randomBytes } from 'node:crypto';
import type {
  AnnouncementLimits,
  Broker,
  BrokerEvents,
  RoomLimits,
  SlowPolicy,
  TokenBucketOptions,
} from '../rooms/index.ts';
import { MemoryBroker } from '../rooms/index.ts';
import type { ChatClock } from './announcer.ts';
import type { VerifyToken } from './auth/token-verifier.ts';
import type { ChatLog } from './chat-log.ts';
import type { RateLimitOptions } from './rate-limits.ts';
import { newNodeName } from './secrets.ts';

/** What a chat needs from above. */
export interface ChatPorts<Prepared> extends ChatClock {
  /** Turns JSON text into the form that connections take; called once for a message, however many receive it. */
  prepare(json: string): Prepared;
}

/** How a chat may differ from the default one. */
export interface ChatOptions {
  /** Of each connection and each user, one bucket for texts and one for joins and leaves: 10 at once, one more each second. */
  readonly rateLimit?: Partial<TokenBucketOptions>;
  /** Rate limits of other kinds, and of addresses. */
  readonly rateLimits?: RateLimitOptions;
  /** How far rooms may grow. */
  readonly rooms?: Partial<RoomLimits>;
  /** When joins and leaves are announced in batches to those who know four fields. */
  readonly announcements?: Partial<AnnouncementLimits>;
  /** What becomes of members that do not read, by room. Default: they are closed with 1013, and come back for what they missed. */
  readonly slowPolicyOf?: (room: string) => SlowPolicy;
  /** Where the rooms are kept. Default: in this process. */
  readonly broker?: (events: BrokerEvents) => Broker;
  /** Who tokens stand for. Default: there are none, and everybody chooses a name. */
  readonly verify?: VerifyToken;
  /** Is told what happens. Default: nobody is. */
  readonly log?: ChatLog;
}

/** The rate limit of a connection that was told nothing else. */
export const CHAT_RATE_LIMIT: TokenBucketOptions = Object.freeze({ capacity: 10, refillPerSecond: 1 });

/** The names of {@link ChatOptions}. */
export const CHAT_OPTIONS: readonly string[] = [
  'rateLimit',
  'rateLimits',
  'rooms',
  'announcements',
  'slowPolicyOf',
  'broker',
  'verify',
  'log',
];

/** How a connection talks: with four fields, or by `ws101.chat.v1`. */
export type Dialect = 'plain' | 'v1';

/** Connects to a broker in this process that nobody else uses, with at most so many rooms. */
export function memoryBroker(now: () => number, rooms: number): (events: BrokerEvents) => Broker {
  const newEpoch = () => randomBytes(8).toString('hex');
  return (events) => new MemoryBroker({ now, newEpoch }, { rooms }).connect(newNodeName(), events);
}
