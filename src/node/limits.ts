import { HEAD_LIMITS, type HeadLimits } from '../handshake/index.ts';
import { PROTOCOL_LIMITS, type ProtocolLimits } from '../protocol/index.ts';

/** Every limit of a server or client, with the value that holds unless an option says otherwise. */
export interface Limits extends HeadLimits, ProtocolLimits {
  /** From the first byte of the transport to the answer, in milliseconds, however the bytes trickle in. */
  readonly handshakeTimeoutMs: number;
  /** Open sockets of a server: handshakes, plain requests and connections together. */
  readonly maxConnections: number;
  /** What the unfinished messages of all connections of a server may hold together. */
  readonly partialMessageBytes: number;
  /** Bytes a client may send behind its head while the answer is being decided. */
  readonly earlyBytes: number;
  /** How long a refused socket may take to go, in milliseconds. */
  readonly lingerMs: number;
}

/** The limits that hold unless an option says otherwise. Frozen. */
export const LIMITS: Limits = Object.freeze({
  ...HEAD_LIMITS,
  ...PROTOCOL_LIMITS,
  handshakeTimeoutMs: 10_000,
  maxConnections: 10_000,
  partialMessageBytes: 64 * 1024 * 1024,
  earlyBytes: 64 * 1024,
  lingerMs: 1_000,
});
