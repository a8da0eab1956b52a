import { type MeasuredServer, quoteWord, RunFailure, splitCommand, startServer } from '../bench/index.ts';
import {
  ALL_CASES,
  type ConformanceReport,
  formatConformance,
  runServerTests,
  type ServerTestOptions,
  selectCases,
} from '../conformance/index.ts';
import { canvasOf, type Environment, Progress } from '../report/index.ts';
import { type Command, defineCommand, type Terminal } from './command.ts';
import { CONFORM_OPTIONS } from './conform-options.ts';
import { outputOf } from './conform-output.ts';
import { checkReach } from './conform-reach.ts';
import { repeatServe, type ServeRequest, serveClients } from './conform-serve.ts';
import { columns } from './help.ts';
import { interruption } from './interrupt.ts';
import type { ValuesOf } from './options.ts';
import { explained, quote, UsageError } from './usage-error.ts';

/** By these the suite refuses a pattern and a URL; any other error is a mistake of its own. */
const REFUSALS = [RangeError, DOMException];

const NO_TIME = '--timeout must be longer than 0 seconds';

type ConformValues = ValuesOf<typeof CONFORM_OPTIONS>;

const NOTES: readonly string[] = [
  'The server must send every message back as it was, at the path of the URL.',
  'With --serve, a client asks for /getCaseCount, then connects to /runCase?case=N&agent=NAME for each N and',
  'sends back every message, and asks for /updateReports?agent=NAME at the end. --spawn starts its driver, which',
  'finds {url} in its words and URL in its environment, and the suite ends with it.',
  'With --spawn, {port} in the URL stands for any free port; the command learns it by {port} in its words',
  'and by the variable PORT. Group 9 has messages of 16 MiB, and of 65536 fragments.',
  '',
  'Exit codes: 0 when all that is required passes, 1 when something does not, 2 usage, or nobody listens there.',
];

/** `ws101 conform`: is it a WebSocket? Exit code 1 when something that is required does not pass. */
export const conform: Command = defineConform(process.env);

/** The command with another environment. */
export function defineConform(environment: Environment): Command {
  return defineCommand({
    name: 'conform',
    summary: 'tests WebSocket servers and clients, and shows each frame that is not as it should be',
    options: CONFORM_OPTIONS,
    operands: { placeholder: 'ws://host:port/path', example: 'ws://localhost:8080/ws' },
    notes: NOTES,
    async run(values, terminal, operands) {
      const output = outputOf(values);
      if (values.serve !== undefined)
        return serveClients(serveRequestOf(values, operands), output, terminal, environment);
      const request = requestOf(values, operands);
      if (values.list) return printList(request, terminal);
      const report = await test(request, values, terminal, environment);
      if (!output.isPiped) terminal.stdout.write(formatConformance(report, canvasOf(terminal.stdout, environment)));
      output.write([report], terminal);
      return output.exitCode([report], terminal);
    },
  });
}

function serveRequestOf(values: ConformValues, operands: readonly string[]): ServeRequest {
  const [operand] = operands;
  if (operand !== undefined) throw new UsageError(`with --serve no URL is taken, and ${quote(operand)} is one`);
  const { serve: port = 0, host, spawn, limits, strict, timeout: timeoutMs, header, protocol, agent, list } = values;
  if (timeoutMs === 0) throw new UsageError(NO_TIME);
  const forServers = {
    '--header': header.length > 0,
    '--protocol': protocol.length > 0,
    '--agent': agent !== undefined,
    '--list': list,
  };
  for (const [option, isGiven] of Object.entries(forServers))
    if (isGiven) throw new UsageError(`${option} is for testing a server, and --serve tests clients`);
  const patterns = { cases: listOf(values.cases), exclude: listOf(values.exclude) };
  const repeat = repeatServe(port, limits);
  return { ...patterns, host, port, spawn, limits, strict, timeoutMs, repeat, silent: values['no-progress'] };
}

