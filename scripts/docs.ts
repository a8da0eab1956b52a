// Brings every generated page up to date, then builds the site. Run: npm run docs (-- --no-site for the pages alone)
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What writes pages, each with its arguments, in this order: excerpts come last, since they stand in pages that others write. */
export const GENERATORS: readonly string[] = [
  'rfc-matrix',
  'advisories',
  'limits-page',
  'errors-page',
  'closing-page',
  'chat-protocol-page',
  'cheat-sheet',
  'bench-schema',
  'bench-page',
  'conformance --page',
  'architecture-page',
  'api-page',
  'illustrated',
  'excerpts',
];

function run(command: string): void {
  const [script = '', ...args] = command.split(' ');
  console.log(`scripts/${script}.ts ${args.join(' ')}`);
  const path = fileURLToPath(new URL(`${script}.ts`, import.meta.url));
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', path, ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

if (import.meta.filename === process.argv[1]) {
  for (const script of GENERATORS) run(script);
  if (!process.argv.includes('--no-site')) run('site');
}
