import { describe, expect, it } from 'vitest';
import { findPeers } from '../../bench/catalog.ts';
import { type Choices, isWanted, readChoices } from '../../bench/choices.ts';
import { estimateMs, lineUp, optionsOf } from '../../bench/measure.ts';
import type { ContenderResult, RowResult } from '../../bench/results.ts';
import { isMeasured } from '../../bench/resume.ts';
import { ROWS } from '../../bench/rows.ts';

function chosen(...args: readonly string[]): Choices {
  const choices = readChoices(args);
  if (typeof choices === 'string') throw new Error(choices);
  return choices;
}

const everywhere = findPeers().map((peer) => ({ ...peer, missing: undefined }));

describe('the options of npm run bench', () => {
  it('measure everything for the record unless told otherwise', () => {
    expect(chosen()).toMatchObject({ rows: ROWS, quick: false, folder: 'bench/results', forRecord: true });
    expect(chosen().runs).toBeGreaterThanOrEqual(5);
    expect(chosen().command).toBe('npm run bench');
  });

  it('choose rows, in the order of the page', () => {
    const { rows, forRecord, command } = chosen('--only=idle,echo-16k');
    expect(rows.map(({ name }) => name)).toEqual(['echo-16k', 'idle']);
    expect([forRecord, command]).toEqual([true, 'npm run bench -- --only=idle,echo-16k']);
  });

  it.each([['--quick'], ['--peers=ws,raw'], ['--out=elsewhere']])('leave the record alone with %s', (option) => {
    const { forRecord, folder } = chosen(option);
    expect(forRecord).toBe(false);
    expect(folder).not.toBe('bench/results');
  });

  it('choose contenders by their own names and by those of their programs', () => {
    const names = (option: string): string[] =>
      ROWS.flatMap(({ contenders }) => contenders)
        .filter((one) => isWanted(one, chosen(option)))
        .map(({ name }) => name);
    expect([...new Set(names('--peers=ws101,bun'))]).toEqual(['ws101', 'ws101 borrow', 'ws101 loop', 'Bun']);
    expect([...new Set(names('--peers=ws101 loop'))]).toEqual(['ws101 loop']);
  });

  it('say how long and how often', () => {
    expect(chosen('--runs=3', '--seconds=0.5', '--warmup=0')).toMatchObject({ runs: 3, durationMs: 500, warmupMs: 0 });
    expect(chosen('--quick').durationMs).toBeLessThanOrEqual(500);
  });

  it.each([
    ['--only=nothing', 'there is no nothing; there are echo-32-depth-1'],
    ['--peers=nobody', 'there is no nobody; there are ws101'],
    ['--runs=0', '--runs must be a number from 1'],
    ['--runs=1.5', '--runs must be a number from 1'],
    ['--seconds=', '--seconds must be a number'],
    ['--warmup=-1', '--warmup must be a number from 0'],
    ['--fast', 'fast'],
  ])('refuse %s', (option, reason) => {
    expect(() => readChoices([option])).toThrow(reason);
  });

  it('give help and a list in place of a measurement', () => {
    expect([readChoices(['--help']), readChoices(['--list'])]).toEqual(['help', 'list']);
  });
});

