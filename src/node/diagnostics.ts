import { type Channel, channel } from 'node:diagnostics_channel';
import type { FrameHeader } from '../codec/index.ts';
import type { CloseInfo, SendStatus } from '../protocol/index.ts';
import type { Connection } from './connection.ts';
import { frameWatch } from './frame-watch.ts';
import type { Message, Sendable } from './message.ts';
import type { Tally } from './tally.ts';
import type { UpgradeRequest } from './upgrade-request.ts';

/** What `ws101:connection` publishes: a connection has opened, at either end. */
export interface ConnectionDiagnostic {
  readonly connection: Connection;
  /** Which end of it is in this process. */
  readonly role: 'server' | 'client';
}

/** What `ws101:handshake` publishes: a server has answered a request to open a connection, or was left without one. */
export interface HandshakeDiagnostic {
  /** The HTTP status of the answer: 101, or 200 over HTTP/2, lets in. 0: the client left before it got one. */
  readonly status: number;
  /** The address of the transport. */
  readonly remoteAddress: string | undefined;
  /** `undefined` when its head never arrived whole, or was refused before it was read. */
  readonly request: UpgradeRequest | undefined;
}

/** What `ws101:message` publishes: a whole message was received, or accepted by `send`. Those in parts are not published. */
export interface MessageDiagnostic {
  readonly connection: Connection;
  readonly direction: 'in' | 'out';
  /** The message itself; bytes are to be left as they are, and those of a route with `borrow` are gone afterwards. */
  readonly data: Message | Sendable;
}

/** What `ws101:frame` publishes: the header of a frame has passed. Of connections that open while somebody subscribes. */
export interface FrameDiagnostic {
  readonly connection: Connection;
  readonly direction: 'in' | 'out';
  readonly header: FrameHeader;
}

/** What `ws101:close` publishes: a connection has ended. */
export interface CloseDiagnostic extends CloseInfo {
  readonly connection: Connection;
}

const CONNECTION: Channel = channel('ws101:connection');
const HANDSHAKE: Channel = channel('ws101:handshake');
const MESSAGE: Channel = channel('ws101:message');
const FRAME: Channel = channel('ws101:frame');
const CLOSE: Channel = channel('ws101:close');

/** Counts a connection that opens and tells subscribers; to be called before its first byte is read. */
export function noteOpened<Data>(tally: Tally, connection: Connection<Data>, role: 'server' | 'client'): void {
  tally.opened++;
  if (FRAME.hasSubscribers) connection.tap(frameWatch(untyped(connection), noteFrame));
  if (CONNECTION.hasSubscribers)
    CONNECTION.publish({ connection: untyped(connection), role } satisfies ConnectionDiagnostic);
}

/** Counts the answer to a handshake and tells subscribers. */
export function noteAnswered(
  tally: Tally,
  status: number,
  remoteAddress: string | undefined,
  request: UpgradeRequest | undefined,
): void {
  tally.answered(status);
  if (HANDSHAKE.hasSubscribers) HANDSHAKE.publish({ status, remoteAddress, request } satisfies HandshakeDiagnostic);
}

/** Counts a received message and tells subscribers. */
export function noteReceived<Data>(tally: Tally, connection: Connection<Data>, data: Message): void {
  tally.messagesIn++;
  if (MESSAGE.hasSubscribers) publishMessage(untyped(connection), 'in', data);
}

/** Counts what became of a message given to `send`, and tells subscribers of one that was accepted. */
export function noteSent<Data>(tally: Tally, connection: Connection<Data>, data: Sendable, status: SendStatus): void {
  if (status === 'closed') return;
  if (status === 'dropped') {
    tally.dropped++;
    return;
  }
  tally.messagesOut++;
  if (MESSAGE.hasSubscribers) publishMessage(untyped(connection), 'out', data);
}

/** Counts a message with its last part. */
export function noteReceivedPart(tally: Tally, last: boolean): void {
  if (last) tally.messagesIn++;
}

/** Counts a message with its last part, and each part that was refused. */
export function noteSentPart(tally: Tally, status: SendStatus, last: boolean): void {
  if (status === 'dropped') tally.dropped++;
  else if (status !== 'closed' && last) tally.messagesOut++;
}

function noteFrame(connection: Connection, direction: 'in' | 'out', header: FrameHeader): void {
  if (FRAME.hasSubscribers) FRAME.publish({ connection, direction, header } satisfies FrameDiagnostic);
}

/** Counts how a connection ended and tells subscribers. */
export function noteClosed<Data>(tally: Tally, connection: Connection<Data>, info: CloseInfo): void {
  tally.closed(info);
  if (CLOSE.hasSubscribers) CLOSE.publish({ connection: untyped(connection), ...info } satisfies CloseDiagnostic);
}

function publishMessage(connection: Connection, direction: 'in' | 'out', data: Message | Sendable): void {
  MESSAGE.publish({ connection, direction, data } satisfies MessageDiagnostic);
}

// A subscriber knows nothing of what the application keeps in connection.data.
function untyped<Data>(connection: Connection<Data>): Connection {
  return connection as unknown as Connection;
}
