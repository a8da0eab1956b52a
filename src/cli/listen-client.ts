import type { Connection, Message, Sendable } from '../node/index.ts';
import type { Conversation } from './conversation.ts';
import { isPlain, type Outgoing } from './outgoing.ts';
import { PingTimes } from './ping-times.ts';
import { bytesFor } from './shaped-frames.ts';
import { UsageError } from './usage-error.ts';
import { WireLog } from './wire-log.ts';

/** One client of `ws101 listen`. */
export class ListenClient {
  readonly number: number;
  readonly connection: Connection;
  readonly conversation: Conversation;
  readonly #pings = new PingTimes();
  readonly #log: WireLog | undefined;
  /** How many messages came from it. */
  messages = 0;

  /** @param maxBytes the longest frame to show; undefined to show none */
  constructor(number: number, connection: Connection, conversation: Conversation, maxBytes: number | undefined) {
    this.number = number;
    this.connection = connection;
    this.conversation = conversation;
    if (maxBytes === undefined) return;
    const log = new WireLog('server', maxBytes, (...shown) => conversation.wire(...shown));
    if (connection.extensions.includes('permessage-deflate')) log.agreeOnDeflate();
    connection.tap((direction, bytes) => log.push(direction, bytes));
    this.#log = log;
  }

  /** Says who it is. */
  introduce(): void {
    const { request, remoteAddress, protocol, extensions } = this.connection;
    const { target = '/', origin } = request ?? {};
    const agreed = [protocol, extensions].filter((text) => text !== '').map((text) => `, ${text}`);
    const from = `${remoteAddress ?? 'somewhere'}${origin === undefined ? '' : `, a page of ${origin}`}`;
    this.conversation.tell(
      { event: 'open', target, ...(origin === undefined ? {} : { origin }), remoteAddress, protocol, extensions },
      `connected from ${from}: ${target}${agreed.join('')}`,
      false,
    );
  }

  /** A message came from it. */
  message(data: Message): Promise<void> | undefined {
    this.messages++;
    return this.conversation.message(data);
  }

  pong(payload: Uint8Array): void {
    this.conversation.pong(payload, this.#pings.answered(payload));
  }

  /** Pings it, to learn how long the answer takes. */
  ping(): void {
    this.send({ kind: 'ping', payload: this.#pings.next(), shape: {} });
  }

  /** Throws a `UsageError` for what a server of this kind does not send. */
  send(outgoing: Outgoing): void {
    const { connection } = this;
    if (outgoing.kind === 'message' && isPlain(outgoing.shape)) {
      const status = connection.send(outgoing.payload satisfies Sendable);
      if (status === 'dropped')
        this.conversation.tell({ event: 'dropped' }, 'reads too slowly; this was not sent', true);
    } else if (bytesFor(outgoing) !== undefined) {
      throw new UsageError('listen sends only what the protocol permits; ws101 connect sends other frames too');
    } else if (outgoing.kind === 'ping') {
      this.#pings.sent(outgoing.payload);
      connection.ping(outgoing.payload);
    } else if (outgoing.kind === 'close') connection.close(outgoing.code, outgoing.reason);
  }

  /** It has gone: shows what was cut off. */
  end(): void {
    this.#log?.end();
  }
}
