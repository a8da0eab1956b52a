// Installs Deno and Bun from npm, and this package beside them, in a folder of their own; runs there the examples for
// each and the tests of the portable floors in both, and in Node to compare; removes the folder.
// Run it after a build: npm run build && npm run test:runtimes
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { pack } from './pack.mjs';
import { installRuntimes } from './runtimes.mjs';

const FLOORS = ['codec', 'handshake', 'protocol'];
const LIMIT_MS = 300_000;

const folder = mkdtempSync(join(tmpdir(), 'ws101-runtimes-'));
let failed = false;

try {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const installed = installRuntimes(folder, pack(folder));
  cpSync('docs/examples', folder, { recursive: true });
  await bundleTests(join(folder, 'tests.js'));

  const deno = [installed.deno, 'run', '--no-prompt', '--node-modules-dir=manual'];
  const bun = [installed.bun];
  report('Deno', 'docs/examples/deno.ts', () => example([...deno, '--allow-net', 'deno.ts'], 'hello from Deno'));
  report('Bun', 'docs/examples/bun.ts', () => example([...bun, 'bun.ts'], 'hello from Bun'));
  const inNode = report('Node', `tests of ${FLOORS.join(', ')}`, () => tests([process.execPath]));
  for (const [name, command] of [
    ['Deno', [...deno, '--allow-env']],
    ['Bun', bun],
  ]) {
    report(name, `tests of ${FLOORS.join(', ')}`, () => {
      const counted = tests(command);
      if (counted !== inNode) throw new Error(`${counted}, but ${inNode} in Node`);
      return counted;
    });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;

/** One script with the tests of the portable floors, their sources and a stand-in for vitest. */
async function bundleTests(outfile) {
  const files = FLOORS.flatMap((floor) => readdirSync(`test/${floor}`).map((name) => `./test/${floor}/${name}`));
  // The tests of an index read files of the repository, which are not there.
  const imports = files.filter((file) => file.endsWith('.test.ts') && !file.endsWith('/index.test.ts'));
  const contents = `
    ${imports.map((file) => `import '${file}';`).join('\n')}
    import { runTests } from './test/runtimes/vitest.ts';
    const { passed, failures } = await runTests();
    for (const failure of failures) console.log(failure);
    console.log(passed + ' passed, ' + failures.length + ' failed');`;
  await build({
    stdin: { contents, resolveDir: process.cwd(), loader: 'ts' },
    alias: { vitest: resolve('test/runtimes/vitest.ts') },
    bundle: true,
    // package.json says that no source has side effects; tests consist of nothing else.
    ignoreAnnotations: true,
    platform: 'node',
    format: 'esm',
    target: 'es2022',
    // Buffer is a global in Node and in Bun alone.
    banner: { js: "import { Buffer } from 'node:buffer'; import process from 'node:process';" },
    outfile,
  });
}

function run([file, ...args]) {
  return execFileSync(file, args, { cwd: folder, encoding: 'utf8', stdio: 'pipe', timeout: LIMIT_MS });
}

function example(command, greeting) {
  const printed = run(command).trim().split('\n').sort();
  const expected = [
    'client: closed with 1000, clean: true',
    `client: received ${greeting}`,
    /^server: closed with 1000/,
  ];
  const fits = expected.every((line, i) => (typeof line === 'string' ? printed[i] === line : line.test(printed[i])));
  if (!fits || printed.length !== expected.length) throw new Error(printed.join('\n'));
  return 'an echo through a socket, closed cleanly';
}

function tests(command) {
  const printed = run([...command, 'tests.js'])
    .trim()
    .split('\n');
  const result = printed.at(-1) ?? '';
  if (!/^[1-9]\d+ passed, 0 failed$/.test(result)) throw new Error(printed.join('\n'));
  return result;
}

function report(runtime, what, check) {
  try {
    const result = check();
    console.log(`ok      ${runtime.padEnd(5)} ${what}: ${result}`);
    return result;
  } catch (error) {
    failed = true;
    console.log(`failed  ${runtime.padEnd(5)} ${what}: ${error.message}\n${error.stdout ?? ''}${error.stderr ?? ''}`);
    return undefined;
  }
}
