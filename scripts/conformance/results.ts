// The results that are committed: verdicts of all agents, without what was on the wire.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import {
  type Behavior,
  type CaseResult,
  type CloseBehavior,
  type ConformanceReport,
  compareNumbers,
  passes,
  type Testee,
} from '../../src/conformance/index.ts';
import type { Agent } from './agents.ts';

/** Of a case that is not OK: what the testee did, how the connection ended, and why that is no OK. */
export interface Deviation {
  readonly behavior: Behavior;
  readonly close: CloseBehavior;
  readonly reason: string;
  /** The conversation of the case in which it showed; empty where there is one only. */
  readonly conversation: string;
  /** That was broken, or that the case is about. */
  readonly section: string;
  readonly got: string;
}

/** The word OK, or what is to be said instead. */
export type RecordedVerdict = 'OK' | Deviation;

/** How an agent did, the last time each of these cases was run with it. */
export interface RecordedAgent {
  readonly name: string;
  readonly testee: Testee;
  readonly title: string;
  readonly version: string;
  readonly setup: string;
  /** Of the last run, such as 2026-11-23. */
  readonly date: string;
  /** By number, in the order of the cases. */
  readonly verdicts: Readonly<Record<string, RecordedVerdict>>;
}

export interface Results {
  readonly agents: readonly RecordedAgent[];
}

const PATH = new URL('../../docs/conformance/results.json', import.meta.url);
const LONGEST = 160;

/** As it stands in the file: those that are OK in one line. */
interface WrittenAgent extends RecordedAgent {
  readonly ok: string;
}

/** What is committed; nothing before the first run. */
export function readResults(): Results {
  if (!existsSync(PATH)) return { agents: [] };
  const { agents } = JSON.parse(readFileSync(PATH, 'utf8')) as { readonly agents: readonly WrittenAgent[] };
  return {
    agents: agents.map(({ ok = '', verdicts, ...rest }) => ({
      ...rest,
      verdicts: sorted({ ...withOk(ok), ...verdicts }),
    })),
  };
}

/** One line for each case that is not OK keeps differences readable. */
export function writeResults({ agents }: Results): void {
  const written = agents.map(({ verdicts, ...rest }) => {
    const entries = Object.entries(verdicts);
    const ok = entries.filter(([, verdict]) => verdict === 'OK').map(([number]) => number);
    const others = entries.filter(([, verdict]) => verdict !== 'OK');
    const lines = others.map((entry) => entry.map((part) => JSON.stringify(part)).join(': '));
    const head = JSON.stringify({ ...rest, ok: ok.join(' ') }).slice(0, -1);
    return `${head}, "verdicts": {\n${lines.join(',\n')}\n}}`;
  });
  writeFileSync(PATH, `{"agents": [\n${written.join(',\n')}\n]}\n`);
}

function withOk(ok: string): Record<string, RecordedVerdict> {
  return Object.fromEntries(ok.split(' ').flatMap((number) => (number === '' ? [] : [[number, 'OK'] as const])));
}

function sorted(verdicts: RecordedAgent['verdicts']): RecordedAgent['verdicts'] {
  const entries = Object.entries(verdicts);
  return Object.fromEntries(entries.sort(([one], [other]) => compareNumbers({ number: one }, { number: other })));
}

/**
 * The results with those of a new run in the place of older ones of the same cases; `order` is that of the agents.
 * What another version has come to is dropped.
 */
export function mergeRun(
  { agents }: Results,
  agent: Agent,
  report: ConformanceReport,
  order: readonly string[],
): Results {
  const { name, testee, title, version, setup } = agent;
  const before = agents.find((one) => one.name === name && one.version === version && one.setup === setup);
  const verdicts = { ...before?.verdicts };
  for (const result of report.results) verdicts[result.number] = verdictOf(result);
  const recorded: RecordedAgent = {
    ...{ name, testee, title, version, setup },
    date: report.startedAt.slice(0, 10),
    verdicts: sorted(verdicts),
  };
  const all = [...agents.filter((one) => one.name !== name), recorded];
  return { agents: all.sort((one, other) => order.indexOf(one.name) - order.indexOf(other.name)) };
}

/** Has an agent what is required in a case? */
export function isPassed(verdict: RecordedVerdict): boolean {
  return verdict === 'OK' || passes({ behavior: verdict.behavior, behaviorClose: verdict.close });
}

function verdictOf(result: CaseResult): RecordedVerdict {
  const { behavior, behaviorClose: close, conversation, sections } = result;
  if (behavior === 'OK' && close === 'OK') return 'OK';
  return {
    ...{ behavior, close },
    reason: shortened(result.reason),
    conversation: shortened(conversation),
    // Where the opening failed as a whole, the case says more exactly what it was about.
    section: ['', 'RFC 6455 §4'].includes(result.section) ? (sections[0] ?? '') : result.section,
    got: result.got === result.reason ? '' : shortened(result.got),
  };
}

/** Without ports, which differ from run to run. */
function shortened(text: string): string {
  const plain = text.replace(/127\.0\.0\.1:\d+/g, '127.0.0.1').replace(/\s+/g, ' ');
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST - 1)}…` : plain;
}
