import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { FOLDER, reportOf } from './mutation/files.ts';

const USAGE = `Usage: npm run mutation -- [floor...] [--force] [--concurrency N]

Changes the code of each floor in thousands of small ways and runs the floor's own tests on each change; without a floor
named: codec, handshake and protocol. Results go to ${FOLDER}/; npm run mutation:report reads them. A second run repeats
only what has changed since; with --force it repeats all.`;

const FLOORS = ['codec', 'handshake', 'protocol'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    force: { type: 'boolean', default: false },
    concurrency: { type: 'string', default: '2' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(USAGE);
else {
  for (const floor of positionals.length > 0 ? positionals : FLOORS) {
    if (!FLOORS.includes(floor)) throw new RangeError(`no floor named ${floor}: ${FLOORS.join(', ')}`);
    const tests = readdirSync(`test/${floor}`).filter((name) => name.endsWith('.test.ts'));
    // For the workers. Told by its own option, Stryker would change what runs at load only after loading.
    process.env.MUTATION_TESTS = JSON.stringify(tests.sort().map((name) => `test/${floor}/${name}`));
    await new Stryker({
      configFile: 'stryker.config.json',
      concurrency: Number(values.concurrency),
      force: values.force,
      mutate: [`src/${floor}/*.ts`, `!src/${floor}/index.ts`],
      incrementalFile: `${FOLDER}/incremental/${floor}.json`,
      jsonReporter: { fileName: reportOf(floor) },
      tempDirName: `${FOLDER}/sandbox-${floor}`,
    }).runMutationTest();
  }
}
