import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { ROOT } from './catalog.ts';

/** What the load generator in C has measured. */
export interface ReferenceResult {
  readonly mode: 'echo' | 'fanout';
  readonly connections: number;
  readonly depth: number;
  readonly size: number;
  readonly binary: boolean;
  /** Messages that came back, or deliveries. */
  readonly messages: number;
  readonly elapsedNs: number;
  /** CPU time of the server meanwhile; 0 when its process was not named. */
  readonly serverCpuNs: number;
}

/** Compiles the load generator in C if need be, and gives its path; undefined with no C compiler, or not on Linux. */
export function buildReference(compiler: string = process.env.CC ?? 'cc'): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    execFileSync(compiler, ['--version'], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  const env = { ...process.env, CC: compiler };
  return execFileSync(process.execPath, ['bench/reference/build.mjs'], { cwd: ROOT, env, encoding: 'utf8' }).trim();
}

/**
 * Runs it with `echo` or `fanout` and its options.
 *
 * @throws Error with what it has found wrong
 */
export async function runReference(program: string, options: readonly string[]): Promise<ReferenceResult> {
  const { stdout } = await promisify(execFile)(program, options);
  return JSON.parse(stdout) as ReferenceResult;
}
