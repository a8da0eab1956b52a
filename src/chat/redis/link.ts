import type { RedisConnection, RedisConnectionEvents } from './connection.ts';

/** What a {@link RedisLink} needs and tells. */
export interface RedisLinkPorts {
  /** Makes one connection. */
  connect(events: RedisConnectionEvents): Promise<RedisConnection>;
  /** Puts everything back in place over a new connection. It counts as up when this resolves, and as lost if it rejects. */
  restore(connection: RedisConnection): Promise<void>;
  message(channel: string, bytes: Uint8Array): void;
  /** It is up again, or just lost, or could not be made: then with the reason. */
  state(state: 'up' | 'degraded', reason?: Error): void;
  /** A number from 0 up to 1, for delays that nodes do not share. */
  random(): number;
}

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 1000;

/**
 * A connection to Redis that is made again whenever it is lost, until it is closed.
 *
 * Attempts come after delays that double from 100 ms to 1 s, of which up to a half is left off by chance: nodes do not come back
 * all at once, and each within seconds after Redis.
 */
export class RedisLink {
  /** The connection while it is up. */
  connection: RedisConnection | undefined;
  readonly #ports: RedisLinkPorts;
  #current: RedisConnection | undefined;
  #retry: NodeJS.Timeout | undefined;
  #attempts = 0;
  #closed = false;

  constructor(ports: RedisLinkPorts) {
    this.#ports = ports;
    void this.#open();
  }

  /** Gives up a connection that answers, but is of no use. */
  drop(connection: RedisConnection, reason: Error): void {
    if (this.connection !== connection) return;
    connection.destroy();
    this.#fail(reason);
  }

  /** Ends the connection and makes no more. */
  close(): void {
    this.#closed = true;
    this.connection = undefined;
    clearTimeout(this.#retry);
    this.#current?.destroy();
  }

  async #open(): Promise<void> {
    let lost: Error | undefined;
    try {
      const connection = await this.#ports.connect({
        message: (channel, bytes) => this.#ports.message(channel, bytes),
        lost: (reason) => {
          lost = reason;
          if (this.connection !== undefined && this.connection === this.#current) this.#fail(reason);
        },
      });
      this.#current = connection;
      if (this.#closed) return connection.destroy();
      await this.#ports.restore(connection);
      if (lost) throw lost;
      if (this.#closed) return;
      this.#attempts = 0;
      this.connection = connection;
      this.#ports.state('up');
    } catch (error) {
      this.#current?.destroy();
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #fail(reason: Error): void {
    this.connection = undefined;
    this.#current = undefined;
    if (this.#closed) return;
    const delayMs = Math.min(FIRST_RETRY_MS * 2 ** this.#attempts, LAST_RETRY_MS) * (1 - this.#ports.random() / 2);
    this.#attempts = Math.min(this.#attempts + 1, 10);
    // A process that has nothing but this to do waits for Redis: the timer is kept.
    this.#retry = setTimeout(() => void this.#open(), delayMs);
    this.#ports.state('degraded', reason);
  }
}
