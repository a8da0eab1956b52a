import type { Connection } from './connection.ts';
import type { CloseCount, Tally } from './tally.ts';
import { HANDLER_TIME_BOUNDS_MS, type TimeHistogram } from './time-histogram.ts';

/** How long message handlers took; a handler that gives a promise is done when that has settled. */
export interface HandlerTimes {
  readonly count: number;
  readonly sumMs: number;
  /** How many took at most `upToMs`, each place with those before it; the last one is `Infinity` and has them all. */
  readonly buckets: readonly { readonly upToMs: number; readonly count: number }[];
}

/** What a server has done since it was made and how it stands now; a copy that belongs to the caller. */
export interface ServerMetrics {
  readonly connections: { readonly open: number; readonly total: number };
  readonly handshakes: {
    /** Without an answer yet. */
    readonly pending: number;
    /** Clients that left before they got an answer. */
    readonly abandoned: number;
    /** Answers by their HTTP status: 101, or 200 over HTTP/2, let in. Plain requests do not count unless refused by us. */
    readonly byStatus: readonly { readonly status: number; readonly count: number }[];
  };
  /** Messages received, and those that `send` accepted. */
  readonly messages: { readonly in: number; readonly out: number };
  /** Bytes of frames as read from and written to the transports, without handshakes and without what TLS adds. */
  readonly bytes: { readonly in: number; readonly out: number };
  /** Messages that `send` refused because the queue was full. */
  readonly dropped: number;
  /** Bytes that all open connections have accepted and not written yet. */
  readonly bufferedBytes: number;
  /** How connections ended. */
  readonly closes: readonly CloseCount[];
  /** Only with the option `measureHandlers`. */
  readonly handlerTimes: HandlerTimes | undefined;
}

/** What a server's tally says now. */
export function takeMetrics(tally: Tally, connections: ReadonlySet<Connection>, pending: number): ServerMetrics {
  let bufferedBytes = 0;
  for (const connection of connections) bufferedBytes += connection.bufferedBytes;
  const statuses = [...tally.handshakes].sort(([one], [other]) => one - other);
  return {
    connections: { open: connections.size, total: tally.opened },
    handshakes: {
      pending,
      abandoned: tally.handshakes.get(0) ?? 0,
      byStatus: statuses.filter(([status]) => status !== 0).map(([status, count]) => ({ status, count })),
    },
    messages: { in: tally.messagesIn, out: tally.messagesOut },
    bytes: { in: tally.bytesIn, out: tally.bytesOut },
    dropped: tally.dropped,
    bufferedBytes,
    closes: [...tally.closes.values()].sort((one, other) => one.code - other.code || (one.by < other.by ? -1 : 1)),
    handlerTimes: tally.handlerTime && handlerTimes(tally.handlerTime),
  };
}

function handlerTimes({ counts, sumMs }: TimeHistogram): HandlerTimes {
  let count = 0;
  const buckets = counts.map((own, place) => {
    count += own;
    return { upToMs: HANDLER_TIME_BOUNDS_MS[place] ?? Infinity, count };
  });
  return { count, sumMs, buckets };
}
