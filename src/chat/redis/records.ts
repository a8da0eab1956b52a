import type { RecordCondition, RecordResult, Refused } from '../../rooms/index.ts';
import type { RedisCalls } from './calls.ts';
import { UNAVAILABLE } from './calls.ts';
import type { RedisKeys } from './keys.ts';
import { LUA_RECORD } from './lua-shared.ts';
import { listOf, textOf } from './reading.ts';
import { Script } from './script.ts';

const RECORD = new Script(LUA_RECORD);
const RECORD_UNITS = 16_384;

/** Small records with a lifetime. Each call does what the call of that name of a `Broker` does. */
export class RedisRecords {
  static readonly scripts: readonly Script[] = [RECORD];
  readonly #calls: RedisCalls;
  readonly #keys: RedisKeys;

  constructor(calls: RedisCalls, keys: RedisKeys) {
    this.#calls = calls;
    this.#keys = keys;
  }

  put(key: string, value: string, ttlMs: number, when: RecordCondition): Promise<RecordResult | Refused> {
    return this.#run(key, ['put', ...conditionOf(when), value, `${Math.max(1, Math.ceil(ttlMs))}`]);
  }

  get(key: string): Promise<RecordResult | Refused> {
    return this.#run(key, ['get', 'any', '']);
  }

  delete(key: string, when: RecordCondition): Promise<RecordResult | Refused> {
    return this.#run(key, ['delete', ...conditionOf(when)]);
  }

  async #run(key: string, args: readonly string[]): Promise<RecordResult | Refused> {
    const reply = await this.#calls.value(RECORD, [this.#keys.record(key)], args);
    if (reply === undefined) return UNAVAILABLE;
    const [done, value] = listOf(reply);
    return { done: done === '1', former: textOf(value, RECORD_UNITS) };
  }
}

function conditionOf(when: RecordCondition): [condition: string, equals: string] {
  return typeof when === 'string' ? [when, ''] : ['equals', when.equals];
}
