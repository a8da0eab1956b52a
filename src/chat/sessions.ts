import type { Broker, Eventual } from '../rooms/index.ts';
import { whenReady } from '../rooms/index.ts';
import type { Identity } from './identity.ts';
import { anonymousUser, hashOf, newSecret } from './secrets.ts';
import type { SessionRecord } from './session-record.ts';
import { decodeSession, encodeSession, SESSION_TTL_MS } from './session-record.ts';

/** A session that a connection of this node holds. */
export interface HeldSession {
  /** The secret that goes to the client. */
  readonly key: string;
  /** What the broker knows it by. */
  readonly hash: string;
  readonly record: SessionRecord;
}

/** What became of the wish to go on with a session. */
export interface Opened {
  readonly session: HeldSession;
  /** Who held it before; undefined for a new session. */
  readonly formerHolder: string | undefined;
}

const recordOf = (hash: string) => `session:${hash}`;

/**
 * Sessions: what lets a user come back as the same one after a lost connection, on any node. The broker keeps them under the hash
 * of their key, with who holds them; of two connections with one key the later one holds it.
 */
export class Sessions {
  readonly #broker: Broker;

  constructor(broker: Broker) {
    this.#broker = broker;
  }

  /**
   * Goes on with the session of `key`, if it is known and the connection may have it: one opened with a token takes a token of the
   * same user. Else opens a new one. Undefined while the broker cannot be reached.
   */
  open(key: string | undefined, identity: Identity | undefined, holder: string): Eventual<Opened | undefined> {
    if (key === undefined) return this.#openNew(identity, holder);
    const hash = hashOf(key);
    return whenReady(this.#broker.getRecord(recordOf(hash)), (found) => {
      if (found.refusal) return undefined;
      const former = found.former === undefined ? undefined : decodeSession(found.former);
      const isAllowed = former !== undefined && (identity ? former.user === identity.user : !former.byToken);
      if (!isAllowed) return this.#openNew(identity, holder);
      return this.#takeOver({ key, hash, record: { ...former, holder } });
    });
  }

  /** Says that the session is still in use: `taken` if another connection has it by now. */
  refresh(session: HeldSession): Eventual<'kept' | 'taken' | 'unavailable'> {
    const text = encodeSession(session.record);
    return whenReady(this.#write(session.hash, text, { equals: text }), (kept) => {
      if (kept.refusal) return 'unavailable';
      if (kept.done) return 'kept';
      if (kept.former !== undefined) return 'taken';
      // Forgotten, as by a broker that lost its memory.
      return whenReady(this.#write(session.hash, text, 'absent'), (again) => {
        if (again.refusal) return 'unavailable';
        return again.done ? 'kept' : 'taken';
      });
    });
  }

  /** The session under another name, which is noted unless another connection has the session. */
  rename(session: HeldSession, name: string | undefined): Eventual<HeldSession> {
    const renamed = { ...session, record: { ...session.record, name } };
    const condition = { equals: encodeSession(session.record) };
    return whenReady(this.#write(session.hash, encodeSession(renamed.record), condition), () => renamed);
  }

  /** Ends the session for good, unless another connection has it. */
  release(session: HeldSession): Eventual<void> {
    const condition = { equals: encodeSession(session.record) };
    return whenReady(this.#broker.deleteRecord(recordOf(session.hash), condition), () => undefined);
  }

  #openNew(identity: Identity | undefined, holder: string): Eventual<Opened | undefined> {
    const key = newSecret();
    const user = identity?.user ?? anonymousUser();
    const record = { user, name: undefined, holder, byToken: identity !== undefined };
    const session = { key, hash: hashOf(key), record };
    return whenReady(this.#write(session.hash, encodeSession(record), 'absent'), (written) =>
      written.refusal ? undefined : { session, formerHolder: undefined },
    );
  }

  #takeOver(session: HeldSession): Eventual<Opened | undefined> {
    return whenReady(this.#write(session.hash, encodeSession(session.record), 'any'), (written) => {
      if (written.refusal) return undefined;
      const former = written.former === undefined ? undefined : decodeSession(written.former);
      // What was noted last counts: the name may have changed since it was read.
      const record = former ? { ...session.record, name: former.name } : session.record;
      return { session: { ...session, record }, formerHolder: former?.holder };
    });
  }

  #write(hash: string, text: string, condition: Parameters<Broker['putRecord']>[3]) {
    return this.#broker.putRecord(recordOf(hash), text, SESSION_TTL_MS, condition);
  }
}
