import { spawnSync } from 'node:child_process';
import { describe, type SuiteFactory } from 'vitest';

/** A program that tests talk to and that nobody here wrote. */
export interface Peer {
  readonly name: string;
  /** Why it cannot take part here; `undefined` when it can. */
  readonly missing: string | undefined;
}

/** Debian's python3 with its package python3-websockets, whatever other Python comes first in the path. */
export const PYTHON = '/usr/bin/python3';

/** Whether {@link PYTHON} has `websockets`. */
export function pythonWebsockets(): Peer {
  const { status } = spawnSync(PYTHON, ['-c', 'import websockets'], { stdio: 'ignore' });
  return { name: 'python3-websockets', missing: status === 0 ? undefined : 'not installed here' };
}

/** A suite against a peer: without it a failure in CI, elsewhere skipped under a name that says why. */
export function describeWithPeer({ name, missing }: Peer, title: string, suite: () => void): void {
  if (missing === undefined || process.env.CI) describe(title, suite);
  else describe.skip(`${title} (skipped: ${name} is ${missing})`, suite as SuiteFactory);
}
