import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compareWithRfcs, findProblems, joinRows, PAGE, readAllAnnotations, readRequirements } from './rfc/matrix.ts';
import { mapForMutations } from './rfc/mutations.ts';
import { renderPage } from './rfc/page.ts';

const USAGE = `Usage: npm run rfc -- [options]

Writes docs/rfc-matrix.md and lists what is wrong with the rows and the @rfc comments; exit code 1 when anything is.

  --check     write nothing, and complain when the page is not up to date
  --rfc DIR   also compare the rows with rfc6455.txt and rfc7692.txt in DIR
  --json      print what each requirement rests on, for the mutation check, and nothing else`;

const { values } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    rfc: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const data = readRequirements(root);
const annotations = readAllAnnotations(root);
const rows = joinRows(data.requirements, annotations);

if (values.help) {
  console.log(USAGE);
} else if (values.json) {
  console.log(JSON.stringify(mapForMutations(rows), null, 2));
} else {
  const problems = findProblems(data, annotations);
  if (values.rfc !== undefined) problems.push(...compareWithRfcs(data.requirements, values.rfc));
  const page = renderPage(data, rows);
  const path = join(root, PAGE);
  if (!values.check) writeFileSync(path, page);
  else if (readFileSync(path, 'utf8') !== page) problems.push(`${PAGE}: is not up to date; run npm run rfc`);
  for (const problem of problems) console.error(problem);
  console.log(`${rows.length} rows, ${annotations.length} annotations, ${problems.length} problems`);
  if (problems.length > 0) process.exitCode = 1;
}
