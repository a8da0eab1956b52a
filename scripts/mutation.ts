import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { FOLDER, reportOf } from './mutation/files.ts';

const USAGE = `Usage: npm run mutation -- [floor...] [--thorough] [--concurrency N]

Changes the code of each floor in thousands of small ways and runs the floor's own tests on each; without a floor named:
codec, handshake and protocol. Results go to coverage/mutation/; npm run mutation:report reads them. A second run repeats
only what changed; a thorough one lets the long tests try what the others did not notice.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    thorough: { type: 'boolean', default: false },
    concurrency: { type: 'string', default: '2' },
    help: { type: 'boolean', default: false },
  },
});

// Of the handshake: what reads the bytes of a head.
const MUTATED: Readonly<Record<string, readonly string[]>> = {
  codec: ['src/codec/*.ts', '!src/codec/index.ts'],
  handshake: ['src/handshake/{head-reader,request-head,response-head,fields,target,version-lexer}.ts'],
  protocol: ['src/protocol/*.ts', '!src/protocol/index.ts'],
};

if (values.help) console.log(USAGE);
else {
  // The workers of Stryker read it, in test/support/mutation-run.ts.
  if (values.thorough) process.env.MUTATION_THOROUGH = '1';
  for (const floor of positionals.length > 0 ? positionals : Object.keys(MUTATED)) {
    const mutate = MUTATED[floor];
    if (mutate === undefined) throw new RangeError(`no floor named ${floor}: ${Object.keys(MUTATED).join(', ')}`);
    await new Stryker({
      configFile: 'stryker.config.json',
      concurrency: Number(values.concurrency),
      mutate: [...mutate],
      testFiles: [`test/${floor}/**/*.test.ts`],
      incrementalFile: `${FOLDER}/incremental/${floor}.json`,
      jsonReporter: { fileName: reportOf(floor) },
      tempDirName: `${FOLDER}/sandbox-${floor}`,
    }).runMutationTest();
  }
}
