import { createHash } from 'node:crypto';
import type { RedisConnection } from './connection.ts';

/** A script that Redis runs as one step. It is known there by the SHA-1 of its text. */
export class Script {
  readonly #text: string;
  readonly #digest: string;

  constructor(text: string) {
    this.#text = text;
    this.#digest = createHash('sha1').update(text).digest('hex');
  }

  /** Makes it known to Redis, which forgets all scripts when it is started again. */
  async load(connection: RedisConnection): Promise<void> {
    await connection.call(['SCRIPT', 'LOAD', this.#text]);
  }

  /** Runs it. Rejects with what Redis says of it, and when the connection is lost. */
  async run(connection: RedisConnection, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    const rest = [`${keys.length}`, ...keys, ...args];
    try {
      return await connection.call(['EVALSHA', this.#digest, ...rest]);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return connection.call(['EVAL', this.#text, ...rest]);
    }
  }
}
