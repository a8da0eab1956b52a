import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { watchGroup } from './process-group.ts';

/**
 * Forks a module of the bench, named from its folder without an ending: `load/worker` runs from `dist/` as well as from the sources.
 * It gets a process group of its own: Ctrl-C is for the bench, which ends what it forked.
 */
export function forkModule(name: string, args: readonly string[] = []): ChildProcess {
  const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const child = fork(fileURLToPath(new URL(`../${name}${ending}`, import.meta.url)), args, {
    // What this process was started with (a debugger's port …) is not for them; the sources need their compiler.
    execArgv: ending === '.ts' ? ['--import', pathToFileURL(loader()).href] : [],
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: process.platform !== 'win32',
  });
  watchGroup(child);
  return child;
}

function loader(): string {
  return createRequire(import.meta.url).resolve('tsx');
}
