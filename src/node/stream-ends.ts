import type { CloseInfo } from '../protocol/index.ts';
import type { Connection } from './connection.ts';
import { byteLengthOf, copyOf } from './websocket-data.ts';
import { type WebSocketError, webSocketErrorOf } from './websocket-error.ts';

/**
 * Sends one message of a stream and resolves when the next may follow. The data may be changed from then on.
 *
 * @throws Error when the connection is closing, so that the message was not sent
 */
export async function sendFromStream<Data>(
  connection: Connection<Data>,
  data: string | ArrayBufferLike | ArrayBufferView,
): Promise<void> {
  const message = byteLengthOf(data) > 0 ? copyOf(data) : data;
  let status = connection.send(message);
  while (status === 'dropped') {
    await connection.drained();
    status = connection.send(message);
  }
  if (status === 'closed') throw new DOMException('the connection is closing: this was not sent', 'InvalidStateError');
  if (status === 'pressured') await connection.drained();
}

/** Why the streams of a connection that ended like this have failed; `undefined` when it was closed properly. */
export function errorOf<Data>(
  connection: Connection<Data>,
  { clean, code, reason }: CloseInfo,
): WebSocketError | undefined {
  if (clean) return undefined;
  const { failure } = connection;
  const why =
    failure === undefined ? 'without a closing handshake' : `because the peer broke a rule: ${failure.message}`;
  return webSocketErrorOf(`the connection ended ${why}`, code, reason, failure);
}
