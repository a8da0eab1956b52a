import { describe, expect, it } from 'vitest';
import { formatPrometheus, type ServerMetrics } from '../../src/node/index.ts';

const METRICS: ServerMetrics = {
  connections: { open: 2, total: 5 },
  handshakes: {
    pending: 1,
    abandoned: 3,
    byStatus: [
      { status: 101, count: 5 },
      { status: 404, count: 7 },
    ],
  },
  messages: { in: 10, out: 11 },
  bytes: { in: 100, out: 2 ** 40 },
  dropped: 4,
  bufferedBytes: 12,
  closes: [{ code: 1000, by: 'remote', count: 3 }],
  handlerTimes: {
    count: 3,
    sumMs: 1500,
    buckets: [
      { upToMs: 0.25, count: 1 },
      { upToMs: 1000, count: 2 },
      { upToMs: Infinity, count: 3 },
    ],
  },
};

/** Reads the text by the grammar of the format and gives the samples; a line that breaks it throws. */
function parse(text: string): Map<string, number> {
  const samples = new Map<string, number>();
  const types = new Map<string, string>();
  expect(text.endsWith('\n')).toBe(true);
  for (const line of text.slice(0, -1).split('\n')) {
    const type = /^# TYPE ([a-zA-Z_:][\w:]*) (counter|gauge|histogram)$/.exec(line);
    if (type !== null) {
      const [, name = '', kind = ''] = type;
      if (types.has(name)) throw new Error(`two types for ${name}`);
      types.set(name, kind);
      continue;
    }
    if (/^# HELP [a-zA-Z_:][\w:]* \S/.test(line)) continue;
    const sample = /^([a-zA-Z_:][\w:]*)(\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*",?)+\})? (\+Inf|[\d.e+-]+)$/.exec(
      line,
    );
    if (sample === null) throw new Error(`not a line of the format: ${line}`);
    const [, name = '', labels = '', value] = sample;
    const family = types.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '');
    if (!types.has(family)) throw new Error(`no type before ${line}`);
    if (samples.has(name + labels)) throw new Error(`twice: ${line}`);
    samples.set(name + labels, Number(value));
  }
  return samples;
}

describe('the text form of metrics', () => {
  it('obeys the format, and has every figure under its name', () => {
    expect(Object.fromEntries(parse(formatPrometheus(METRICS)))).toEqual({
      ws101_connections: 2,
      ws101_connections_opened_total: 5,
      ws101_handshakes_pending: 1,
      'ws101_handshakes_total{status="101"}': 5,
      'ws101_handshakes_total{status="404"}': 7,
      ws101_handshakes_abandoned_total: 3,
      'ws101_messages_total{direction="in"}': 10,
      'ws101_messages_total{direction="out"}': 11,
      'ws101_bytes_total{direction="in"}': 100,
      'ws101_bytes_total{direction="out"}': 2 ** 40,
      ws101_messages_dropped_total: 4,
      ws101_buffered_bytes: 12,
      'ws101_closes_total{code="1000",by="remote"}': 3,
      'ws101_handler_seconds_bucket{le="0.00025"}': 1,
      'ws101_handler_seconds_bucket{le="1"}': 2,
      'ws101_handler_seconds_bucket{le="+Inf"}': 3,
      ws101_handler_seconds_sum: 1.5,
      ws101_handler_seconds_count: 3,
    });
  });

  it('says nothing of handlers that were not measured', () => {
    expect(formatPrometheus({ ...METRICS, handlerTimes: undefined })).not.toContain('handler');
  });

  it('takes a prefix and labels, whose values are escaped', () => {
    const text = formatPrometheus(METRICS, { prefix: 'chat_', labels: { instance: 'a"b\\c\nd' } });
    expect(text).toContain('chat_connections{instance="a\\"b\\\\c\\nd"} 2\n');
    expect(text).toContain('chat_handshakes_total{instance="a\\"b\\\\c\\nd",status="101"} 5\n');
    expect(parse(text).size).toBe(18);
  });

  it.each(['1a', 'a-b', ''])('refuses the prefix %j', (prefix) => {
    expect(() => formatPrometheus(METRICS, { prefix })).toThrow(/prefix/);
  });

  it.each(['a-b', '1a', '__name', 'code', 'le', ''])('refuses the label name %j', (name) => {
    expect(() => formatPrometheus(METRICS, { labels: { [name]: 'x' } })).toThrow(/labels/);
  });
});
