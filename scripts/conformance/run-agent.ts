// Runs the suite against one agent, which is started for that and ended by its id.
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { endGroup, startGroup, startServer } from '../../src/bench/index.ts';
import {
  type CaseResult,
  ClientTestServer,
  type ConformanceReport,
  runServerTests,
} from '../../src/conformance/index.ts';
import type { Agent } from './agents.ts';

/** What is run, and how. */
export interface AgentRun {
  readonly cases: readonly string[];
  readonly limits: boolean;
  readonly timeoutMs: number;
  readonly parallel: number;
  /** Learns how far the run is. */
  readonly progress: (done: number, total: number, last: string) => void;
}

/** A client that ends before it has asked for all is started again so often. */
const STARTS = 20;
/** Longer than the longest case may take: then nothing comes any more. */
const SILENT_MS = 600_000;

/** Runs the cases against a server or client and ends it. */
export function runAgent(agent: Agent, run: AgentRun): Promise<ConformanceReport> {
  return agent.testee === 'server' ? runServer(agent, run) : runClient(agent, run);
}

async function runServer(agent: Agent, { progress, ...run }: AgentRun): Promise<ConformanceReport> {
  const server = await startServer(agent.command, 'ws://127.0.0.1:{port}/', {});
  try {
    const finished = ({ number }: CaseResult, done: number, total: number): void => progress(done, total, number);
    return await runServerTests({ url: server.url, agent: agent.name, ...run }, { finished });
  } finally {
    const ended = server.failure();
    if (ended !== undefined) process.stderr.write(`${agent.name}: ${ended}\n`);
    await server.end();
  }
}

async function runClient(agent: Agent, run: AgentRun): Promise<ConformanceReport> {
  const asked = new Set<number>();
  let watch: NodeJS.Timeout | undefined;
  const suite = new ClientTestServer(
    { cases: run.cases, limits: run.limits, timeoutMs: run.timeoutMs },
    {
      finished(_agent, number, _result, place, total) {
        asked.add(place);
        watch?.refresh();
        run.progress(asked.size, total, number);
      },
    },
  );
  const { port } = await suite.listen({ port: 0, host: '127.0.0.1' });
  try {
    for (let starts = 0, before = -1; asked.size < suite.total && starts < STARTS && asked.size > before; starts++) {
      before = asked.size;
      const url = `ws://127.0.0.1:${port}`;
      const words = [...agent.command, url, agent.name, missing(asked, suite.total), String(run.parallel)];
      const driver = startGroup(words, process.env);
      driver.stdout?.resume();
      let last = '';
      driver.stderr?.setEncoding('utf8').on('data', (text: string) => {
        last = `${last}${text}`.slice(-500);
      });
      watch = setTimeout(() => void endGroup(driver), SILENT_MS);
      const [code, signal] = await once(driver, 'exit');
      clearTimeout(watch);
      await endGroup(driver);
      // What it asked for last may end a little after it.
      for (let waits = 0; asked.size < suite.total && waits < 40; waits++) await delay(50);
      if (code !== 0) process.stderr.write(`${agent.name}: the driver ended with ${code ?? signal}: ${last}\n`);
    }
    const report = suite.reports()[0];
    if (report === undefined) throw new Error(`${agent.name} asked for no case`);
    return report;
  } finally {
    await suite.close();
  }
}

/** The places from 1 that nobody has asked for, as ranges: `1-40,52`. */
export function missing(asked: ReadonlySet<number>, total: number): string {
  const ranges: string[] = [];
  for (let place = 1; place <= total; place++) {
    if (asked.has(place)) continue;
    const first = place;
    while (place < total && !asked.has(place + 1)) place++;
    ranges.push(first === place ? `${first}` : `${first}-${place}`);
  }
  return ranges.join(',');
}
