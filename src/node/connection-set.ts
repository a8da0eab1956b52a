import type { Connection } from './connection.ts';
import { Roster } from './roster.ts';

const PLACE = Symbol('ws101.connections');

/** The open connections of a server, as a set. A loop over it sees those of its beginning that are open still. */
export class ConnectionSet extends Roster<Connection> implements ReadonlySet<Connection> {
  constructor() {
    super(PLACE);
  }

  forEach(
    callback: (value: Connection, key: Connection, set: ReadonlySet<Connection>) => void,
    thisArg?: unknown,
  ): void {
    for (const connection of this) callback.call(thisArg, connection, connection, this);
  }

  *entries(): Generator<[Connection, Connection], undefined, undefined> {
    for (const connection of this) yield [connection, connection];
    return undefined;
  }

  keys(): Generator<Connection, undefined, undefined> {
    return this[Symbol.iterator]();
  }

  values(): Generator<Connection, undefined, undefined> {
    return this[Symbol.iterator]();
  }
}
