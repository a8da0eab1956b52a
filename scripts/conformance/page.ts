// The page docs/conformance.md, made of the results that are committed and of tables of the code.
import { ALL_CASES, GROUPS, groupOf, switchRows, type Testee } from '../../src/conformance/index.ts';
import { deviationRows, rangesOf, titleOf, words } from './deviations.ts';
import { NOTES, OWN_NOTES } from './notes.ts';
import { type Deviation, isPassed, type RecordedAgent, type RecordedVerdict, type Results } from './results.ts';

export const fileOfPage: URL = new URL('../../docs/conformance.md', import.meta.url);

/** The whole page. */
export function renderConformance(results: Results): string {
  const { agents } = results;
  const own = agents.filter(({ name }) => name.startsWith('ws101-'));
  const others = agents.filter((agent) => !own.includes(agent));
  return `${[
    '# Conformance',
    INTRODUCTION,
    '## Who was tested',
    table(['', 'what', 'version', 'set up with', 'on'], agents.map(agentRow)),
    '## Servers',
    groupTable(agents, 'server'),
    '## Clients',
    groupTable(agents, 'client'),
    LEGEND,
    '## Our own deviations',
    ...own.flatMap(ownSection),
    '## What the others do otherwise',
    OTHERS,
    ...others.flatMap(otherSection),
    '## Broken servers',
    BROKEN,
    table(['switch', 'what is wrong with it', 'section', 'noticed by'], switchRows().map(switchRow)),
    '## Again',
    AGAIN,
  ].join('\n\n')}\n`;
}

const INTRODUCTION = `What \`ws101 conform\` finds out about our server and our client, and about those of others. [The guide](conformance-guide.md)
says how to run it on yours. This page is made by \`npm run conformance\` from [conformance/results.json](conformance/results.json).

Groups with numbers have the numbers and the meaning of the suite that the field knows; their data is our own, and contents are
compared where that one compares lengths. Groups with letters are ours. Every agent runs in a process of its own, on loopback, and
sends back each message as it came. Where it has limits on messages and fragments, they are as high as group 9 needs them;
permessage-deflate is on where it exists. Group L floods its testee, and only our own two get it.`;

const LEGEND = `How many cases pass, of how many. Behind that, those that pass without being OK: **n** NON-STRICT (within the RFC, though later or less
exactly than it could), **i** INFORMATIONAL (anything is permitted), **u** UNIMPLEMENTED (an optional part is missing). A dash: not run.`;

const OTHERS = `For each of these the recorded reason was held against the case. Cases in which the same was done share a row; "close" means that the messages were as they
should be and the end of the connection was not. \`ws101 conform --list --cases H.2 ws://localhost/\` prints what cases are about. A deviation is no vulnerability, and some are wanted: an implementation may well be
lenient, and the suite still tells.`;

const BROKEN = `Does the suite notice? \`ws101 echo --break NAME\` is a server that is right until a switch breaks one rule. Without any it passes every
case; with any one of them, at least these cases fail. \`npm test\` holds each row.`;

const AGAIN = `\`\`\`
npm run bench:peers                                  # installs Bun and Deno beside the project
npm run conformance                                  # everybody who is here, all groups; others are left out by name
npm run conformance -- --only=ws,bun-client --groups=1,H
npm run conformance -- --only=websockets-server --cases=13.1,13.2   # by part: what is not run keeps its verdicts
npm run conformance -- --only=node --node=/path/to/a/later/node
npm run conformance -- --page                        # only this page, from the results
\`\`\`

A run replaces the verdicts of the cases that it has run. Each verdict is about the version that stands above, as it was set up here.`;

function agentRow({ name, testee, title, version, setup, date }: RecordedAgent): string[] {
  return [`\`${name}\``, `${testee} of ${title}`, version, setup, date];
}

/** Groups down, agents across. */
function groupTable(agents: Results['agents'], testee: Testee): string {
  const across = agents.filter((agent) => agent.testee === testee);
  const rows = [...GROUPS].map(([group, title]) => [`**${group}** ${title}`, ...across.map((one) => cell(one, group))]);
  const all = across.map(({ verdicts }) => tally(Object.values(verdicts)));
  return table(['', ...across.map(({ title }) => title)], [...rows, ['**all**', ...all]]);
}

