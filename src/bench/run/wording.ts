import type { LoadConfig } from '../config.ts';
import type { ScenarioName } from '../model.ts';
import type { BenchOptions, VariantOptions } from '../options.ts';
import type { Plan } from './plan.ts';

/** What a bench does, in one line: the load, how it is measured, and how often. */
export function describePlan({ config, timing, phases, runs, variants }: Plan): string {
  const sizes = [...new Set(phases.map(({ connections }) => connections))].filter((size) => size > 0);
  const load = sizes.length === 1 ? count(sizes[0] ?? 0, 'connection') : `${sizes.join(', ')} connections`;
  const parts = [
    WITHOUT_MESSAGES.has(config.scenario) ? load : `${load}, ${messagesOf(config)}`,
    `${phases.length > 1 ? `${phases.length} phases of ` : ''}${timing.durationMs / 1000} s after ${timing.warmupMs / 1000} s of warm-up`,
    count(config.workers, 'worker'),
    `${count(runs, 'run')}${variants.length > 1 ? ` of each of ${variants.length} servers, by turns` : ''}`,
  ];
  return parts.join(' · ');
}

/** Scenarios that send nothing, or what a file says. */
const WITHOUT_MESSAGES: ReadonlySet<ScenarioName> = new Set(['idle', 'replay', 'script']);
/** Scenarios in which each connection has one message at a time. */
const ONE_BY_ONE: ReadonlySet<ScenarioName> = new Set(['storm', 'churn']);

function messagesOf({ scenario, depth, rate, source, deflate }: LoadConfig): string {
  const size = source.kind === 'size' ? `messages of ${count(source.bytes, 'byte')}` : `messages of a ${source.kind}`;
  const pace = rate > 0 ? `, ${rate} a second` : ONE_BY_ONE.has(scenario) ? '' : `, ${depth} in flight on each`;
  return `${size}${pace}${deflate ? ', compressed' : ''}`;
}

/** A command line that asks for the same; what only a program can give (a signal) is left out. */
export function repeatCommand(options: BenchOptions): string {
  const { url, command, variants = [], headers = [], protocols = [], steps = [], source } = options;
  const words: string[] = ['ws101', 'bench'];
  const add = (name: string, value: unknown): void => {
    if (value !== undefined && value !== false)
      words.push(`--${name}`, ...(value === true ? [] : [quoteWord(String(value))]));
  };
  const seconds = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : ms / 1000);
  add('scenario', options.scenario);
  add('connections', options.connections);
  add('pipelining', options.depth);
  add('rate', options.rate);
  if (options.pacing === 'poisson') add('poisson', true);
  add('duration', seconds(options.durationMs));
  add('warmup', seconds(options.warmupMs));
  add('timeout', seconds(options.timeoutMs));
  add('workers', options.workers);
  add('runs', options.runs);
  if (source?.kind === 'size') add('size', source.bytes);
  if (source?.kind === 'file') add('file', source.path);
  if (source?.kind === 'template') add('template', source.text);
  if (options.binary === false) add('text', true);
  add('deflate', options.deflate);
  for (const [name, value] of headers) add('header', `${name}: ${value}`);
  for (const protocol of protocols) add('protocol', protocol);
  add('adapter', options.adapter);
  if (options.file !== undefined) add(options.scenario === 'replay' ? 'recording' : 'script', options.file);
  add('share', options.share);
  add('attack', options.attack);
  if (steps.length > 0) add('steps', steps.join(','));
  add('slo', options.objective);
  add('server-pid', options.serverPid);
  add('baseline', options.baseline);
  add('fail-on', options.failOn);
  if (options.calibrate === false) add('no-calibrate', true);
  add('insecure', options.insecure);
  add('seed', options.seed);
  for (const variant of variants) add('compare', `${variant.name}=${targetOf(variant)}`);
  words.push(quoteWord(url), ...(command === undefined ? [] : ['--', ...command.map(quoteWord)]));
  return words.join(' ');
}

function targetOf({ command, url }: VariantOptions): string {
  return command === undefined ? (url ?? '') : command.map(quoteWord).join(' ');
}

/** A word as a shell reads it back. */
export function quoteWord(word: string): string {
  return /^[\w@%+=:,./{}-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
