import type { Duplex } from 'node:stream';

/** What a `Transport` asks of the connection above it. */
export interface TransportOwner {
  /** Whether the next message may be parsed now. Asked before every chunk. */
  readonly wantsMessages: boolean;
  /** Whether it will want messages again by itself, so that what was received is kept for it even if the socket is gone. */
  readonly willWantMessages: boolean;
  /** Whether it wants none because its own queue is too long, and not for a reason of the application's. */
  readonly congested: boolean;
  /** The socket took bytes; the queue may be shorter now. */
  flushed(): void;
  /** The socket is gone: nothing more can be written, and what was received is all that will be. */
  lastBytes(socket: Duplex): void;
  /** Somebody who listens in threw. */
  failed(error: unknown): void;
}
