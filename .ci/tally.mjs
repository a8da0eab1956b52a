// Sums the vitest reports in the folder given as argument: `<run>.json` beside `<run>.exit`, the exit code of that run.
// Prints a line for each run and for whatever counts as a failure, at last `N passed, M failed`; exits 1 when M > 0.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2] ?? '.';
let passed = 0;
let failed = 0;

for (const file of readdirSync(folder)
  .filter((name) => name.endsWith('.exit'))
  .sort()) {
  const run = file.slice(0, -'.exit'.length);
  const { passes, failures } = readRun(run, Number(readFileSync(join(folder, file), 'utf8')));
  passed += passes;
  failed += failures.length;
  console.log(`${run}: ${passes} passed, ${failures.length} failed`);
  for (const failure of failures) console.log(`  ${failure}`);
}

// A script that was stopped before its first run has nothing to show, and that is no success.
if (passed + failed === 0) failed = 1;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** The passed tests of a run, and a line for each thing that failed in it; a run that failed in any way has such a line. */
function readRun(run, exitCode) {
  const path = join(folder, `${run}.json`);
  const failures = [];
  let passes = 0;
  for (const file of existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).testResults : []) {
    const before = failures.length;
    for (const test of file.assertionResults) {
      if (test.status === 'passed') passes += 1;
      else failures.push(`${test.status}: ${test.fullName}`);
    }
    if (file.status === 'failed' && failures.length === before) {
      failures.push(`failed: ${file.name}: ${String(file.message).split('\n')[0]}`);
    }
  }
  if (exitCode === 124) failures.push('did not end in the time it has');
  else if (exitCode !== 0 && failures.length === 0) failures.push(`ended with exit code ${exitCode}, see above`);
  else if (passes + failures.length === 0) failures.push('ran no tests');
  return { passes, failures };
}
