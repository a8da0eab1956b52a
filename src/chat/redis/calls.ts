import type { BrokerRefusal, Refused } from '../../rooms/index.ts';
import type { RedisConnection } from './connection.ts';
import { listOf, textOf } from './reading.ts';
import type { Script } from './script.ts';

/** What a script said after `ok`. */
export interface Answer {
  readonly values: readonly unknown[];
  readonly refusal?: undefined;
}

/** What cannot be done while Redis is away. */
export const UNAVAILABLE: Refused = Object.freeze({ refusal: 'unavailable' });

const REFUSALS: ReadonlySet<unknown> = new Set<BrokerRefusal>([
  'gone',
  'no-room',
  'too-many-rooms',
  'stale-rules',
  'too-soon',
  'too-large',
]);

/** How Redis begins to say that it cannot be used for now, as while it loads its file, or after it has become a replica. */
const OF_NO_USE = /^(?:LOADING|READONLY|MASTERDOWN|NOAUTH|NOPERM|UNBLOCKED)\b/;

/** Whether an error is one of Redis, over a connection that is otherwise sound. */
function isReply(error: unknown): error is Error {
  return error instanceof Error && /^[A-Z]{2,}\b/.test(error.message);
}

/** Where calls go: the connection while there is one. */
export interface CallTarget {
  readonly connection: RedisConnection | undefined;
  drop(connection: RedisConnection, reason: Error): void;
}

/** Runs scripts, and turns whatever goes wrong into a refusal. */
export class RedisCalls {
  readonly #target: CallTarget;
  readonly #failed: (error: Error) => void;

  /** `failed` hears of errors of Redis itself, as of one that is out of memory. */
  constructor(target: CallTarget, failed: (error: Error) => void) {
    this.#target = target;
    this.#failed = failed;
  }

  /** Whether calls are taken. */
  get up(): boolean {
    return this.#target.connection !== undefined;
  }

  /** Runs a script whose reply begins with `ok` or says why not. Never rejects. */
  async ask(script: Script, keys: readonly string[], args: readonly string[]): Promise<Answer | Refused> {
    const reply = await this.value(script, keys, args);
    if (reply === undefined) return UNAVAILABLE;
    const [word, ...values] = listOf(reply);
    if (word === 'ok') return { values };
    if (!REFUSALS.has(word)) return UNAVAILABLE;
    const refusal = word as BrokerRefusal;
    const retryAfterMs = Number(textOf(values[0], 16));
    return refusal === 'too-soon' && retryAfterMs > 0 ? { refusal, retryAfterMs } : { refusal };
  }

  /** Runs a script and gives what it said; undefined if it could not be run. Never rejects. */
  async value(script: Script, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    return this.#with((connection) => script.run(connection, keys, args));
  }

  /** Sends a command whose reply does not matter. Never rejects. */
  async tell(command: readonly string[]): Promise<void> {
    await this.#with((connection) => connection.call(command));
  }

  async #with(use: (connection: RedisConnection) => Promise<unknown>): Promise<unknown> {
    const { connection } = this.#target;
    if (!connection) return undefined;
    try {
      return await use(connection);
    } catch (error) {
      if (!isReply(error)) return undefined;
      this.#failed(error);
      if (OF_NO_USE.test(error.message)) this.#target.drop(connection, error);
      return undefined;
    }
  }
}
