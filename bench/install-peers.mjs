// Installs from npm, in bench/.peers/, what is measured beside this project and is no dependency of it: Bun, Deno, and a
// copy of `ws` with the native `bufferutil`, and `websocket-driver`. Writes there what it found, for `npm run bench` to read.
// Run: npm run bench:peers
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installRuntimes } from '../scripts/runtimes.mjs';

const folder = fileURLToPath(new URL('.peers', import.meta.url));
const versionOf = (path) => JSON.parse(readFileSync(path, 'utf8')).version;
const versionFrom = (command) =>
  execFileSync(command, ['--version'], { encoding: 'utf8' }).match(/\d+\.\d+\.\d+/)?.[0] ?? '';

mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true }));
// The same `ws` with and without, so that nothing else differs.
const ws = versionOf('node_modules/ws/package.json');
const { deno, bun } = installRuntimes(folder, `ws@${ws}`, 'bufferutil@4', 'websocket-driver@0.7');
const found = { bun: { path: bun, version: versionFrom(bun) }, deno: { path: deno, version: versionFrom(deno) } };

try {
  execFileSync(process.execPath, ['-e', 'require("node-gyp-build")("node_modules/bufferutil")'], {
    cwd: folder,
    stdio: 'pipe',
  });
  found.bufferutil = { version: versionOf(join(folder, 'node_modules/bufferutil/package.json')) };
} catch {
  console.log('bufferutil has no prebuilt module for this platform, so ws is measured without it');
}

writeFileSync(join(folder, 'installed.json'), `${JSON.stringify(found, null, 2)}\n`);
for (const [name, { version }] of Object.entries(found)) console.log(`${name} ${version}`);
