import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import type { RowResult } from '../../bench/results.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'bench-'));

/** `npm run bench` without the build, which `npm test` has done. */
function bench(...options: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, ['--import', 'tsx', 'bench/main.ts', ...options], { cwd: ROOT });
}

describe('npm run bench', { timeout: 60_000 }, () => {
  afterAll(() => rmSync(folder, { recursive: true }));

  it('measures contenders by turns, prints what they came to, and writes what the page is made of', async () => {
    const { stdout, stderr } = await bench(
      ...['--quick', '--only=echo-32-depth-32', '--peers=ws101 borrow,raw'],
      ...['--runs=1', '--seconds=0.3', '--warmup=0.1', `--out=${folder}`],
    );
    expect(stdout).toContain('1 rows, about');
    expect(stdout).toMatch(/ws101 borrow +[\d.,]+ [kM]\/s/);
    expect(stdout).toContain(`results are in ${folder}/`);
    expect(stderr).toContain('echo-32-depth-32');
    expect(readdirSync(folder)).toEqual(['echo-32-depth-32.json']);
    const result = JSON.parse(readFileSync(join(folder, 'echo-32-depth-32.json'), 'utf8')) as RowResult;
    expect(result.contenders.map(({ name, peer }) => [name, peer])).toEqual([
      ['ws101 borrow', 'ws101'],
      ['raw', 'raw'],
    ]);
    for (const { name, values } of result.contenders) {
      expect(values, name).toHaveLength(1);
      if (process.platform === 'linux') expect(values[0], name).toBeGreaterThan(0);
    }
    expect(result.environment.command).toContain('npm run bench -- --quick --only=echo-32-depth-32');
  });

  it('says what is wrong with its options, and ends with 2', async () => {
    await expect(bench('--only=nothing')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there is no nothing'),
    });
  });

  it('names the rows and who takes part in each', async () => {
    const { stdout } = await bench('--list');
    expect(stdout).toContain('echo-32-depth-1: ws101, ws101 borrow, ws101 loop, ws, ws + bufferutil, raw, Bun, Deno');
  });
});
