import type { ServerMessageOf } from './messages.ts';

const REMEMBERED = 256;

/** What a session was told of the messages that it sent last: a resend is answered from here, without a question to the broker. */
export class AckMemory {
  #acks: Map<string, ServerMessageOf<'ack'>> | undefined;

  /** The answer to the message that was sent to this log under this id, if it is remembered; it says that it is a duplicate. */
  of(log: string, id: string): ServerMessageOf<'ack'> | undefined {
    const ack = this.#acks?.get(`${log} ${id}`);
    return ack && { ...ack, duplicate: true };
  }

  /** Remembers an answer; of more than 256 the oldest is forgotten. */
  remember(log: string, ack: ServerMessageOf<'ack'>): void {
    this.#acks ??= new Map();
    this.#acks.set(`${log} ${ack.id}`, ack);
    if (this.#acks.size <= REMEMBERED) return;
    const [oldest] = this.#acks.keys();
    if (oldest !== undefined) this.#acks.delete(oldest);
  }
}
