import { type BenchOptions, quoteWord, splitCommand, type VariantOptions } from '../bench/index.ts';
import type { BENCH_OPTIONS } from './bench-options.ts';
import { OPTION_TYPES } from './option-types.ts';
import { parseOptions, type ValuesOf } from './options.ts';
import { quote, UsageError } from './usage-error.ts';

/** The values of the options of `ws101 bench`. */
export type BenchValues = ValuesOf<typeof BENCH_OPTIONS>;

/** What a command line asks the bench for. Throws a `UsageError` when options do not go together. */
export function benchRequest(
  values: BenchValues,
  operands: readonly string[],
  command: readonly string[],
): BenchOptions {
  const variants = values.compare.map(variantOf);
  const url = urlOf(operands, variants);
  const options: Record<string, unknown> = {
    url,
    scenario: values.scenario,
    connections: values.connections,
    depth: values.pipelining,
    rate: values.rate,
    durationMs: values.duration,
    warmupMs: values.warmup === undefined ? undefined : warmupMs(values.warmup, values.connections),
    workers: values.workers,
    timeoutMs: values.timeout,
    runs: values.runs,
    variants: variants.length === 0 ? undefined : variants,
    source: sourceOf(values),
    binary: only(values, 'binary', 'text') ? values.binary : undefined,
    deflate: values.deflate || undefined,
    headers: values.header.length === 0 ? undefined : values.header.map(headerOf),
    protocols: values.protocol.length === 0 ? undefined : values.protocol,
    pacing: values.pacing,
    steps: values.steps,
    publishers: values.publishers,
    messages: values.messages,
    share: values.share,
    attack: values.attack,
    adapter: values.adapter,
    file: fileOf(values),
    speed: values.speed,
    verify: values.verify,
    objective: values.slo,
    baseline: values.baseline,
    failOn: values['fail-on'],
    serverPid: values['server-pid'],
    localAddresses: values['local-addresses'],
    calibrate: values['no-calibrate'] ? false : undefined,
    insecure: values.insecure || undefined,
    seed: values.seed,
    title: values.title,
    command: command.length === 0 ? undefined : command,
  };
  if (values['fail-on'] !== undefined && values.baseline === undefined)
    throw new UsageError('--fail-on regression needs a --baseline to compare with');
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as unknown as BenchOptions;
}

/** The command line that asks for the same. */
export function repeatLine(args: readonly string[]): string {
  return ['ws101', 'bench', ...args].map(quoteWord).join(' ');
}

function urlOf(operands: readonly string[], variants: readonly VariantOptions[]): string {
  const [first, second] = operands;
  if (second !== undefined)
    throw new UsageError(
      `unexpected argument ${quote(second)}; give one URL, and the command that starts the server behind --`,
    );
  const url = first ?? variants.find((variant) => variant.url !== undefined)?.url;
  if (url === undefined) throw new UsageError('give the URL of the server, such as ws://localhost:8080/');
  return url;
}

function variantOf(text: string): VariantOptions {
  const [, name = '', target = ''] = /^([^=\s]+)=(.+)$/s.exec(text) ?? [];
  if (name === '') throw new UsageError(`--compare must be NAME=COMMAND or NAME=ws://URL, not ${quote(text)}`);
  if (/^wss?:\/\//.test(target)) return { name, url: target };
  try {
    return { name, command: splitCommand(target) };
  } catch (error) {
    throw new UsageError(`--compare ${name}: ${(error as Error).message}`);
  }
}

/** `3`, `[ -d 3 ]` or, with as many connections as are measured, `[ -c 10 -d 3 ]`: it is the same load that warms up. */
function warmupMs(text: string, connections: number | undefined): number {
  const inside = /^\[(.*)\]$/s.exec(text.trim())?.[1];
  const seconds = OPTION_TYPES.seconds.read(text);
  if (inside === undefined && seconds !== undefined) return seconds;
  const table = {
    duration: { type: 'seconds', short: 'd', default: 3000, description: '' },
    connections: { type: 'count', short: 'c', optional: true, description: '' },
  } as const;
  if (inside === undefined) throw new UsageError(`--warmup must be seconds, or [ -d 3 ], not ${quote(text)}`);
  const told = parseOptions(
    table,
    inside.split(' ').filter((word) => word !== ''),
  );
  if (told.connections !== undefined && told.connections !== connections)
    throw new UsageError(
      `--warmup cannot have connections of its own (${told.connections}): those that are measured warm up; leave its -c out`,
    );
  return told.duration;
}

function sourceOf(values: BenchValues): BenchOptions['source'] {
  only(values, 'size', 'file', 'template');
  const { size, file, template } = values;
  if (size !== undefined) return { kind: 'size', bytes: size };
  if (file !== undefined) return { kind: 'file', path: file };
  return template === undefined ? undefined : { kind: 'template', text: template };
}

function fileOf(values: BenchValues): string | undefined {
  only(values, 'script', 'recording');
  return values.script ?? values.recording;
}

/** Is one of these options given? Throws when more than one is. */
function only(values: BenchValues, ...names: readonly (keyof BenchValues)[]): boolean {
  const given = names.filter((name) => values[name] !== undefined && values[name] !== false);
  if (given.length > 1) throw new UsageError(`--${given[0]} and --${given[1]} exclude each other; give one of them`);
  return given.length === 1;
}

function headerOf(text: string): readonly [name: string, value: string] {
  const [, name = '', value = ''] = /^([^:=\s]+)\s*[:=]\s*(.*)$/s.exec(text) ?? [];
  if (name === '') throw new UsageError(`--header must be "NAME: VALUE", not ${quote(text)}`);
  return [name, value];
}
