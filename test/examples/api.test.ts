import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { packageExports } from '../../scripts/api-page.ts';
import { RunningExample } from './run.ts';

const FOLDER = new URL('../../docs/examples/api/', import.meta.url);

/** What each prints, as far as it is the same each time. */
const PRINTED: Readonly<Record<string, readonly unknown[]>> = {
  ws101: ['refused with 401', 'welcome ann', 'hello', "{ code: 1000, reason: 'thanks', clean: true, by: 'local' }"],
  codec: ['{ opcode: 2, length: 3, fin: true }', '1 and more', '2 and more', '3 and no more', /^mask-missing 1002/],
  handshake: ["asked for [ 'v2', 'v1' ]", 'agreed on v2'],
  protocol: [
    'ok ok',
    'server got hello',
    'client got Uint8Array(3) [ 1, 2, 3 ]',
    'server ended with 1000 done by remote',
    'client ended with 1000 done by local',
  ],
  inspect: ['received by a server', 'text, 5 bytes, masked', 'text, 0 bytes, masked', 'reserved-bit RFC 6455 §5.2'],
  rooms: [
    'ann is sent {"text":"hi"}',
    'bob is sent {"text":"hi"}',
    'somebody in lobby missed it: dropped',
    '{ recipients: 2, ok: 1, pressured: 0, dropped: 1, closed: 0 }',
  ],
  testing: ['opcode 9', 'opcode 8 code 1002'],
  bench: [/^echo +(?:VALID|WARN|INVALID)$/, /^latency p50 /, /every message came back once, whole, and in order$/],
  conformance: [/^7\.1\.1 OK /, /^7\.1\.2 OK /, /^7\.1\.6 INFORMATIONAL /],
};

describe('the program of an export', () => {
  it('is there for each', () => {
    const slugs = packageExports().map(({ specifier }) => specifier.split('/').at(-1));
    expect(Object.keys(PRINTED).sort()).toEqual([...slugs].sort());
    expect(readdirSync(FOLDER).sort()).toEqual(slugs.map((slug) => `${slug}.ts`).sort());
  });

  const printedBy = new Map<string, string[]>();
  beforeAll(async () => {
    const slugs = Object.keys(PRINTED);
    const paths = slugs.map((slug) => `docs/examples/api/${slug}.ts`);
    const lines = await new RunningExample('../../test/examples/run-in-turn.ts', ...paths).toEnd();
    for (const part of lines.join('\n').split(/^== /m).slice(1)) {
      const [path = '', ...rest] = part.trimEnd().split('\n');
      printedBy.set(basename(path, '.ts'), rest);
    }
  }, 120_000);

  it.each(Object.entries(PRINTED))('runs: %s', (slug, printed) => {
    const lines = printedBy.get(slug) ?? [];
    let from = 0;
    for (const wanted of printed) {
      const found = lines.findIndex(
        (line, index) => index >= from && (wanted instanceof RegExp ? wanted.test(line) : line === wanted),
      );
      expect(found, `${String(wanted)} in ${lines.slice(from).join('\n')}`).toBeGreaterThanOrEqual(0);
      from = found + 1;
    }
  });
});
