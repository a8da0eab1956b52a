import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { formatJson } from '../../bench/format.ts';
import { renderReadme, writePage } from '../../bench/page.ts';
import type { ContenderResult, RowResult } from '../../bench/results.ts';
import { ROWS } from '../../bench/rows.ts';
import { summaryTable } from '../../bench/summary.ts';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

const environment = {
  ...{ date: '2026-11-23T10:00:00.000Z', ws101: '0.1.0', node: '20.20.2', platform: 'linux 6.1 x64' },
  ...{ cpu: 'a CPU', cores: 2, memoryBytes: 4 * 2 ** 30, command: 'npm run bench' },
};

/** Made up: the first contender comes to 1,000 for each run, the next to 2,000, and so on. */
function made(name: string, changes: Partial<RowResult> = {}): RowResult {
  const row = ROWS.find((one) => one.name === name);
  if (row === undefined) throw new Error(`there is no row ${name}`);
  const contenders = row.contenders.map(({ name, peer }, i): ContenderResult => {
    const value = (i + 1) * 1_000;
    return {
      ...{ name, peer, version: '1.2.3', setup: 'as it is', verdict: 'VALID', beside: {} },
      ...{ values: [value, value, value, value, value], median: value, low: value, high: value },
    };
  });
  return {
    ...{ row: name, title: row.title, scenario: 'echo', description: '', environment, verdict: 'VALID', contenders },
    metric: { name: 'messages/server CPU s', unit: '1/s', better: 'higher', kind: 'cost' },
    ...{ runs: 5, warmupMs: 2_000, durationMs: 4_000, gates: [], leftOut: [], ...changes },
  };
}

const tableOf = (...results: readonly RowResult[]): string =>
  summaryTable(new Map(results.map((result) => [result.row, result]))).join('\n');

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A repository with nothing but the two pages and these results. */
function repositoryWith(...results: readonly RowResult[]): string {
  const root = mkdtempSync(join(tmpdir(), 'results-'));
  folders.push(root);
  for (const folder of ['docs', 'bench/results']) mkdirSync(join(root, folder), { recursive: true });
  for (const page of ['README.md', 'docs/benchmarks.md'])
    writeFileSync(join(root, page), readFileSync(join(REPOSITORY, page)));
  for (const result of results) writeFileSync(join(root, `bench/results/${result.row}.json`), formatJson(result));
  return root;
}

describe('the measured table of README.md', () => {
  it('says that nothing was measured where that is so, and where to read what will be', () => {
    expect(tableOf()).toBe('Not measured yet. What will be, and how to measure it: [benchmarks](docs/benchmarks.md).');
  });

  it('shows every server beside ours, and how many times ws ours is', () => {
    const lines = tableOf(made('echo-32-depth-1')).split('\n');
    expect(lines.slice(0, 3)).toEqual([
      '|  | ws101 | ws | ws + bufferutil | Bun | Deno | raw `node:net` | ws101 ÷ ws |',
      '|---|--:|--:|--:|--:|--:|--:|--:|',
      '| echo of 32 bytes, 1 in flight | 1 k/s | 4 k/s | 5 k/s | 7 k/s | 8 k/s | 6 k/s | 0.25 [0.25, 0.25] |',
    ]);
  });

  it('says when and on which machine, and leads to the page', () => {
    const table = tableOf(
      made('echo-32-depth-1'),
      made('echo-16k', { environment: { ...environment, date: '2026-11-25T09:00:00.000Z' } }),
    );
    expect(table).toContain('measured from 2026-11-23 to 2026-11-25 on a CPU, 2 cores, 4 GiB of memory, Node 20.20.2.');
    expect(table).toContain('[benchmarks](docs/benchmarks.md)');
  });

  it('has each way of taking messages that the row measured', () => {
    const table = tableOf(made('echo-32-depth-32'), made('echo-32-depth-32-text'));
    expect(table.split('\n').filter((line) => line.includes('the same'))).toEqual([
      expect.stringMatching(/^\| the same, with `borrow` \| 2 k\/s \| 4 k\/s .* \| 0\.50 /),
      expect.stringMatching(/^\| the same, with `for await` \| 3 k\/s \| 4 k\/s .* \| 0\.75 /),
      expect.stringMatching(/^\| the same, as text \| 1 k\/s \| 3 k\/s .* \| 0\.33 /),
    ]);
  });

  it('shows memory in bytes, and a cell without a number for who did not take part', () => {
    const metric: RowResult['metric'] = { name: 'memory', unit: 'bytes', better: 'lower', kind: 'memory' };
    const { contenders } = made('deflate-takeover');
    const table = tableOf(
      made('echo-32-depth-1'),
      made('idle', { metric }),
      made('deflate-takeover', { contenders: contenders.filter(({ name }) => name !== 'Bun') }),
    );
    expect(table).toContain(
      '| memory of an idle connection | 1,000 B | 1.95 KiB |  | 3.91 KiB | 4.88 KiB | 2.93 KiB |',
    );
    expect(table).toContain('| permessage-deflate of 1 KiB of JSON | 1 k/s | 2 k/s |  |  |  |  | 0.50 [0.50, 0.50] |');
  });

  it('marks what the load tool doubts, and says what the mark means', () => {
    const { contenders } = made('handshakes');
    const doubted = contenders.map((one) => (one.name === 'ws' ? { ...one, verdict: 'WARN' as const } : one));
    const table = tableOf(made('handshakes', { contenders: doubted, verdict: 'WARN' }));
    expect(table).toContain('| opening handshakes | 1 k/s | 2 k/s \\* |');
    expect(table).toMatch(/ \\\* The load tool names a reason to doubt it\.$/);
    expect(tableOf(made('handshakes'))).not.toContain('\\*');
  });

  it('has at most a dozen lines when every row was measured, each of a row that there is', () => {
    const lines = tableOf(...ROWS.map(({ name }) => made(name))).split('\n');
    expect(lines.filter((line) => line.startsWith('| ')).length).toBe(1 + 12);
  });

  it('is written from the files of results', () => {
    const root = repositoryWith(made('handshakes'));
    writePage(root);
    const page = readFileSync(join(root, 'README.md'), 'utf8');
    expect(page).toContain(`<!-- generated: measured -->\n\n${tableOf(made('handshakes'))}\n\n<!-- /generated -->`);
    rmSync(join(root, 'bench/results/handshakes.json'));
    writePage(root);
    expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain(tableOf());
  });

  it('needs its place in the page', () => {
    const nothing = { ...{ refusals: undefined, agreement: undefined, codec: undefined, generator: undefined } };
    expect(() => renderReadme('# ws101\n', { rows: new Map(), ...nothing })).toThrow(
      'README.md has no part <!-- generated: measured -->',
    );
  });
});
