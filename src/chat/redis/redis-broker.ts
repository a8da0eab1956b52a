import type * as rooms from '../../rooms/index.ts';
import { newNodeName } from '../secrets.ts';
import { writeWhisper } from './announcement.ts';
import { RedisAttending } from './attending.ts';
import { RedisCalls } from './calls.ts';
import type { RedisConnection } from './connection.ts';
import { connectRedis } from './connection.ts';
import { isLogName, RedisKeys } from './keys.ts';
import type { RedisLimits } from './limits.ts';
import { resolveRedisLimits } from './limits.ts';
import { RedisLink } from './link.ts';
import { RedisListening } from './listening.ts';
import type { RedisModule } from './load.ts';
import { RedisLogs } from './logs.ts';
import { RedisOverview } from './overview.ts';
import { RedisRecords } from './records.ts';

const SIGNAL_BYTES = 16_384;
const CLOSE_MS = 1000;
const SCRIPTS = [...RedisLogs.scripts, ...RedisAttending.scripts, ...RedisOverview.scripts, ...RedisRecords.scripts];

/** How a broker reaches Redis and what it keeps there. */
export interface RedisBrokerOptions {
  /** `redis://…`, `rediss://…` or `unix://…`. */
  readonly url: string;
  /** The name of the node, which no other has or had. Default: a random one. */
  readonly node?: string;
  /** Where the names of all keys and channels begin. Default `ws101:`. */
  readonly prefix?: string;
  readonly limits?: Partial<RedisLimits>;
  /** Hears why Redis was lost or could not be reached, and what it refused. The reason may name the address, never a password. */
  readonly onTrouble?: (reason: Error) => void;
}

type Answer<T> = Promise<T | rooms.Refused>;

/**
 * A `Broker` whose rooms are in Redis 7 or Valkey, one for each node. It connects by itself, is `degraded` until then and whenever
 * Redis is lost, and tries again until it is closed.
 */
export class RedisBroker implements rooms.Broker {
  readonly node: string;
  readonly #events: rooms.BrokerEvents;
  readonly #keys: RedisKeys;
  readonly #calls: RedisCalls;
  readonly #link: RedisLink;
  readonly #listening: RedisListening;
  readonly #logs: RedisLogs;
  readonly #overview: RedisOverview;
  readonly #records: RedisRecords;
  readonly #refreshes: NodeJS.Timeout;
  #state: rooms.BrokerState = 'degraded';
  #refreshing = false;
  #closed: Promise<void> | undefined;

  /** Throws a TypeError or RangeError for options that make no sense. */
  constructor(redis: RedisModule, options: RedisBrokerOptions, events: rooms.BrokerEvents) {
    this.node = options.node ?? newNodeName();
    this.#events = events;
    this.#keys = new RedisKeys(options.prefix ?? 'ws101:');
    const limits = resolveRedisLimits(options.limits);
    const trouble = options.onTrouble ?? (() => undefined);
    const link = new RedisLink({
      connect: (happenings) => connectRedis(redis, options.url, `ws101:${this.node}`, happenings),
      restore: (made) => this.#restore(made),
      message: (channel, bytes) => this.#hear(channel, bytes),
      state: (state, reason) => {
        if (reason) trouble(reason);
        this.#tell(state);
      },
      random: Math.random,
    });
    this.#link = link;
    this.#calls = new RedisCalls(link, trouble);
    const attending = new RedisAttending(this.node, this.#calls, this.#keys, limits);
    this.#listening = new RedisListening(attending, this.#keys, events, () => link.connection);
    this.#logs = new RedisLogs(this.#calls, this.#keys, limits);
    this.#overview = new RedisOverview(this.node, this.#calls, this.#keys, limits, this.#logs);
    this.#records = new RedisRecords(this.#calls, this.#keys);
    this.#refreshes = setInterval(() => void this.#refresh(), limits.nodeTtlMs / 15).unref();
  }

  get state(): rooms.BrokerState {
    return this.#state;
  }

  subscribe(room: string, founding?: rooms.Founding): Answer<rooms.Subscription> {
    return this.#listening.subscribe(room, founding);
  }

  unsubscribe(room: string): void {
    this.#listening.unsubscribe(room);
  }

  publish(room: string, publication: rooms.Publication): Answer<rooms.Published> {
    return this.#logs.publish(room, publication);
  }

  findPublished(room: string, sender: string, id: string): Answer<rooms.Published> {
    return this.#logs.findPublished(room, sender, id);
  }

  read(room: string, range: rooms.ReadRange): Answer<rooms.Page> {
    return this.#logs.read(room, range);
  }

  rules(room: string): Answer<rooms.RulesRecord> {
    return this.#logs.rules(room);
  }

  renew(room: string, seen: rooms.Position): ReturnType<RedisLogs['renew']> {
    return this.#logs.renew(room, seen);
  }

  survey(names: readonly string[]): Answer<rooms.Survey> {
    return this.#overview.survey(names);
  }

  whisper(room: string, sender: string, payload: string): void {
    if (isLogName(room)) void this.#calls.tell(['PUBLISH', this.#keys.room(room), writeWhisper(sender, payload)]);
  }

  attend(room: string, change: rooms.PresenceChange): void {
    this.#listening.attend(room, change);
  }

  attendance(room: string): Answer<rooms.Attendance> {
    return this.#overview.attendance(room);
  }

  list(after: string, limit: number): Answer<rooms.RoomList> {
    return this.#overview.list(after, limit);
  }

  putRecord(key: string, value: string, ttlMs: number, when: rooms.RecordCondition): Answer<rooms.RecordResult> {
    return this.#records.put(key, value, ttlMs, when);
  }

  getRecord(key: string): Answer<rooms.RecordResult> {
    return this.#records.get(key);
  }

  deleteRecord(key: string, when: Exclude<rooms.RecordCondition, 'absent'>): Answer<rooms.RecordResult> {
    return this.#records.delete(key, when);
  }

  signal(node: string, payload: string): void {
    void this.#calls.tell(['PUBLISH', this.#keys.node(node), payload]);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    clearInterval(this.#refreshes);
    let alarm: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      alarm = setTimeout(resolve, CLOSE_MS);
    });
    await Promise.race([this.#listening.close().then(() => this.#overview.leave()), late]);
    clearTimeout(alarm);
    this.#link.close();
    this.#state = 'degraded';
  }

  async #restore(connection: RedisConnection): Promise<void> {
    await Promise.all(SCRIPTS.map((script) => script.load(connection)));
    await connection.listen([this.#keys.node(this.node)]);
    await this.#overview.liveAgain(connection);
    await this.#listening.restore(connection);
  }

  async #refresh(): Promise<void> {
    if (this.#refreshing || !this.#calls.up) return;
    this.#refreshing = true;
    await Promise.all([this.#overview.live(), this.#listening.refresh()]);
    this.#refreshing = false;
  }

  #hear(channel: string, bytes: Uint8Array): void {
    const room = this.#keys.roomOf(channel);
    if (room !== undefined) this.#listening.hear(room, bytes);
    else if (bytes.length <= SIGNAL_BYTES) this.#events.signal(new TextDecoder().decode(bytes));
  }

  #tell(state: rooms.BrokerState): void {
    if (this.#closed || state === this.#state) return;
    this.#state = state;
    this.#events.state(state);
  }
}