function requestOf(values: ConformValues, operands: readonly string[]): ServerTestOptions {
  const [url, second] = operands;
  if (url === undefined) throw new UsageError('a URL such as ws://localhost:8080/ws is needed');
  if (second !== undefined) throw new UsageError(`one URL is taken, and ${quote(second)} is another`);
  if (values.parallel === Number.POSITIVE_INFINITY) throw new UsageError('--parallel must be a number');
  if (values.timeout === 0) throw new UsageError(NO_TIME);
  return {
    url,
    cases: listOf(values.cases),
    exclude: listOf(values.exclude),
    limits: values.limits,
    parallel: values.parallel,
    timeoutMs: values.timeout,
    fields: values.header.map(fieldOf),
    protocols: values.protocol,
    strict: values.strict,
    ...(values.agent === undefined ? {} : { agent: values.agent }),
    repeat: repeatOf(values, url),
  };
}

function listOf(given: readonly string[]): string[] {
  return given.flatMap((list) => list.split(',')).filter((pattern) => pattern.trim() !== '');
}

function fieldOf(text: string): readonly [string, string] {
  const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([\t -~]*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw new UsageError(`--header must be a name and a value with a colon between, not ${quote(text)}`);
  return [name, value.trimEnd()];
}

/** The command line that runs one case again in the same way. */
function repeatOf(values: ConformValues, url: string): string {
  const words = ['ws101', 'conform', '--cases', '{case}'];
  if (values.limits) words.push('--limits');
  if (values.spawn !== undefined) words.push('--spawn', values.spawn);
  for (const header of values.header) words.push('--header', header);
  for (const protocol of values.protocol) words.push('--protocol', protocol);
  return [...words, url].map((word) => (word === '{case}' ? word : quoteWord(word))).join(' ');
}

function printList(request: ServerTestOptions, { stdout }: Terminal): number {
  const rows = select(request).cases.map(({ number, title, sections }): [string, string] => [
    number,
    `${title} (${sections.join(', ')})`,
  ]);
  if (rows.length > 0) stdout.write(`${columns(rows).join('\n')}\n`);
  return 0;
}

function select({ cases = [], exclude = [], limits = false }: ServerTestOptions): ReturnType<typeof selectCases> {
  return explained(() => selectCases(ALL_CASES, { cases, exclude, limits, testee: 'server' }), REFUSALS);
}

async function test(
  request: ServerTestOptions,
  values: ConformValues,
  { stderr }: Terminal,
  environment: Environment,
): Promise<ConformanceReport> {
  // Refuses patterns before anybody is called.
  select(request);
  const { signal, stop } = interruption();
  const progress = new Progress({
    output: stderr,
    environment,
    now: () => performance.now(),
    silent: values['no-progress'],
  });
  let server: MeasuredServer | undefined;
  let failed = 0;
  try {
    server = await spawn(values.spawn, request.url, signal);
    const url = server?.url ?? request.url;
    if (server === undefined) await checkReach(url, values.timeout, signal);
    const observer = {
      finished({ number, behavior }: { number: string; behavior: string }, done: number, total: number) {
        if (behavior === 'FAILED') failed++;
        progress.show(`${done} of ${total} cases, ${failed} failed, last ${number}`);
      },
    };
    const report = await explained(() => runServerTests({ ...request, url, signal }, observer), REFUSALS);
    const ended = server?.failure();
    if (ended !== undefined) progress.note(`${ended}; the cases behind that found nobody`);
    return report;
  } finally {
    progress.clear();
    stop();
    await server?.end();
  }
}

async function spawn(
  command: string | undefined,
  url: string,
  signal: AbortSignal,
): Promise<MeasuredServer | undefined> {
  if (command === undefined) return undefined;
  try {
    return await startServer(splitCommand(command), url, { signal });
  } catch (error) {
    throw error instanceof RunFailure || error instanceof SyntaxError || error instanceof TypeError
      ? new UsageError(`--spawn: ${error.message}`)
      : error;
  }
}
