import { ReadableStream, WritableStream } from 'node:stream/web';
import type { Connection } from './connection.ts';
import type { Message } from './message.ts';
import { errorOf, sendFromStream } from './stream-ends.ts';
import { WebSocketError } from './websocket-error.ts';

/** The two streams of a connection and what was agreed, as the `opened` of a `WebSocketStream` gives them. */
export interface WebSocketStreams {
  /** Messages: text as strings, binary as bytes that are the reader's own. */
  readonly readable: ReadableStream<Message>;
  /** Messages: strings as text, bytes in any shape as binary; anything else becomes text. */
  readonly writable: WritableStream<unknown>;
  /** The agreed subprotocol; empty when there is none. */
  readonly protocol: string;
  /** The agreed extensions, as the response says them; empty when there are none. */
  readonly extensions: string;
}

/**
 * A connection as WHATWG streams. At most one message waits in `readable`, and one more in the connection; then nothing is
 * read from the peer. A write settles when the send queue has room for the next.
 *
 * Closing `writable`, cancelling `readable` or aborting `writable` closes the connection; a `WebSocketError` given to the
 * latter two says how. A clean end closes `readable`, once what arrived before it was read; any other fails it with a
 * `WebSocketError`. At the server's end the route must have no `message` handler.
 */
export function toWebStreams<Data>(connection: Connection<Data>): WebSocketStreams {
  const { protocol, extensions } = connection;
  return { readable: readableOf(connection), writable: writableOf(connection), protocol, extensions };
}

function readableOf<Data>(connection: Connection<Data>): ReadableStream<Message> {
  let cancelled = false;
  return new ReadableStream<Message>({
    async pull(controller) {
      const message = await connection.receive();
      if (cancelled) return;
      if (message !== undefined) {
        controller.enqueue(message);
        return;
      }
      const error = errorOf(connection, await connection.closed);
      if (cancelled) return;
      if (error === undefined) controller.close();
      else controller.error(error);
    },
    cancel(reason) {
      cancelled = true;
      closeFor(connection, reason);
    },
  });
}

function writableOf<Data>(connection: Connection<Data>): WritableStream<unknown> {
  return new WritableStream<unknown>({
    start(controller) {
      void connection.closed.then((info) => {
        const closed = new DOMException('the connection is closed', 'InvalidStateError');
        controller.error(errorOf(connection, info) ?? closed);
      });
    },
    write: (chunk) => sendFromStream(connection, toMessage(chunk)),
    async close() {
      connection.close();
      await connection.closed;
    },
    abort: (reason) => closeFor(connection, reason),
  });
}

function closeFor<Data>(connection: Connection<Data>, reason: unknown): void {
  if (!(reason instanceof WebSocketError) || reason.closeCode === null) connection.close();
  else connection.close(reason.closeCode, reason.reason);
}

function toMessage(chunk: unknown): string | ArrayBufferLike | ArrayBufferView {
  if (ArrayBuffer.isView(chunk) || chunk instanceof ArrayBuffer || chunk instanceof SharedArrayBuffer) return chunk;
  return `${chunk}`;
}
