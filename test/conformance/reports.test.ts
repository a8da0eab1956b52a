import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ConformanceReport,
  htmlReport,
  junitXml,
  knownIndex,
  readReport,
  runServerTests,
  worsenedSince,
  writeReport,
} from '../../src/conformance/index.ts';
import { WebSocketServer } from '../../src/node/index.ts';

// Sends back texts in capitals, so that some cases fail and others do not.
const server = new WebSocketServer();
server.route('/', {
  message: (connection, data) => connection.send(typeof data === 'string' ? data.toUpperCase() : data),
});
let report: ConformanceReport;

beforeAll(async () => {
  const address = await server.listen({ port: 0, host: '127.0.0.1' });
  const url = `ws://127.0.0.1:${typeof address === 'string' ? 0 : address.port}/`;
  const repeat = 'ws101 conform --cases {case} URL';
  report = await runServerTests({
    url,
    cases: ['1.1.*', '1.2.1', '2.2', '12.1.1'],
    agent: '<b>loud</b> & "co"',
    repeat,
  });
});
afterAll(() => server.shutdown({ deadlineMs: 1 }));

describe('reports of a conformance run', () => {
  it('come back from JSON as they were', () => {
    expect(readReport(writeReport(report))).toEqual(JSON.parse(JSON.stringify(report), reviveBytes));
    expect(readReport(writeReport(report)).results[0]?.wire.first[0]?.bytes).toEqual(
      report.results[0]?.wire.first[0]?.bytes,
    );
  });

  it('are refused as JSON when they are something else', () => {
    for (const text of [
      '{}',
      '[]',
      'null',
      '{"format":"ws101-conformance-1"}',
      '{"format":"ws101-conformance-1","results":[{}]}',
    ])
      expect(() => readReport(text), text).toThrow(SyntaxError);
    expect(() => readReport('no JSON')).toThrow(SyntaxError);
  });

  it('have the shape of the known index.json', () => {
    const index = knownIndex([report], 'report.html');
    expect(index['<b>loud</b> & "co"']?.['1.1.2']).toEqual({
      behavior: 'FAILED',
      behaviorClose: expect.any(String),
      duration: expect.any(Number),
      remoteCloseCode: null,
      reportfile: 'report.html',
    });
    expect(index['<b>loud</b> & "co"']?.['2.2']).toMatchObject({
      behavior: 'OK',
      behaviorClose: 'OK',
      remoteCloseCode: 1000,
    });
  });

  it('are JUnit XML with what failed, why, and how to run it again', () => {
    const xml = junitXml(report);
    const failed = report.results.filter(({ behavior }) => behavior === 'FAILED').length;
    expect(xml.startsWith('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites')).toBe(true);
    expect(xml.match(/<testcase /g)).toHaveLength(report.results.length);
    expect(xml.match(/<failure /g)).toHaveLength(failed);
    expect(xml).toContain('again: ws101 conform --cases 1.1.2 URL');
    expect(xml).not.toContain('<b>');
  });

  it('are one page that loads nothing and shows agents side by side, with the wire log of each case', () => {
    const other = { ...report, agent: 'other' };
    const html = htmlReport([report, other]);
    expect(html).toContain('&lt;b&gt;loud&lt;/b&gt;');
    expect(html).not.toMatch(/<script|src=|<b>loud/);
    for (const { number } of report.results) {
      expect(html).toContain(`id="a0-${number.replaceAll('.', '-')}"`);
      expect(html).toContain(`href="#a1-${number.replaceAll('.', '-')}"`);
    }
    for (const said of [
      'GET / HTTP/1.1\n',
      'Sec-WebSocket-Version: 13\n',
      'FIN 1 · RSV 000 · opcode 1 text · text &quot;',
      '<dt>expected</dt><dd>a text message of 125 bytes',
      '<dt>got</dt><dd>a text message of 125 bytes, &quot;EVERY OCTET',
      '<dt>sections</dt><dd>RFC 6455 §5.6',
      '<dt>again</dt><dd><code>ws101 conform --cases 1.1.2 URL</code>',
    ])
      expect(html.replaceAll(/<\/?span[^>]*>/g, '')).toContain(said);
    expect(() => htmlReport([])).toThrow(RangeError);
  });

  it('have the cases on the page in their order, whichever agent had which', () => {
    const some = { ...report, results: report.results.filter(({ number }) => number === '2.2') };
    const rows = [...htmlReport([some, report]).matchAll(/<th scope="row" class="tight">([^<]*)/g)];
    expect(rows.map(([, number]) => number)).toEqual(report.results.map(({ number }) => number));
  });

  it('tell what got worse since an earlier one, and only that', () => {
    expect(worsenedSince(report, report)).toEqual([]);
    const better = { ...report, results: report.results.map((result) => ({ ...result, behavior: 'OK' as const })) };
    const worse = worsenedSince(report, better).map(({ result }) => result.number);
    expect(worse).toEqual(report.results.filter(({ behavior }) => behavior !== 'OK').map(({ number }) => number));
    expect(worsenedSince(better, report)).toEqual([]);
    const empty = { ...report, results: [] };
    expect(worsenedSince(report, empty).map(({ result }) => result.number)).toContain('1.1.2');
    expect(worsenedSince(report, empty).map(({ result }) => result.number)).not.toContain('2.2');
  });
});

/** JSON makes objects with numbered keys of bytes. */
function reviveBytes(key: string, value: unknown): unknown {
  return key === 'bytes' ? Uint8Array.from(Object.values(value as object)) : value;
}
