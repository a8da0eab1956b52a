import type { HandlerTimes, ServerMetrics } from './metrics.ts';

/** How {@link formatPrometheus} names things. */
export interface PrometheusOptions {
  /** Stands before each name. Default `ws101_`. */
  readonly prefix?: string;
  /** Labels that every sample gets, to tell servers apart. */
  readonly labels?: Readonly<Record<string, string>>;
}

type Labels = Readonly<Record<string, string | number>>;
type Sample = readonly [labels: Labels, value: number, suffix?: string];

/** What `formatPrometheus` gives, for the Content-Type of a response. */
export const PROMETHEUS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Metrics in the text format of Prometheus, version 0.0.4, for the answer to a scrape:
 *
 * ```ts
 * response.setHeader('Content-Type', PROMETHEUS_CONTENT_TYPE).end(formatPrometheus(server.metrics()));
 * ```
 *
 * @throws TypeError for a prefix or a label name that the format does not allow
 */
export function formatPrometheus(metrics: ServerMetrics, options: PrometheusOptions = {}): string {
  const { prefix = 'ws101_', labels = {} } = options;
  if (!/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(prefix)) throw new TypeError('prefix must be letters, digits, "_" and ":"');
  for (const name of Object.keys(labels)) {
    const reserved = ['direction', 'status', 'code', 'by', 'le'].includes(name) || name.startsWith('__');
    if (reserved || !/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name))
      throw new TypeError(`labels: "${name}" is no free label name`);
  }
  const lines: string[] = [];
  const family = (name: string, type: string, help: string, samples: readonly Sample[]): void => {
    const full = `${prefix}${name}`;
    lines.push(`# HELP ${full} ${help}`, `# TYPE ${full} ${type}`);
    for (const [own, value, suffix = ''] of samples) {
      lines.push(`${full}${suffix}${formatLabels({ ...labels, ...own })} ${formatValue(value)}`);
    }
  };
  const { connections, handshakes, messages, bytes, closes, handlerTimes } = metrics;
  family('connections', 'gauge', 'Open connections.', [[{}, connections.open]]);
  family('connections_opened_total', 'counter', 'Connections that were opened.', [[{}, connections.total]]);
  family('handshakes_pending', 'gauge', 'Handshakes without an answer yet.', [[{}, handshakes.pending]]);
  family(
    'handshakes_total',
    'counter',
    'Answers to handshakes by HTTP status.',
    handshakes.byStatus.map(({ status, count }) => [{ status }, count]),
  );
  family('handshakes_abandoned_total', 'counter', 'Clients that left before an answer.', [[{}, handshakes.abandoned]]);
  family('messages_total', 'counter', 'Messages received and accepted for sending.', bothWays(messages));
  family('bytes_total', 'counter', 'Bytes of frames read and written.', bothWays(bytes));
  family('messages_dropped_total', 'counter', 'Messages refused because a send queue was full.', [
    [{}, metrics.dropped],
  ]);
  family('buffered_bytes', 'gauge', 'Bytes accepted and not written yet.', [[{}, metrics.bufferedBytes]]);
  family(
    'closes_total',
    'counter',
    'Ended connections by close code and by which end began.',
    closes.map(({ code, by, count }) => [{ code, by }, count]),
  );
  if (handlerTimes !== undefined) {
    family('handler_seconds', 'histogram', 'Time that message handlers took.', histogram(handlerTimes));
  }
  return `${lines.join('\n')}\n`;
}

function bothWays(counts: { readonly in: number; readonly out: number }): Sample[] {
  return [
    [{ direction: 'in' }, counts.in],
    [{ direction: 'out' }, counts.out],
  ];
}

function histogram({ buckets, sumMs, count }: HandlerTimes): Sample[] {
  return [
    ...buckets.map(({ upToMs, count: upTo }): Sample => [{ le: formatValue(upToMs / 1000) }, upTo, '_bucket']),
    [{}, sumMs / 1000, '_sum'],
    [{}, count, '_count'],
  ];
}

function formatLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(String(value))}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function formatValue(value: number): string {
  return value === Infinity ? '+Inf' : String(value);
}
