// Builds the pages of docs/ into a site with search, site/dist. The generator is installed the first time, apart from what
// development needs. Run: npm run docs:site
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { faultsOf } from './site/check.ts';
import { stageSite } from './site/stage.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SITE = join(ROOT, 'site');
const STAGE = join(SITE, '.build');

function install(): void {
  if (existsSync(join(SITE, 'node_modules/vitepress'))) return;
  const npm = process.env.npm_execpath;
  const options = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  const [command, args] = npm === undefined ? ['npm', options] : [process.execPath, [npm, ...options]];
  execFileSync(command, args, { cwd: SITE, stdio: 'inherit' });
}

function stage(): void {
  const { texts, copies } = stageSite();
  rmSync(STAGE, { recursive: true, force: true });
  for (const [path, text] of texts) {
    mkdirSync(dirname(join(STAGE, path)), { recursive: true });
    writeFileSync(join(STAGE, path), text);
  }
  for (const [path, source] of copies) {
    mkdirSync(dirname(join(STAGE, path)), { recursive: true });
    copyFileSync(join(ROOT, source), join(STAGE, path));
  }
}

install();
stage();
const vitepress = join(SITE, 'node_modules/vitepress/bin/vitepress.js');
execFileSync(process.execPath, [vitepress, 'build', STAGE, '--outDir', join(SITE, 'dist')], { stdio: 'inherit' });
const faults = faultsOf(join(SITE, 'dist'));
if (faults.length > 0) throw new Error(`the site was built, and is not whole:\n${faults.join('\n')}`);
console.log(
  'the site is in site/dist; to look at it: npm exec --prefix site -- vitepress preview site/.build --outDir ../dist',
);
