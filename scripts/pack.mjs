import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Runs npm with the npm that runs this script, on every platform. */
export function npm(args, options = {}) {
  const cli = process.env.npm_execpath;
  if (cli === undefined) throw new Error('run this script through npm: npm run …');
  return execFileSync(process.execPath, [cli, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    ...options,
  });
}

/** Packs the package as it stands, without building it, into `folder`; gives the path of the archive. */
export function pack(folder) {
  const [{ filename }] = JSON.parse(npm(['pack', '--ignore-scripts', '--json', '--pack-destination', folder]));
  return join(folder, filename);
}
