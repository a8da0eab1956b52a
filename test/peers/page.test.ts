import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { AgreementResult } from '../../bench/agreement-page.ts';
import type { GeneratorResult } from '../../bench/generator-page.ts';
import { type BenchRecord, readRecord, renderPage, renderPlots, renderReadme } from '../../bench/page.ts';
import type { RefusalResult } from '../../bench/refusal-page.ts';
import type { ContenderResult, RowResult } from '../../bench/results.ts';
import { ROWS } from '../../bench/rows.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PARTS = ['machine', 'contenders', 'goals', 'rows', 'refusals', 'agreement', 'codec', 'generator'];
const EMPTY_PAGE = PARTS.map((name) => `${name}:\n<!-- generated: ${name} -->\nold\n<!-- /generated -->`).join('\n\n');
const NOTHING: BenchRecord = {
  rows: new Map(),
  ...{ refusals: undefined, agreement: undefined, codec: undefined, generator: undefined },
};

const environment = {
  date: '2026-11-23T10:00:00.000Z',
  ws101: '0.1.0',
  node: '20.20.2',
  platform: 'linux 6.1 x64',
  cpu: 'a CPU',
  cores: 2,
  memoryBytes: 4 * 2 ** 30,
  command: 'npm run bench',
};

function contender(
  name: string,
  values: readonly (number | null)[],
  more: Partial<ContenderResult> = {},
): ContenderResult {
  const median = values[0] ?? null;
  return {
    ...{ name, peer: name, version: '1.2.3', setup: 'as it is', verdict: 'VALID', values, median },
    ...{ low: median, high: median, beside: {}, ...more },
  };
}

function record(contenders: readonly ContenderResult[], more: Partial<RowResult> = {}): BenchRecord {
  const result: RowResult = {
    ...{ row: 'echo-32-depth-1', title: 'Echo', scenario: 'echo', description: '', environment, verdict: 'VALID' },
    metric: { name: 'messages/server CPU s', unit: '1/s', better: 'higher', kind: 'cost' },
    ...{ runs: 5, warmupMs: 2000, durationMs: 4000, gates: [], contenders, leftOut: [], ...more },
  };
  return { ...NOTHING, rows: new Map([[result.row, result]]) };
}

describe('docs/benchmarks.md', () => {
  const committed = readRecord(ROOT);

  it('is as bench/results/ says; otherwise run npm run docs:benchmarks', () => {
    const page = readFileSync(`${ROOT}/docs/benchmarks.md`, 'utf8');
    expect(renderPage(page, committed)).toBe(page);
  });

  it('has its short table in README.md as bench/results/ says; otherwise run npm run docs:benchmarks', () => {
    const page = readFileSync(`${ROOT}/README.md`, 'utf8');
    expect(renderReadme(page, committed)).toBe(page);
  });

  it('has a plot of each result, as the result says, and no other', () => {
    const folder = `${ROOT}/docs/benchmarks`;
    const plots = renderPlots(committed);
    expect(existsSync(folder) ? readdirSync(folder).sort() : []).toEqual([...plots.keys()].sort());
    for (const [file, svg] of plots) expect(readFileSync(`${folder}/${file}`, 'utf8'), file).toBe(svg);
  });

  it('has results of rows that exist, and of contenders that the rows have', () => {
    for (const [name, { contenders }] of committed.rows) {
      const row = ROWS.find((one) => one.name === name);
      expect(
        row?.contenders.map((one) => one.name),
        name,
      ).toEqual(expect.arrayContaining(contenders.map((one) => one.name)));
    }
  });
});

