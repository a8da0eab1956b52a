import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readReports } from './mutation/files.ts';
import { judgeLinks } from './mutation/links.ts';
import { type Mutant, readMutants, type Score, scoresBy } from './mutation/report.ts';
import { compareSurvivors, findFaults, isAbout, KINDS, type KnownSurvivor, SURVIVORS } from './mutation/survivors.ts';
import { joinRows, readAllAnnotations, readRequirements } from './rfc/matrix.ts';
import { mapForMutations } from './rfc/mutations.ts';

const USAGE = `Usage: npm run mutation:report -- [options]

Tells what the mutation runs found: scores, survivors, and which rows of the RFC matrix they prove. Exit code 1 when a
survivor has no reason in ${SURVIVORS}, a reason has no survivor, a floor is under 90 %, or a row is refuted.

  --timeouts      also list the mutants that ran out of time
  --outside       also list the rows of the matrix whose code or tests were not in the runs`;

const LEAST = 0.9;

const { values } = parseArgs({
  options: {
    timeouts: { type: 'boolean', default: false },
    outside: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(USAGE);
else if (tell(dirname(dirname(fileURLToPath(import.meta.url)))) > 0) process.exitCode = 1;

/** Prints everything and gives the number of problems. */
function tell(root: string): number {
  const problems: string[] = [];
  const reports = readReports(root);
  const { sources } = reports;
  const mutants = reports.all.flatMap(readMutants);
  if (mutants.length === 0) problems.push('there is no report; npm run mutation writes them');
  const read = (file: string): string => readFileSync(join(root, file), 'utf8');
  for (const [file, source] of sources)
    if (!existsSync(join(root, file)) || read(file) !== source) problems.push(`${file}: has changed since the run`);

  for (const key of ['file', 'floor'] as const) console.log(table(key, scoresBy(mutants, key)));
  for (const [floor, { share }] of scoresBy(mutants, 'floor'))
    if (share < LEAST) problems.push(`${floor}: ${percent(share)} is less than ${percent(LEAST)}`);

  const known = JSON.parse(read(SURVIVORS)) as KnownSurvivor[];
  problems.push(...findFaults(known, (file) => (existsSync(join(root, file)) ? read(file) : undefined)));
  const { unexplained, stale } = compareSurvivors(mutants, known);
  for (const mutant of unexplained) problems.push(`${show(mutant)}: no test notices it, and no reason is given`);
  for (const { file, on, code } of stale) problems.push(`${file}: ${on}: ${code} has a reason, but does not survive`);
  for (const [kind, meaning] of Object.entries(KINDS)) {
    const all = known.filter((one) => one.kind === kind && mutants.some((mutant) => isAbout(one, mutant)));
    console.log(`survivors, ${kind} (${meaning}): ${all.length}`);
  }

  const late = mutants.filter(({ status }) => status === 'Timeout');
  const endless = late.filter(({ isEndless }) => isEndless).length;
  console.log(`out of time: ${late.length}, of which ${endless} by the count of a loop`);
  if (values.timeouts) for (const mutant of late) console.log(`  ${show(mutant)}${mutant.isEndless ? '' : ' (clock)'}`);

  const links = mapForMutations(joinRows(readRequirements(root).requirements, readAllAnnotations(root)));
  const verdicts = judgeLinks(links, mutants, reports.testFiles, reports.read);
  const of = (verdict: string) => verdicts.filter((one) => one.verdict === verdict);
  console.log(
    `rows of the matrix: ${verdicts.length}, of which ${of('proven').length} proven by mutants ` +
      `(${of('proven').filter(({ isAround }) => isAround).length} by the smallest one around their code), ` +
      `${of('unproven').length} refuted, ${of('outside').length} outside of the run`,
  );
  for (const { id, files, run } of of('unproven'))
    problems.push(`${id}: its tests notice none of ${run} mutants in ${files.join(', ')}`);
  if (values.outside) for (const { id, files } of of('outside')) console.log(`  ${id}: ${files.join(', ')}`);

  for (const problem of problems) console.error(problem);
  console.log(`${problems.length} problems`);
  return problems.length;
}

function show({ file, line, code, replacement }: Mutant): string {
  const cut = (text: string): string => (text.length > 90 ? `${text.slice(0, 87)}...` : text);
  return `${file}:${line}: ${cut(code)} -> ${cut(replacement)}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function table(title: string, rows: readonly [string, Score][]): string {
  const heads = [title, 'share', 'killed', 'out of time', 'survived', 'uncovered', 'not run'];
  const cells = rows.map(([name, { share, killed, timedOut, survived, uncovered, notRun }]) => [
    name,
    percent(share),
    ...[killed, timedOut, survived, uncovered, notRun].map(String),
  ]);
  return [
    '',
    `| ${heads.join(' | ')} |`,
    `|${'---|'.repeat(heads.length)}`,
    ...cells.map((row) => `| ${row.join(' | ')} |`),
    '',
  ].join('\n');
}
