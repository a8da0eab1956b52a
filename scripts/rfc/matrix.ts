import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Annotation, readAnnotations } from './annotations.ts';
import { findSentences, RFCS } from './sentences.ts';

/** One row of the matrix as it is committed in `docs/rfc/requirements.json`. */
export interface Requirement {
  readonly id: string;
  readonly section: string;
  /** The key words of its sentence. */
  readonly levels: readonly string[];
  /** Of the sentence in the RFC. */
  readonly hash: string;
  /** Whom it binds: server, client, both, intermediary, extension author. Absent on an excluded sentence. */
  readonly binds?: string;
  /** In our own words. */
  readonly requirement?: string;
  /** Why it does not apply here. */
  readonly reason?: string;
  /** Why we do otherwise although it does apply. */
  readonly departure?: string;
  /** Why the sentence demands nothing, in spite of its key words. */
  readonly excluded?: string;
}

/** A requirement with the code that obeys and the tests that prove it. */
export interface Row extends Requirement {
  readonly code: readonly Annotation[];
  readonly tests: readonly Annotation[];
}

/** The committed data. */
export interface Requirements {
  /** What each section is about, by RFC and number: `6455-5.1`. */
  readonly sections: Readonly<Record<string, string>>;
  readonly requirements: readonly Requirement[];
}

const BINDING = /^(?:MUST|MUST NOT|REQUIRED|SHALL|SHALL NOT)$/;
const DATA = 'docs/rfc/requirements.json';

/** Where the generated page lies. */
export const PAGE = 'docs/rfc-matrix.md';

/** Whether a row must be proven: a MUST, MUST NOT, REQUIRED, SHALL or SHALL NOT. */
export function isBinding({ levels }: Requirement): boolean {
  return levels.some((level) => BINDING.test(level));
}

/** Reads the committed rows of the project in `root`. */
export function readRequirements(root: string): Requirements {
  return JSON.parse(readFileSync(join(root, DATA), 'utf8'));
}

/** Every annotation in `src/` and in the tests. */
export function readAllAnnotations(root: string): Annotation[] {
  const files = ['src', 'test'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(
      (name) => `${folder}/${name.replaceAll('\\', '/')}`,
    ),
  );
  return files
    .filter((file) => (file.startsWith('test/') ? file.endsWith('.test.ts') : /\.[jt]s$/.test(file)))
    .sort()
    .flatMap((file) => readAnnotations(file, readFileSync(join(root, file), 'utf8')));
}

/** The rows with what names them, in the order of the data. */
export function joinRows(requirements: readonly Requirement[], annotations: readonly Annotation[]): Row[] {
  const byId = new Map<string, Annotation[]>();
  for (const annotation of annotations) byId.set(annotation.id, [...(byId.get(annotation.id) ?? []), annotation]);
  return requirements.map((requirement) => {
    const all = byId.get(requirement.id) ?? [];
    const isTest = ({ file }: Annotation): boolean => file.startsWith('test/');
    return { ...requirement, code: all.filter((one) => !isTest(one)), tests: all.filter(isTest) };
  });
}

/** What is wrong with the rows and annotations, one line each; empty when all is in order. */
export function findProblems(data: Requirements, annotations: readonly Annotation[]): string[] {
  const problems: string[] = [];
  const known = new Set<string>();
  for (const { id, section } of data.requirements) {
    if (known.has(id)) problems.push(`${id}: has two rows`);
    known.add(id);
    if (data.sections[`${id.slice(0, 4)}-${section}`] === undefined) problems.push(`${id}: its section has no title`);
  }
  for (const { id, file, line, target } of annotations) {
    const where = `${file}:${line}`;
    if (!known.has(id))
      problems.push(`${where}: names ${id === '' ? 'no requirement' : `${id}, which does not exist`}`);
    if (target === undefined) problems.push(`${where}: stands at no ${file.startsWith('test/') ? 'test' : 'code'}`);
  }
  for (const row of joinRows(data.requirements, annotations)) problems.push(...judgeRow(row));
  return problems;
}

function judgeRow(row: Row): string[] {
  const { id, excluded, reason, departure, code, tests } = row;
  const explained = [excluded, reason, departure].filter((text) => text !== undefined);
  if (explained.length > 1) return [`${id}: has more than one explanation`];
  if (explained.length === 1) {
    if (explained[0]?.trim() === '') return [`${id}: its explanation is empty`];
    return code.length + tests.length > 0 ? [`${id}: is explained away, yet named by code or a test`] : [];
  }
  const problems: string[] = [];
  if (row.requirement === undefined || row.binds === undefined) problems.push(`${id}: has no words of our own`);
  if (code.length === 0) problems.push(`${id}: no code names it, and no reason is given`);
  if (tests.length === 0) problems.push(`${id}: no test names it, and no reason is given`);
  return problems;
}

/**
 * What differs between the rows and the RFCs themselves, one line each.
 *
 * @param folder holds rfc6455.txt and rfc7692.txt as the RFC editor publishes them
 */
export function compareWithRfcs(requirements: readonly Requirement[], folder: string): string[] {
  const problems: string[] = [];
  const rows = new Map(requirements.map((row) => [row.id, row]));
  for (const rfc of RFCS) {
    for (const { id, hash, levels } of findSentences(rfc, readFileSync(join(folder, `rfc${rfc}.txt`), 'utf8'))) {
      const row = rows.get(id);
      rows.delete(id);
      if (row === undefined) problems.push(`${id}: the RFC has this sentence, the data has no row for it`);
      else if (row.hash !== hash) problems.push(`${id}: the hash is not that of the RFC's sentence`);
      else if (row.levels.join() !== levels.join()) problems.push(`${id}: the RFC says ${levels.join(', ')}`);
    }
  }
  for (const id of rows.keys()) problems.push(`${id}: the RFC has no such sentence`);
  return problems;
}