describe('the generated parts', () => {
  it('say that nothing was measured where that is so, and leave the rest of the page alone', () => {
    const page = renderPage(EMPTY_PAGE, NOTHING);
    expect(page).not.toContain('old');
    for (const name of PARTS) expect(page).toContain(`${name}:\n<!-- generated: ${name} -->`);
    expect(page.match(/Not measured yet\./g)).toHaveLength(ROWS.length + 4);
    expect(renderPage(page, NOTHING)).toBe(page);
  });

  it('need a place in the page', () => {
    expect(() => renderPage(EMPTY_PAGE.replace('generated: rows', 'made: rows'), NOTHING)).toThrow('generated: rows');
  });

  it('show each contender with its interval, and as a multiple of ws and raw where they took part', () => {
    const all = [contender('ws101', [300, 330, 300, 270, 300]), contender('ws', [100, 110, 100, 90, 100])];
    const page = renderPage(EMPTY_PAGE, record([...all, contender('raw', [300, 330, 300, 270, 300])]));
    expect(page).toContain('| ws101 | 300/s | [300/s, 300/s] | 3.00 [3.00, 3.00] | 1.00 [1.00, 1.00] |');
    expect(page).toContain('| ws | 100/s | [100/s, 100/s] | 1 | 0.33 [0.33, 0.33] |');
    expect(page).toContain('| ws101 | 1.2.3 | as it is |');
    expect(page).toContain('a CPU, 2 cores, 4 GiB of memory');
    expect(page).toContain('`npm run bench -- --only=echo-32-depth-1 --runs=5` repeats it.');
    expect(renderPage(EMPTY_PAGE, record(all))).not.toContain('× raw');
  });

  it('give no interval to few runs, and no number to what was not measured', () => {
    const few = renderPage(
      EMPTY_PAGE,
      record([contender('ws101', [200, 200], { low: null, high: null }), contender('ws', [100, 100])]),
    );
    expect(few).toContain('| ws101 | 200/s | — | 2.00 |');
    expect(renderPage(EMPTY_PAGE, record([contender('ws101', [null]), contender('ws', [100])]))).toContain(
      '| ws101 | — | — | — |',
    );
  });

  it('say what is not to be trusted and who is missing, with the reasons', () => {
    const page = renderPage(
      EMPTY_PAGE,
      record([contender('ws101', [1], { verdict: 'WARN' })], {
        gates: [{ verdict: 'WARN', name: 'steal', reason: 'somebody took the CPU' }],
        leftOut: [{ name: 'Bun', reason: 'not installed' }],
      }),
    );
    expect(page).toContain('| WARN |');
    expect(page).toContain('- WARN, steal: somebody took the CPU');
    expect(page).toContain('- Left out: Bun, not installed.');
  });

  it('say of each goal whether it is met, when the interval reaches it, and by how much it was missed', () => {
    const page = renderPage(
      EMPTY_PAGE,
      record([
        contender('ws101', [110, 111, 112, 118, 110]),
        contender('ws', [100, 100, 100, 100, 100]),
        contender('raw', [200, 200, 200, 200, 200]),
      ]),
    );
    expect(page).toContain('| ws101: at least 1.15 × ws | 1.11 [1.10, 1.18] | met |');
    expect(page).toContain('| ws101: at least 0.9 × raw | 0.56 [0.55, 0.59] | missed by 38.3 % |');
    expect(page).toContain('| ws101: at least 0.97 × raw (an aim) |');
    expect(page).toContain('1 of 2 goals are met, and 0 of 1 aims beyond them.');
    expect(page).toMatch(/\| Echo of binary: 32 bytes.* \| ws101: at least 0.9 × raw \|/);
  });

  it('compare memory by the difference, too', () => {
    const kib = (numbers: readonly number[]): number[] => numbers.map((number) => number * 1024);
    const page = renderPage(
      EMPTY_PAGE,
      record(
        [
          contender('ws101', kib([6, 6, 6, 6, 6])),
          contender('ws', kib([8, 8, 8, 8, 8])),
          contender('raw', kib([4, 4, 4, 4, 4])),
        ],
        { row: 'idle', metric: { name: 'memory', unit: 'bytes', better: 'lower', kind: 'memory' } },
      ),
    );
    expect(page).toContain('| ws101: at most 0.8 × ws | 0.75 [0.75, 0.75] | met |');
    expect(page).toContain('| ws101: at most raw + 1 KiB | raw + 2 KiB [2 KiB, 2 KiB] | missed by 1 KiB |');
  });

  it('judge nothing by too few runs', () => {
    const few = [contender('ws101', [200, 200]), contender('ws', [100, 100])];
    expect(renderPage(EMPTY_PAGE, record(few))).toContain('| ws101: at least 1.15 × ws | 2.00 | not known |');
  });

  it('show what one worker of the load tool drives beside a generator built on ws', () => {
    const driven = (name: string, value: number) => ({
      ...{
        name,
        version: '1.2.3',
        perSecond: Array<number>(5).fill(value),
        perCpuSecond: Array<number>(5).fill(value),
      },
    });
    const generator: GeneratorResult = {
      ...{
        environment,
        runs: 5,
        warmupMs: 1_500,
        durationMs: 3_000,
        connections: 50,
        depth: 16,
        bytes: 32,
        pinned: true,
      },
      ...{ own: driven('own', 400_000), other: driven('other', 200_000) },
    };
    const page = renderPage(EMPTY_PAGE, { ...NOTHING, generator });
    expect(page).toContain('| own 1.2.3 | 400 k/s | 400 k/s |');
    expect(page).toContain('| ratio, with its 95 % interval | 2.00 [2.00, 2.00] | 2.00 [2.00, 2.00] |');
    expect(page).toContain('Goals: at least 300 k/s, met; at least 2.5 times the other, missed by 20.0 %.');
    expect(page).toContain('each on a core of its own');
  });

  it('show refusals, and what becomes of a handshake that succeeds', () => {
    const refusals: RefusalResult = {
      ...{ environment, autocannon: '9.0.0', runs: 5, seconds: 4 },
      refusals: [
        {
          ...{ request: 'plain GET', server: 'ws101', version: '0.1.0', statuses: ['426'] },
          ...{ values: [10_000], median: 10_000, low: null, high: null, perSecond: 5_000 },
        },
      ],
      accepted: { connections: 5, seconds: 4, upgrades: 20, timeouts: 15, closedWith1002: 19, messages: 0 },
    };
    const page = renderPage(EMPTY_PAGE, { ...NOTHING, refusals });
    expect(page).toContain('| plain GET | ws101 0.1.0 | 426 | 10 k/s | — | 5 k/s |');
    expect(page).toContain(
      '20 answers with 101, 0 messages, 19 connections that the server closed with 1002, 15 timeouts',
    );
  });
});

