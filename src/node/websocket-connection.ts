import type { Socket } from 'node:net';
import { Connection } from './connection.ts';
import { agreedExtensions } from './deflate.ts';
import type { Dialed } from './dial.ts';
import type { ConnectionHandlers } from './handlers.ts';
import { UNREAD_TALLY } from './tally.ts';
import type { WebSocketSettings } from './websocket-options.ts';

/** The client's end of a connection behind a successful handshake. To be started when its `WebSocket` is open. */
export function connectionOf(dialed: Dialed, settings: WebSocketSettings, handlers: ConnectionHandlers): Connection {
  const { socket, protocol, deflate } = dialed;
  return new Connection<unknown>(socket, {
    shared: {
      role: 'client',
      handlers,
      limits: settings.limits,
      keepalive: settings.keepalive,
      partialMessages: undefined,
      tally: UNREAD_TALLY,
      onError: () => {},
      onClosed: () => {},
    },
    data: undefined,
    protocol,
    extensions: agreedExtensions('client', deflate, settings.deflate),
    request: undefined,
    remoteAddress: (socket as Partial<Socket>).remoteAddress,
  });
}
