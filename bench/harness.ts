import { existsSync } from 'node:fs';
import type * as Harness from '../src/bench/index.ts';

/** The load tool as its users have it: built, so that no compiler stands between it and what it measures. */
export async function loadHarness(): Promise<typeof Harness> {
  const built = new URL('../dist/bench/index.js', import.meta.url);
  if (!existsSync(built)) throw new Error('run npm run build first: the load tool is measured with as it is built');
  return (await import(built.href)) as typeof Harness;
}