describe('going on after an interruption', () => {
  const here = {
    ...{ date: '2026-11-23T20:00:00.000Z', ws101: '0.1.0', node: '20.20.2', platform: 'linux x64', cpu: 'a CPU' },
    ...{ cores: 2, memoryBytes: 2 ** 32, command: 'npm run bench' },
  };
  const choices = chosen('--resume', '--only=handshakes');
  const [lined] = lineUp(choices, everywhere);
  if (lined === undefined) throw new Error('no line-up');
  const { runs, warmupMs, durationMs } = choices;
  const before = {
    ...{ runs, warmupMs, durationMs, environment: { ...here, date: '2026-11-23T01:00:00.000Z', command: 'another' } },
    contenders: lined.measured.map(({ name }) => ({ name }) as ContenderResult),
  } as unknown as RowResult;

  it('leaves out what was measured here with the same settings, and is no part of the command that repeats it', () => {
    expect(isMeasured(before, lined, choices, here)).toBe(true);
    expect([choices.resume, choices.command]).toEqual([true, 'npm run bench -- --only=handshakes']);
  });

  it.each<[string, RowResult | undefined]>([
    ['nothing', undefined],
    ['a result of fewer runs', { ...before, runs: runs - 1 }],
    ['a result of shorter runs', { ...before, durationMs: 1 }],
    ['a result of another machine', { ...before, environment: { ...here, cpu: 'another' } }],
    ['an old result', { ...before, environment: { ...here, date: '2026-11-22T19:00:00.000Z' } }],
    ['a result of others', { ...before, contenders: before.contenders.slice(1) }],
  ])('measures again where there is %s', (_what, result) => {
    expect(isMeasured(result, lined, choices, here)).toBe(false);
  });
});

describe('a row', () => {
  it.each(ROWS)('$name has its own name, this project among its contenders, and all that are asked the same', (row) => {
    expect(ROWS.filter(({ name }) => name === row.name)).toHaveLength(1);
    expect(row.contenders.map(({ name }) => name)).toContain('ws101');
    const [lined] = lineUp({ rows: [row], peers: undefined }, everywhere);
    if (lined === undefined) throw new Error('no line-up');
    const options = optionsOf(lined, chosen(), '/certificate');
    expect(options.variants?.map(({ name }) => name)).toEqual(row.contenders.map(({ name }) => name));
    for (const { command = [] } of options.variants ?? []) {
      for (const option of row.options) expect(command.join(' ')).toContain(option);
      expect(command).toContain('--port={port}');
    }
  });

  it('tells the raw server how long messages and answers are, and has its answers counted', () => {
    const targets = Object.fromEntries(
      lineUp(chosen(), everywhere).map((lined) => {
        const raw = optionsOf(lined, chosen(), '').variants?.find(({ name }) => name === 'raw');
        return [lined.row.name, raw && [raw.url?.replace(/.*\}/, ''), raw.verify]];
      }),
    );
    expect(targets['echo-32-depth-1']).toEqual(['/echo?in=38&out=34&head=8220', 'count']);
    expect(targets['echo-16k-text']).toEqual(['/echo?in=16392&out=16388&head=817e4000', 'count']);
    expect(targets['echo-1m']).toEqual(['/echo?in=1048590&out=1048586&head=827f0000000000100000', 'count']);
    expect(targets['room-500-depth-8']).toEqual(['/room?in=70&out=66&head=8140', 'count']);
    expect(targets['room-500-depth-8-binary']).toEqual(['/room?in=70&out=66&head=8240', 'count']);
    expect(targets.handshakes).toEqual(['/echo?in=38&out=34&head=8120&close=8', 'count']);
    expect(targets.idle?.[0]).toMatch(/^\/echo\?in=17&out=13&head=8a0b[\da-f]{22}&close=8$/);
    expect(targets['deflate-takeover']).toBeUndefined();
  });

  it('leaves out who is not installed, with the reason, and does not mention who was not asked for', () => {
    const peers = findPeers().map((peer) => ({ ...peer, missing: peer.name === 'bun' ? 'not here' : undefined }));
    const [lined] = lineUp(chosen('--only=tls-32-depth-1', '--peers=ws101,bun'), peers);
    expect(lined?.measured.map(({ name }) => name)).toEqual(['ws101']);
    expect(lined?.leftOut).toEqual([{ name: 'Bun', reason: 'not here' }]);
  });

  it('is estimated by its runs and phases', () => {
    const once = chosen('--only=idle', '--runs=1', '--peers=ws');
    const [idle] = lineUp(once, everywhere);
    if (idle === undefined) throw new Error('no line-up');
    expect(estimateMs(idle, once)).toBeGreaterThan(3 * (once.durationMs + once.warmupMs));
    expect(estimateMs(idle, { ...once, runs: 2 })).toBe(2 * estimateMs(idle, once));
  });
});
