import type { Founding, PresenceChange, Refused, Subscription } from '../../rooms/index.ts';
import { writeChange } from './announcement.ts';
import type { RedisCalls } from './calls.ts';
import { UNAVAILABLE } from './calls.ts';
import type { RedisConnection } from './connection.ts';
import type { RedisKeys } from './keys.ts';
import { isMailbox } from './keys.ts';
import type { RedisLimits } from './limits.ts';
import { newEpoch } from './logs.ts';
import { LUA_ATTEND, LUA_LEAVE, LUA_LISTEN } from './lua-presence.ts';
import { LUA_REFRESH } from './lua-shared.ts';
import { headOf, listOf, presenceOf, textOf } from './reading.ts';
import { Script } from './script.ts';

const LISTEN = new Script(LUA_LISTEN);
const ATTEND = new Script(LUA_ATTEND);
const LEAVE = new Script(LUA_LEAVE);
const REFRESH = new Script(LUA_REFRESH);

const RULES_UNITS = 1_048_576;

/** What a node says of itself and its attendees in rooms: each call one script. */
export class RedisAttending {
  static readonly scripts: readonly Script[] = [LISTEN, ATTEND, LEAVE, REFRESH];
  readonly #node: string;
  readonly #calls: RedisCalls;
  readonly #keys: RedisKeys;
  readonly #limits: RedisLimits;

  constructor(node: string, calls: RedisCalls, keys: RedisKeys, limits: RedisLimits) {
    this.#node = node;
    this.#calls = calls;
    this.#keys = keys;
    this.#limits = limits;
  }

  /** The node listens from now on; whom it has there is said if Redis does not know the node. */
  async listen(
    room: string,
    attendees: ReadonlyMap<string, string>,
    founding?: Founding,
  ): Promise<Subscription | Refused> {
    const answer = await this.#calls.ask(LISTEN, this.#keysOf(room), this.#listening(room, attendees, false, founding));
    if (answer.refusal !== undefined) return answer;
    const [head, rules] = [headOf(answer.values[0]), textOf(answer.values[1], RULES_UNITS)];
    if (!head || rules === undefined) return UNAVAILABLE;
    return { head, rules, founded: answer.values[2] === '1', presence: presenceOf(answer.values[3]) };
  }

  /** Says anew whom the node has there, if the room is still known. Rejects if the connection is lost. */
  async listenAnew(connection: RedisConnection, room: string, attendees: ReadonlyMap<string, string>): Promise<void> {
    await LISTEN.run(connection, this.#keysOf(room), this.#listening(room, attendees, true));
  }

  /** Says who came and went; false if Redis does not know that the node listens, or is away. */
  async attend(room: string, change: PresenceChange): Promise<boolean> {
    const args = [this.#node, `${this.#limits.nodeTtlMs}`, `${change.joined.length}`, `${change.left.length}`];
    args.push(writeChange(change), ...change.joined.flatMap(({ user, name }) => [user, name]), ...change.left);
    return listOf(await this.#calls.value(ATTEND, [this.#keys.room(room)], args))[0] === 'ok';
  }

  /** The node no longer listens, and nobody attends there. Rejects if the connection is lost. */
  async leave(connection: RedisConnection, room: string): Promise<void> {
    const args = [this.#node, room, `${this.#idleMs(room)}`, `${this.#limits.nodeTtlMs}`];
    await LEAVE.run(connection, this.#keysOf(room), args);
  }

  /** Keeps what the node has in rooms; gives those of which Redis no longer knows that it listens. */
  async refresh(rooms: readonly string[]): Promise<readonly unknown[]> {
    const { nodeTtlMs, keepMs, mailAgeMs } = this.#limits;
    const keys = [this.#keys.rooms, this.#keys.listed, ...rooms.map((room) => this.#keys.room(room))];
    const args = [this.#node, `${nodeTtlMs}`, `${keepMs}`, `${mailAgeMs}`, ...rooms];
    return listOf(await this.#calls.value(REFRESH, keys, args));
  }

  #keysOf(room: string): string[] {
    return [this.#keys.room(room), this.#keys.rooms, this.#keys.listed];
  }

  #idleMs(room: string): number {
    return isMailbox(room) ? this.#limits.mailAgeMs : this.#limits.keepMs;
  }

  #listening(room: string, attendees: ReadonlyMap<string, string>, anew: boolean, founding?: Founding): string[] {
    const { nodeTtlMs, rooms } = this.#limits;
    const args = [this.#node, anew ? '1' : '0', `${nodeTtlMs}`, `${this.#idleMs(room)}`];
    args.push(!anew && (founding || isMailbox(room)) ? '1' : '0', founding?.rules ?? '', founding?.listed ? '1' : '0');
    args.push(newEpoch(), room, `${rooms}`, this.#keys.prefix);
    for (const [user, name] of attendees) args.push(user, name);
    return args;
  }
}
