import type { CloseInfo } from '../protocol/index.ts';
import type { Connection } from './connection.ts';
import type { Message } from './message.ts';
import type { MessagePart } from './message-part.ts';

/**
 * What happens on a connection. One object serves all connections of a route.
 *
 * A handler that returns a promise is waited for before the next message is parsed. One that throws, or whose promise
 * rejects, closes its own connection with 1011 and is reported to `onError`.
 */
export interface ConnectionHandlers<Data = unknown> {
  /** The connection is open; no message was parsed yet. */
  open?(connection: Connection<Data>): void | Promise<void>;
  /** One whole message. Without this handler messages are taken by `receive` or by a loop over the connection. */
  message?(connection: Connection<Data>, data: Message): unknown;
  /**
   * In place of `message`: a piece of a message as it arrives, so that nothing is put together. The next piece waits for a
   * promise as messages do. `maxMessageBytes` still bounds the whole. What came compressed comes as one piece.
   */
  part?(connection: Connection<Data>, data: Uint8Array, part: MessagePart): unknown;
  /** The queue has drained to half its high-water mark, after `send` had answered `'pressured'` or `'dropped'`. */
  drain?(connection: Connection<Data>): void;
  pong?(connection: Connection<Data>, payload: Uint8Array): void;
  /** The connection has ended; the last call for it. */
  close?(connection: Connection<Data>, info: CloseInfo): void;
  /** How text messages arrive. Default `'string'`; `'bytes'` gives checked UTF-8, for relays. */
  readonly text?: 'string' | 'bytes';
  /** Bytes are valid only until the handler returns, in exchange for not being copied. Default false. */
  readonly borrow?: boolean;
}
