/** What a server under load says of itself. */
export interface ServerReport {
  readonly connections: number;
  /** Close codes of connections that have ended, and how often. */
  readonly closes: Readonly<Record<string, number>>;
  /** When a connection ended last, in milliseconds after it had opened. */
  readonly lastedMs: number;
  /** What the queues of all connections hold. */
  readonly bufferedBytes: number;
  /** Connections that were ended because their queue was full. */
  readonly policyFired: number;
  /** The longest time in which the event loop did nothing else, in milliseconds, since the last `reset`. */
  readonly blockedMs: number;
  readonly heapBytes: number;
  /** Handles of the loop by kind. */
  readonly handles: Readonly<Record<string, number>>;
  /** Deadlines that are awaited; 0 where a server does not tell. */
  readonly deadlines: number;
}

/** How a server under load is set up. */
export interface ServerSettings {
  readonly deflate?: boolean;
  readonly keepalive?: { readonly intervalMs: number; readonly timeoutMs: number };
  /** No limit on the number of pings. */
  readonly anyPings?: boolean;
  /** Room for messages to a crowd: queues of at most this many bytes for each member. */
  readonly queueBytes?: number;
}

/** One make of server, with the paths `/` (echo), `/costly` (each message costs 20 µs), `/room` (members only listen). */
export interface LoadServer {
  listen(): Promise<number>;
  /** Hands one message to all members of the room. */
  publish(message: Uint8Array): void;
  report(): Omit<ServerReport, 'blockedMs' | 'heapBytes' | 'handles'>;
}

/** How long a message at `/costly` keeps the server busy, in milliseconds. */
export const COSTLY_MS = 0.02;

/** Keeps the process busy for so long. */
export function spin(forMs: number): void {
  const until = performance.now() + forMs;
  while (performance.now() < until);
}

/** Closes as {@link ServerReport} counts them. */
export class Closes {
  readonly counts: Record<string, number> = {};
  lastedMs = 0;

  note(code: number, openedAt: number): void {
    this.counts[code] = (this.counts[code] ?? 0) + 1;
    this.lastedMs = performance.now() - openedAt;
  }
}
