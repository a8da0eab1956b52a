import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import type { GeneratorResult } from '../../bench/generator-page.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'generator-'));

/** `npm run bench:generator` without the build, which `npm test` has done. */
function generator(...options: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, ['--import', 'tsx', 'bench/generator.ts', ...options], { cwd: ROOT });
}

describe('npm run bench:generator', { timeout: 60_000 }, () => {
  afterAll(() => rmSync(folder, { recursive: true }));

  it('lets one worker and a generator built on ws drive the null server, and writes what both came to', async () => {
    const { stdout } = await generator('--quick', `--out=${folder}`);
    expect(stdout).toMatch(/\| one worker of ws101 bench [\d.]+ \| [\d.]+ [kM]\/s \| [\d.]+ [kM]\/s \|/);
    expect(stdout).toMatch(/\| the client of ws [\d.]+ \| [\d.]+ [kM]\/s \| [\d.]+ [kM]\/s \|/);
    const result = JSON.parse(readFileSync(join(folder, 'generator.json'), 'utf8')) as GeneratorResult;
    expect(result).toMatchObject({ runs: 1, connections: 50, depth: 16, bytes: 32 });
    for (const { perSecond, perCpuSecond } of [result.own, result.other]) {
      expect(perSecond).toEqual([expect.any(Number)]);
      expect(perCpuSecond).toEqual([expect.any(Number)]);
      expect(Math.min(...perSecond, ...perCpuSecond)).toBeGreaterThan(0);
    }
  });

  it.each(['--runs=0', '--seconds=much'])('ends with 2 on %s', async (option) => {
    await expect(generator(option)).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--runs must be'),
    });
  });
});