describe('the agreement of both load generators', () => {
  const shown = (low: number | null, high: number | null): string => {
    const agreement: AgreementResult = {
      ...{ environment, runs: 3, warmupMs: 2_000, durationMs: 4_000 },
      agreements: [{ load: 'echo', bench: [100, 300, 200], reference: [100, 200, 300], ratio: 1, low, high }],
    };
    return renderPage(EMPTY_PAGE, { ...NOTHING, agreement });
  };

  it.each([
    [0.93, 1.07, '[0.93, 1.07] | agrees'],
    [0.92, 1.01, '[0.92, 1.01] | not shown to agree'],
    [0.99, 1.08, '[0.99, 1.08] | not shown to agree'],
    [null, null, '— | not known'],
  ])('is shown when the interval lies within 0.93 to 1.07: %s to %s', (low, high, says) => {
    expect(shown(low, high)).toContain(`| echo | 200/s | 200/s | 1.00 | ${says} |`);
  });
});

describe('the plots', () => {
  it('have every run of every contender as a dot', () => {
    const plots = renderPlots(record([contender('ws101', [3, 4, 5]), contender('ws', [1, null, 2])]));
    expect([...plots.keys()]).toEqual(['echo-32-depth-1.svg']);
    expect(plots.get('echo-32-depth-1.svg')?.match(/<circle/g)).toHaveLength(5);
  });
});
