// Runs the suite against our server and client and those of others, and writes docs/conformance/results.json and the page
// of it. Run: npm run conformance -- [--only=NAME,…] [--groups=1,H,… | --cases=12.4,13.*.1,…] [--timeout=SECONDS] [--parallel=N]
// [--node=PATH] [--page]
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { GROUPS } from '../src/conformance/index.ts';
import { type Agent, findAgents } from './conformance/agents.ts';
import { fileOfPage, renderConformance } from './conformance/page.ts';
import { isPassed, mergeRun, readResults, writeResults } from './conformance/results.ts';
import { runAgent } from './conformance/run-agent.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    groups: { type: 'string' },
    cases: { type: 'string' },
    timeout: { type: 'string', default: '30' },
    parallel: { type: 'string', default: '4' },
    node: { type: 'string' },
    page: { type: 'boolean', default: false },
  },
});

const agents = findAgents(values.node);
const names = agents.map(({ name }) => name);
const groups = values.groups?.split(',') ?? [...GROUPS.keys()];
const unknown = groups.find((group) => !GROUPS.has(group));
if (unknown !== undefined) throw new RangeError(`--groups: there is no group ${unknown}`);
if (values.cases !== undefined && values.groups !== undefined)
  throw new RangeError('--groups and --cases are not given together');

mkdirSync(new URL('../docs/conformance/', import.meta.url), { recursive: true });
for (const agent of values.page ? [] : chosen(values.only)) {
  if (agent.missing !== undefined) {
    console.log(`${agent.name.padEnd(20)} left out: ${agent.missing}`);
    continue;
  }
  await run(agent);
}
if (values.page) writeFileSync(fileOfPage, renderConformance(readResults()));

/** Those whose names, or the beginnings of them, were given. */
function chosen(only: string | undefined): readonly Agent[] {
  const wanted = only?.split(',');
  const stranger = wanted?.find((name) => !names.some((known) => known === name || known.startsWith(`${name}-`)));
  if (stranger !== undefined) throw new RangeError(`--only: there is no ${stranger}; there are ${names.join(', ')}`);
  return agents.filter(({ name }) => wanted?.some((one) => name === one || name.startsWith(`${one}-`)) ?? true);
}

async function run(agent: Agent): Promise<void> {
  const cases = values.cases?.split(',') ?? groups.filter((group) => group !== 'L' || agent.own);
  if (cases.length === 0) return;
  const isSeen = process.stderr.isTTY;
  const report = await runAgent(agent, {
    cases,
    limits: agent.own,
    timeoutMs: Number(values.timeout) * 1_000,
    parallel: Number(values.parallel),
    progress(done, total, last) {
      if (isSeen) process.stderr.write(`\r\x1b[K${agent.name}: ${done} of ${total}, last ${last}`);
    },
  });
  if (isSeen) process.stderr.write('\r\x1b[K');
  const results = mergeRun(readResults(), agent, report, names);
  writeResults(results);
  writeFileSync(fileOfPage, renderConformance(results));
  const of = results.agents.find(({ name }) => name === agent.name);
  const failed = report.results.filter(({ number }) => !isPassed(of?.verdicts[number] ?? 'OK')).length;
  const seconds = Math.round(report.durationMs / 1_000);
  console.log(`${agent.name.padEnd(20)} ${report.results.length} cases in ${seconds} s, ${failed} do not pass`);
}
