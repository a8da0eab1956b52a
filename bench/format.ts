import { execFileSync } from 'node:child_process';
import { ROOT } from './catalog.ts';

/** A value as JSON, laid out as this project's formatter has it. */
export function formatJson(value: unknown): string {
  return execFileSync(
    process.execPath,
    ['node_modules/@biomejs/biome/bin/biome', 'format', '--stdin-file-path=bench/results/result.json'],
    { cwd: ROOT, input: JSON.stringify(value, null, 2), encoding: 'utf8', stdio: ['pipe', 'pipe', 'inherit'] },
  );
}