function cell({ verdicts }: RecordedAgent, group: string): string {
  return tally(Object.entries(verdicts).flatMap(([number, verdict]) => (groupOf(number) === group ? [verdict] : [])));
}

function tally(verdicts: readonly RecordedVerdict[]): string {
  if (verdicts.length === 0) return '–';
  const passed = verdicts.filter(isPassed);
  const count = (behavior: string): number =>
    passed.filter((verdict) => verdict !== 'OK' && verdict.behavior === behavior).length;
  const marks = (['NON-STRICT', 'INFORMATIONAL', 'UNIMPLEMENTED'] as const).flatMap((behavior) =>
    count(behavior) === 0 ? [] : [`${count(behavior)} ${behavior.charAt(0).toLowerCase()}`],
  );
  const figures = `${passed.length}/${verdicts.length}`;
  const shown = passed.length === verdicts.length ? figures : `**${figures}**`;
  return marks.length === 0 ? shown : `${shown} (${marks.join(', ')})`;
}

function ownSection(agent: RecordedAgent): string[] {
  const rows = deviationRows(agent, ({ behavior }) => behavior !== 'INFORMATIONAL');
  const told = Object.entries(agent.verdicts).flatMap(([number, verdict]) =>
    verdict !== 'OK' && verdict.behavior === 'INFORMATIONAL'
      ? [[number, titleOf(number), toldOf(number, verdict)]]
      : [],
  );
  return [
    `### The ${agent.testee} of ${agent.title}`,
    rows.length === 0
      ? 'None: every case is OK or INFORMATIONAL, and every connection ends cleanly.'
      : table(DEVIATION_HEAD, rows),
    ...(OWN_NOTES[agent.name] ?? []),
    'INFORMATIONAL, where anything is permitted:',
    table(['case', 'about', 'what it does'], told),
  ];
}

/** What was done where anything is permitted. When it is what the case has as its steps, the verdict has no words for it. */
function toldOf(number: string, verdict: Deviation): string {
  if (verdict.reason !== '') return words(verdict);
  const isRefusal = ALL_CASES.some(
    (one) => one.number === number && one.conversations.some(({ opening }) => opening.outcome?.kind === 'refuses'),
  );
  if (isRefusal) return 'refuses it';
  return groupOf(number) === 'H' ? 'accepts it' : 'does as the steps of the case have it';
}

const DEVIATION_HEAD = ['cases', 'verdict', 'section', 'what it does'];

function otherSection(agent: RecordedAgent): string[] {
  const rows = deviationRows(
    agent,
    ({ behavior }) => behavior === 'FAILED' || behavior === 'NON-STRICT' || behavior === 'OK',
  );
  const unimplemented = rangesOf(
    Object.entries(agent.verdicts).flatMap(([number, verdict]) =>
      verdict !== 'OK' && verdict.behavior === 'UNIMPLEMENTED' ? [number] : [],
    ),
  );
  return [
    `### The ${agent.testee} of ${agent.title}`,
    rows.length === 0 ? 'Nothing.' : table(DEVIATION_HEAD, rows),
    ...(unimplemented.length === 0
      ? []
      : [`UNIMPLEMENTED, as it lacks what these are about: ${unimplemented.join(', ')}.`]),
    ...(NOTES[agent.name] ?? []),
  ];
}

function switchRow([name = '', breaks = '', section = '', cases = '']: readonly string[]): string[] {
  return [`\`${name}\``, breaks, section, cases];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((one) => one.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Numbers that are in the results and no longer in the suite: the results are to be made anew. */
export function strangers({ agents }: Results): readonly string[] {
  const known = new Set(ALL_CASES.map(({ number }) => number));
  return [...new Set(agents.flatMap(({ verdicts }) => Object.keys(verdicts)))].filter((number) => !known.has(number));
}
