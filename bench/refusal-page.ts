import type { Environment } from '../src/bench/index.ts';
import { formatInterval, formatRate } from '../src/report/index.ts';

/** What autocannon has measured of one server with one kind of request. */
export interface Refusal {
  readonly request: string;
  readonly server: string;
  readonly version: string;
  /** Statuses of the answers. */
  readonly statuses: readonly string[];
  /** Answers a second of the server's CPU time, one for each run, with their median and its 95 % interval. */
  readonly values: readonly number[];
  readonly median: number;
  readonly low: number | null;
  readonly high: number | null;
  /** Answers a second of the clock, the median of the runs. */
  readonly perSecond: number;
}

/** What `bench/results/refusals.json` holds. */
export interface RefusalResult {
  readonly environment: Environment;
  readonly autocannon: string;
  readonly runs: number;
  readonly seconds: number;
  readonly refusals: readonly Refusal[];
  /** What autocannon makes of a handshake that succeeds. */
  readonly accepted: {
    readonly connections: number;
    readonly seconds: number;
    readonly upgrades: number;
    readonly timeouts: number;
    /** Connections that the server closed with 1002, for what came after the 101. */
    readonly closedWith1002: number;
    /** Messages that the server has got. */
    readonly messages: number;
  };
}

/** The lines of the page. */
export function refusalTable(result: RefusalResult | undefined): string[] {
  if (result === undefined) return ['Not measured yet.'];
  const { environment, autocannon, runs, seconds, refusals, accepted } = result;
  return [
    '| request | server | answer | answers a second of server CPU time | 95 % interval | answers a second |',
    '|---|---|---|--:|--:|--:|',
    ...refusals.map(({ request, server, version, statuses, median, low, high, perSecond }) => {
      const interval = formatInterval(low ?? Number.NaN, high ?? Number.NaN, '1/s');
      const cells = [request, `${server} ${version}`, statuses.join(', '), formatRate(median), interval];
      return `| ${[...cells, formatRate(perSecond)].join(' | ')} |`;
    }),
    '',
    `And of a handshake that succeeds, with ${accepted.connections} connections for ${accepted.seconds} s: ${accepted.upgrades} answers with 101, ` +
      `${accepted.messages} messages, ${accepted.closedWith1002} connections that the server closed with 1002, ${accepted.timeouts} timeouts.`,
    '',
    `autocannon ${autocannon}, ${environment.cpu}, ${environment.cores} cores, Node ${environment.node}, ${runs} runs of ${seconds} s in turn, ` +
      `on ${environment.date.slice(0, 10)}; \`npm run bench:refusals\` repeats it.`,
  ];
}
