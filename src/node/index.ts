/**
 * WebSockets on Node's sockets: a server, a client, and the connections that both give.
 *
 * @module
 */

export type { CloseInfo, KeepaliveOptions, PreparedMessage, SendStatus } from '../protocol/index.ts';
export type { AttachableServer, AttachOptions } from './attach.ts';
export { type Clock, steadyNow } from './clock.ts';
export { connect } from './connect.ts';
export { Connection } from './connection.ts';
export { DEFLATE_DEFAULTS, type DeflateOptions } from './deflate-options.ts';
export type {
  CloseDiagnostic,
  ConnectionDiagnostic,
  FrameDiagnostic,
  HandshakeDiagnostic,
  MessageDiagnostic,
} from './diagnostics.ts';
export { type DuplexOptions, toDuplex } from './duplex.ts';
export { CloseEvent, WebSocketErrorEvent } from './events.ts';
export type { ConnectionHandlers } from './handlers.ts';
export type { ReceiveOptions } from './inbox.ts';
export { isNetwork } from './ip-address.ts';
export { LIMITS, type Limits } from './limits.ts';
export type { ListenAt } from './listener.ts';
export { type Message, prepareMessage, type Sendable, type SendOptions } from './message.ts';
export type { MessagePart, PartOptions } from './message-part.ts';
export type { HandlerTimes, ServerMetrics } from './metrics.ts';
export type { ConnectionOptions, ServerOptions } from './options.ts';
export { type Ports, usePorts } from './ports.ts';
export { formatPrometheus, PROMETHEUS_CONTENT_TYPE, type PrometheusOptions } from './prometheus.ts';
export { ProxyResponseError } from './proxy.ts';
export type { FillRandom } from './random.ts';
export { ReconnectEvent, type ReconnectEventMap } from './reconnect-event.ts';
export type { ReconnectOptions } from './reconnect-options.ts';
export { type ReconnectingOptions, ReconnectingWebSocket } from './reconnecting.ts';
export { type Rejection, reject } from './rejection.ts';
export type {
  ConnectionLoop,
  RouteHandlers,
  RouteMatch,
  UpgradeAcceptance,
  UpgradeAnswer,
} from './routes.ts';
export { WebSocketServer } from './server.ts';
export type { ShutdownOptions } from './shutdown.ts';
export type { CloseCount } from './tally.ts';
export { UnexpectedResponseError } from './unexpected-response.ts';
export type { UpgradeRequest } from './upgrade-request.ts';
export { toWebStreams, type WebSocketStreams } from './web-streams.ts';
export { WebSocket } from './websocket.ts';
export type { WebSocketData } from './websocket-data.ts';
export { WebSocketError, type WebSocketErrorInit } from './websocket-error.ts';
export type { WebSocketEventMap } from './websocket-events.ts';
export type { WebSocketOptions } from './websocket-options.ts';
export { type WebSocketCloseInfo, WebSocketStream } from './websocket-stream.ts';
export type { WireTap } from './wire-tap.ts';

// For the floors above alone: absent from the published types, and free to change.

/** @internal */
export { type Connecting, resolveForConnection, startConnecting } from './connect.ts';
/** @internal */
export { type Compression, deflateMessage, inflateMessage } from './deflate-message.ts';
/** @internal */
export { pauseBefore, resolveReconnect } from './reconnect-options.ts';
/** @internal */
export { retryAfterMs } from './retry-after.ts';
/** @internal */
export { SlidingWindow } from './sliding-window.ts';
/** @internal */
export type { WebSocketSettings } from './websocket-options.ts';
/** @internal */
export { parseWebSocketUrl, type WebSocketTarget } from './websocket-url.ts';
