import type { ChildProcess } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

/** How long a group has to end by itself once it was asked to. */
const GRACE_MS = 3_000;
/** Until the kernel has taken down what was killed. What has ended but is never waited for would be waited for in vain. */
const KILLED_MS = 1_000;
const LOOK_EVERY_MS = 20;

const started = new Set<ChildProcess>();
let watches = false;

/** Starts a command in a process group of its own, which ends with this process if {@link endGroup} was not called before. */
export function startGroup(command: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    // On Windows that would open another console; there `taskkill` knows the tree.
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
    windowsHide: true,
  });
  watchGroup(child);
  return child;
}

/** Has the group that a process leads end with this process, if {@link endGroup} was not called before. */
export function watchGroup(leader: ChildProcess): void {
  started.add(leader);
  if (watches) return;
  watches = true;
  process.on('exit', () => {
    for (const left of started) signalGroup(left, 'SIGKILL');
  });
}

/** Asks every process of a group to end, and ends those that have not after 3 s. Resolves when none is left. */
export async function endGroup(child: ChildProcess): Promise<void> {
  const over = hasEnded(child) ? undefined : once(child, 'exit').catch(() => undefined);
  if (signalGroup(child, 'SIGTERM') && !(await isGone(child, GRACE_MS)) && signalGroup(child, 'SIGKILL'))
    await isGone(child, KILLED_MS);
  await over;
  child.stdout?.destroy();
  child.stderr?.destroy();
  started.delete(child);
}

async function isGone(child: ChildProcess, withinMs: number): Promise<boolean> {
  for (const from = performance.now(); performance.now() - from < withinMs; await delay(LOOK_EVERY_MS))
    if (!isAlive(child)) return true;
  return false;
}

/** Has the process that leads the group ended, or never begun? */
export function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

function isAlive(child: ChildProcess): boolean {
  return process.platform === 'win32' ? !hasEnded(child) : signalGroup(child, 0);
}

/** False when there is nobody to tell. */
function signalGroup(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL' | 0): boolean {
  if (child.pid === undefined) return false;
  if (process.platform === 'win32') {
    if (hasEnded(child)) return false;
    spawnSync('taskkill', ['/pid', String(child.pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true });
    return true;
  }
  try {
    return process.kill(-child.pid, signal);
  } catch {
    return false;
  }
}
