/**
 * WebSockets on Node's sockets: a server, a client, and the connections that both give.
 *
 * @module
 */

export type { CloseInfo, KeepaliveOptions, PreparedMessage, SendStatus } from '../protocol/index.ts';
export type { AttachableServer, AttachOptions } from './attach.ts';
export { Connection } from './connection.ts';
export { DEFLATE_DEFAULTS, type DeflateOptions } from './deflate-options.ts';
export { CloseEvent, WebSocketErrorEvent } from './events.ts';
export type { ConnectionHandlers } from './handlers.ts';
export type { ReceiveOptions } from './inbox.ts';
export { LIMITS, type Limits } from './limits.ts';
export type { ListenAt } from './listener.ts';
export { type Message, prepareMessage, type Sendable, type SendOptions } from './message.ts';
export type { ConnectionOptions, ServerOptions } from './options.ts';
export { type Rejection, reject } from './rejection.ts';
export type {
  ConnectionLoop,
  RouteHandlers,
  RouteMatch,
  UpgradeAcceptance,
  UpgradeAnswer,
} from './routes.ts';
export { type ShutdownOptions, WebSocketServer } from './server.ts';
export { UnexpectedResponseError } from './unexpected-response.ts';
export type { UpgradeRequest } from './upgrade-request.ts';
export { WebSocket } from './websocket.ts';
export type { WebSocketData } from './websocket-data.ts';
export type { WebSocketEventMap } from './websocket-events.ts';
export type { WebSocketOptions } from './websocket-options.ts';
