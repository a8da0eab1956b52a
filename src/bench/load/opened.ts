import type { Socket } from 'node:net';
import type { DeflateAgreement } from '../../handshake/index.ts';

/** What a `LoadConnection` is made of once its opening handshake succeeded. */
export interface Opened {
  readonly socket: Socket;
  readonly secure: boolean;
  /** The agreed subprotocol; empty when there is none. */
  readonly protocol: string;
  /** What both ends agreed on about compression. */
  readonly agreement: DeflateAgreement | undefined;
  /** Whether compressed messages are inflated; otherwise only their number is told. */
  readonly inflate: boolean;
  /** How long TCP, and TLS above it, took; and from then on the opening handshake. In nanoseconds. */
  readonly tcpNs: number;
  readonly upgradeNs: number;
}
