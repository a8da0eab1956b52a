import type { Broker, Eventual } from '../rooms/index.ts';
import { whenReady } from '../rooms/index.ts';
import { Refusal } from './errors.ts';
import type { Username } from './username.ts';

const recordOf = (key: string) => `name:${key}`;

/**
 * Who goes by which name: one record for each name, which lasts while somebody says that it is in use, and a while longer.
 * A name belongs to a user, not to a connection.
 */
export class Names {
  readonly #broker: Broker;

  constructor(broker: Broker) {
    this.#broker = broker;
  }

  /** Takes the name for `user`, or says again that it is in use. Gives the refusal `name-taken` or `unavailable`, or nothing. */
  claim(name: Username, user: string, ttlMs: number): Eventual<Refusal | undefined> {
    const record = recordOf(name.key);
    return whenReady(this.#broker.putRecord(record, user, ttlMs, 'absent'), (first) => {
      if (first.refusal) return new Refusal('unavailable');
      if (first.done) return undefined;
      if (first.former !== user) return new Refusal('name-taken');
      return whenReady(this.#broker.putRecord(record, user, ttlMs, { equals: user }), (second) => {
        if (second.refusal) return new Refusal('unavailable');
        return second.done ? undefined : new Refusal('name-taken');
      });
    });
  }

  /** Sets the name free if it is the user's. */
  release(name: Username, user: string): Eventual<void> {
    return whenReady(this.#broker.deleteRecord(recordOf(name.key), { equals: user }), () => undefined);
  }

  /** The id of the user who goes by the name with this key; the refusal `no-such-user` or `unavailable`. */
  userOf(key: string): Eventual<string | Refusal> {
    return whenReady(this.#broker.getRecord(recordOf(key)), (found) => {
      if (found.refusal) return new Refusal('unavailable');
      return found.former === undefined ? new Refusal('no-such-user') : found.former;
    });
  }
}
