import { BaselineError, type BenchReport, runBench } from '../bench/index.ts';
import { type Environment, Progress } from '../report/index.ts';
import { benchNotes } from './bench-notes.ts';
import { BENCH_OPTIONS } from './bench-options.ts';
import { checkOutputs, writeReport } from './bench-output.ts';
import { benchProgress } from './bench-progress.ts';
import { type BenchValues, benchRequest, repeatLine } from './bench-request.ts';
import { type Command, defineCommand, type Terminal } from './command.ts';
import { interruption } from './interrupt.ts';
import { UsageError } from './usage-error.ts';

/** `ws101 bench`: measures a WebSocket server, and says whether to believe it. Exit code 3 to 6 when something is wrong with it. */
export const bench: Command = defineBench(process.env);

/** The command with another environment. */
export function defineBench(environment: Environment): Command {
  return defineCommand({
    name: 'bench',
    summary: 'measures a WebSocket server, and says whether to believe it',
    options: BENCH_OPTIONS,
    operands: { placeholder: 'ws://host:port/path [-- command]', example: 'ws://localhost:8080/ws', command: true },
    notes: benchNotes(),
    async run(values, terminal, operands, command, args) {
      const outputs = { json: values.json, html: values.html, hgrm: values.hgrm, latency: values.latency };
      const request = benchRequest(values, operands, command);
      await checkOutputs(outputs);
      const report = await measure({ ...request, repeat: repeatLine(args) }, values, terminal, environment);
      await writeReport(report, outputs, terminal, environment);
      return report.exitCode;
    },
  });
}

async function measure(
  options: Parameters<typeof runBench>[0],
  values: BenchValues,
  { stderr }: Terminal,
  environment: Environment,
): Promise<BenchReport> {
  const silent = values['no-progress'];
  const progress = new Progress({ output: stderr, environment, now: () => performance.now(), silent });
  const { signal, stop } = interruption();
  try {
    return await begin({ ...options, signal }, benchProgress(progress));
  } catch (error) {
    throw error instanceof BaselineError ? new UsageError(error.message) : error;
  } finally {
    progress.clear();
    stop();
  }
}

/** What is wrong with a value is said at the call, by its name in the library, which is close to that of the option. */
function begin(...request: Parameters<typeof runBench>): Promise<BenchReport> {
  try {
    return runBench(...request);
  } catch (error) {
    throw error instanceof RangeError || error instanceof TypeError ? new UsageError(inWords(error)) : error;
  }
}

/** The names of the library's options that the command line calls otherwise. */
const OPTION_NAMES: Readonly<Record<string, string>> = {
  depth: '--pipelining',
  durationMs: '--duration (ms)',
  warmupMs: '--warmup (ms)',
  timeoutMs: '--timeout (ms)',
  objective: '--slo',
  serverPid: '--server-pid',
  variants: '--compare',
  headers: '--header',
  protocols: '--protocol',
  'source.bytes': '--size',
};

function inWords({ message }: Error): string {
  const [, name = '', rest = ''] = /^([\w.]+)((?:\[\d+\])* must .*)$/s.exec(message) ?? [];
  if (name === '') return message;
  const option = OPTION_NAMES[name] ?? (Object.hasOwn(BENCH_OPTIONS, name) ? `--${name}` : `the ${name}`);
  return option === 'the url' ? `the URL${rest}` : option + rest;
}
