import type { Attendance, Refused, RoomList, Survey } from '../../rooms/index.ts';
import type { RedisCalls } from './calls.ts';
import { UNAVAILABLE } from './calls.ts';
import type { RedisConnection } from './connection.ts';
import type { RedisKeys } from './keys.ts';
import { isLogName } from './keys.ts';
import type { RedisLimits } from './limits.ts';
import type { RedisLogs } from './logs.ts';
import { LUA_ATTENDANCE_OF } from './lua-presence.ts';
import { LUA_LIST, LUA_NODES } from './lua-shared.ts';
import { listOf, nodeOf, presenceOf, textOf, wholeOf } from './reading.ts';
import { Script } from './script.ts';

const ATTENDANCE = new Script(LUA_ATTENDANCE_OF);
const NODES = new Script(LUA_NODES);
const LIST = new Script(LUA_LIST);

const LISTED_AT_ONCE = 1000;
/** Rooms that one listing looks at, somebody in them or not. */
const LOOKED_AT = 2000;

/** Which nodes there are, and who is where. Each call does what the call of that name of a `Broker` does. */
export class RedisOverview {
  static readonly scripts: readonly Script[] = [ATTENDANCE, NODES, LIST];
  readonly #node: string;
  readonly #calls: RedisCalls;
  readonly #keys: RedisKeys;
  readonly #limits: RedisLimits;
  readonly #logs: RedisLogs;

  constructor(node: string, calls: RedisCalls, keys: RedisKeys, limits: RedisLimits, logs: RedisLogs) {
    this.#node = node;
    this.#calls = calls;
    this.#keys = keys;
    this.#limits = limits;
    this.#logs = logs;
  }

  async survey(rooms: readonly string[]): Promise<Survey | Refused> {
    const [heads, names] = await Promise.all([this.#logs.heads(rooms.filter(isLogName)), this.live()]);
    if (!heads || names === undefined) return UNAVAILABLE;
    return { heads, nodes: new Set([this.#node, ...listOf(names).flatMap((name) => nodeOf(name) ?? [])]) };
  }

  async attendance(room: string): Promise<Attendance | Refused> {
    if (!isLogName(room)) return { refusal: 'no-room' };
    const answer = await this.#calls.ask(ATTENDANCE, [this.#keys.room(room)], []);
    if (answer.refusal !== undefined) return answer;
    const presenceVersion = wholeOf(answer.values[0]);
    return presenceVersion === undefined ? UNAVAILABLE : { presenceVersion, presence: presenceOf(answer.values[1]) };
  }

  async list(after: string, limit: number): Promise<RoomList | Refused> {
    const most = Math.max(1, Math.min(LISTED_AT_ONCE, Math.floor(limit)));
    const args = [this.#keys.prefix, after, `${most}`, `${LOOKED_AT}`];
    const reply = await this.#calls.value(LIST, [this.#keys.listed], args);
    if (reply === undefined) return UNAVAILABLE;
    const [next, ...pairs] = listOf(reply);
    const rooms = pairs.flatMap((room, i) => {
      const users = i % 2 === 0 ? wholeOf(pairs[i + 1]) : undefined;
      return typeof room === 'string' && isLogName(room) && users ? [{ room, users }] : [];
    });
    return { rooms, next: textOf(next, 65) || undefined };
  }

  /** Says that this node lives, and gives the names of all that do; undefined if Redis is away. */
  live(): Promise<unknown> {
    return this.#calls.value(NODES, [this.#keys.nodes], [this.#node, `${this.#limits.nodeTtlMs}`]);
  }

  /** Says so over a connection that is not in use yet; rejects if it is lost. */
  async liveAgain(connection: RedisConnection): Promise<void> {
    await NODES.run(connection, [this.#keys.nodes], [this.#node, `${this.#limits.nodeTtlMs}`]);
  }

  /** Says that this node is gone. */
  async leave(): Promise<void> {
    await this.#calls.tell(['ZREM', this.#keys.nodes, this.#node]);
  }
}
