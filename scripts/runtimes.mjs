import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from './pack.mjs';

// Neither is a dependency, so the versions stand here.
const PACKAGES = ['deno@2', 'bun@1'];

/**
 * Installs Deno and Bun from npm in a folder that has a package.json, and these packages beside them; gives the path of
 * either's executable.
 */
export function installRuntimes(folder, ...packages) {
  npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages, ...PACKAGES], { cwd: folder });
  return { deno: binary(folder, '@deno', 'deno'), bun: binary(folder, '@oven', 'bin/bun') };
}

/** The executable that npm chose for this platform among the packages of a scope. */
function binary(folder, scope, name) {
  const parent = join(folder, 'node_modules', scope);
  for (const entry of readdirSync(parent)) {
    const path = [join(parent, entry, name), join(parent, entry, `${name}.exe`)].find(existsSync);
    if (path === undefined) continue;
    chmodSync(path, 0o755);
    try {
      execFileSync(path, ['--version'], { stdio: 'pipe' });
      return path;
    } catch {
      // Built for another C library; the next one may fit.
    }
  }
  throw new Error(`${scope}: no executable for this platform`);
}
