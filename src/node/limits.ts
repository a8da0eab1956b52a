import { HEAD_LIMITS, type HeadLimits } from '../handshake/index.ts';
import { PROTOCOL_LIMITS, type ProtocolLimits } from '../protocol/index.ts';

/** Every limit of a server or client, with the value that holds unless an option says otherwise. */
export interface Limits extends HeadLimits, ProtocolLimits {
  /** From the accepted connection to the answer, in milliseconds, a TLS handshake included, however the bytes trickle in. */
  readonly handshakeTimeoutMs: number;
  /** Open sockets of a server: handshakes, plain requests and connections together. */
  readonly maxConnections: number;
  /** Of those, how many one address may have, an IPv6 address counted by its /64: above it 429. Default: no limit. */
  readonly connectionsPerAddress: number;
  /** How many connections one address may ask for in a second, and at once after a second's rest: above it 429. */
  readonly handshakesPerSecondPerAddress: number;
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
  connectionsPerAddress: Infinity,
  handshakesPerSecondPerAddress: Infinity,
  partialMessageBytes: 64 * 1024 * 1024,
  earlyBytes: 64 * 1024,
  lingerMs: 1_000,
});

/** Those of the limits that a reader of heads obeys; the usual ones as {@link HEAD_LIMITS} itself, which is not looked at again. */
export function headLimitsOf({ requestLineBytes, headBytes, headers }: Limits): HeadLimits {
  const limits: HeadLimits = { requestLineBytes, headBytes, headers };
  const names = Object.keys(limits) as (keyof HeadLimits)[];
  return names.every((name) => limits[name] === HEAD_LIMITS[name]) ? HEAD_LIMITS : limits;
}
