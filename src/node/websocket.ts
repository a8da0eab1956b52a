import type { ConnectionOptions as TlsOptions } from 'node:tls';
import { MAX_CLOSE_REASON_BYTES } from '../codec/index.ts';
import type { Field } from '../handshake/index.ts';
import { checkLimit, type KeepaliveOptions, type ProtocolLimits } from '../protocol/index.ts';
import { Connection } from './connection.ts';
import { Dial, type Dialed } from './dial.ts';
import { CloseEvent, WebSocketErrorEvent } from './events.ts';
import { LIMITS } from './limits.ts';
import type { Message, Sendable } from './message.ts';
import { CONNECTION_OPTIONS, refuseUnknown, resolveConnection } from './options.ts';
import { SendSequence } from './send-sequence.ts';
import { parseWebSocketUrl, type WebSocketTarget } from './websocket-url.ts';

/** What a client may set beside URL and subprotocols. */
export interface WebSocketOptions extends Partial<ProtocolLimits> {
  readonly protocols?: string | readonly string[];
  /** Further fields of the request: Authorization, Cookie. */
  readonly headers?: Readonly<Record<string, string>> | readonly Field[];
  readonly origin?: string;
  /** For `wss:`, as in `tls.connect`: `ca`, `cert`, `servername`. Certificates are verified unless this says otherwise. */
  readonly tls?: TlsOptions;
  /** From the name lookup to the end of the response head, in milliseconds. Default 10 s. */
  readonly handshakeTimeoutMs?: number;
  /** `false` turns it off. Default: a ping after 20 s of silence, and 20 s to answer. */
  readonly keepalive?: KeepaliveOptions | false;
  /** Ends the connection, or the attempt to open it, as `close` would. */
  readonly signal?: AbortSignal;
}

const OPTIONS = [...CONNECTION_OPTIONS, 'protocols', 'headers', 'tls', 'handshakeTimeoutMs', 'signal'];
const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;

// `send` has no way to refuse here, so that the queue is longer than on a connection; beyond it the socket fails.
const SEND_QUEUE_BYTES = 64 * 1024 * 1024;

/** What can be sent: text, bytes in any shape, or a Blob. */
export type WebSocketData = string | ArrayBufferLike | ArrayBufferView | Blob;

type Handler<E extends Event> = ((this: WebSocket, event: E) => unknown) | null;

/**
 * A WebSocket client with the shape that browsers give it (WHATWG WebSockets), and options that they cannot have.
 *
 * ```ts
 * const socket = new WebSocket('ws://localhost:8080/ws');
 * socket.onopen = () => socket.send('hello');
 * socket.onmessage = ({ data }) => console.log(data);
 * ```
 */
export class WebSocket extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readonly CLOSED = 3;
}
