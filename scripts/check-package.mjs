// Packs what dist/ holds and looks at the archive as those who install it will: publint, and attw for the types. Then
// weighs the floors that need no platform. Run it after a build.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack } from './pack.mjs';
import { checkSizes } from './sizes.mjs';

const folder = mkdtempSync(join(tmpdir(), 'ws101-package-'));
const run = (...args) => execFileSync(process.execPath, args, { stdio: 'inherit' });
try {
  const archive = pack(folder);
  run('node_modules/publint/src/cli.js', '--strict', archive);
  run(
    'node_modules/@arethetypeswrong/cli/dist/index.js',
    '--profile',
    'esm-only',
    '--format',
    'table-flipped',
    archive,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

await checkSizes('dist');
