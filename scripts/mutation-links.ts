import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { FOLDER, linkReportOf, readReports } from './mutation/files.ts';
import { judgeLinks } from './mutation/links.ts';
import { readMutants } from './mutation/report.ts';
import { joinRows, readAllAnnotations, readRequirements } from './rfc/matrix.ts';
import { mapForMutations } from './rfc/mutations.ts';

const USAGE = `Usage: npm run mutation:links -- [floor...] [--all] [--concurrency N]

Changes the code that rows of the RFC matrix name, and runs the tests that they name: for the rows that the reports of
npm run mutation do not prove yet, or, with --all, for every row with code in these floors. Without a floor: handshake.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: 'boolean', default: false },
    concurrency: { type: 'string', default: '2' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(USAGE);
else {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  const links = mapForMutations(joinRows(readRequirements(root).requirements, readAllAnnotations(root)));
  for (const floor of positionals.length > 0 ? positionals : ['handshake']) {
    const { mutants, read } = readReports(root);
    const proven = new Set(
      judgeLinks(links, values.all ? [] : mutants.flatMap(readMutants), read)
        .filter(({ verdict }) => verdict === 'proven')
        .map(({ id }) => id),
    );
    const open = links.filter(({ id }) => !proven.has(id));
    const here = open.filter(({ code }) => code.some(({ file }) => file.startsWith(`src/${floor}/`)));
    if (here.length === 0) continue;
    const ranges = here.flatMap(({ code }) => code.map(({ range }) => range));
    const tests = here.flatMap((link) => link.tests);
    // The workers of Stryker read it; test/support/mutation-run.ts skips every other test.
    process.env.MUTATION_TESTS = JSON.stringify(tests.map(({ file, pattern }) => [file, pattern]));
    console.log(`${floor}: ${here.length} rows, ${new Set(ranges).size} pieces of code, ${tests.length} tests`);
    await new Stryker({
      configFile: 'stryker.config.json',
      concurrency: Number(values.concurrency),
      mutate: [...new Set(ranges)].filter((range) => range.startsWith(`src/${floor}/`)),
      testFiles: [...new Set(tests.map(({ file }) => file))],
      // Every test that notices counts, not only the first one.
      disableBail: true,
      incremental: false,
      jsonReporter: { fileName: linkReportOf(floor) },
      tempDirName: `${FOLDER}/sandbox-links-${floor}`,
    }).runMutationTest();
  }
}
