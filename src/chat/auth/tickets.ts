import type { Broker, Eventual } from '../../rooms/index.ts';
import { whenReady } from '../../rooms/index.ts';
import type { Identity } from '../identity.ts';
import { fieldsOf } from '../payloads.ts';
import { hashOf, newSecret } from '../secrets.ts';

/** How long a ticket waits for its only use, in milliseconds. */
export const TICKET_TTL_MS = 30_000;

const recordOf = (ticket: string) => `ticket:${hashOf(ticket)}`;

/**
 * Tickets for those who cannot send a header with a WebSocket, as browsers: a token is exchanged for one, and it opens one connection
 * on any node. The broker knows only its hash.
 */
export class Tickets {
  readonly #broker: Broker;

  constructor(broker: Broker) {
    this.#broker = broker;
  }

  /** Gives a ticket for somebody; undefined while the broker cannot be reached. */
  issue(identity: Identity): Eventual<string | undefined> {
    const ticket = newSecret();
    const { user, name, admin, expiresAt } = identity;
    const text = JSON.stringify({ user, name, admin, expiresAt });
    return whenReady(this.#broker.putRecord(recordOf(ticket), text, TICKET_TTL_MS, 'absent'), (written) =>
      written.refusal ? undefined : ticket,
    );
  }

  /** Takes a ticket, which no second call will find: who it is for, undefined if it does not hold, `unavailable` without a broker. */
  redeem(ticket: string): Eventual<Identity | undefined | 'unavailable'> {
    return whenReady(this.#broker.getRecord(recordOf(ticket)), (found) => {
      if (found.refusal) return 'unavailable';
      const text = found.former;
      if (text === undefined) return undefined;
      return whenReady(this.#broker.deleteRecord(recordOf(ticket), { equals: text }), (deleted) => {
        if (deleted.refusal) return 'unavailable';
        return deleted.done ? identityOf(text) : undefined;
      });
    });
  }
}

function identityOf(text: string): Identity | undefined {
  const { user, name, admin, expiresAt } = fieldsOf(text);
  if (typeof user !== 'string' || typeof expiresAt !== 'number' || typeof admin !== 'boolean') return undefined;
  return { user, name: typeof name === 'string' ? name : undefined, admin, expiresAt };
}
