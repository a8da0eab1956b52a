import type { Operands, OptionSpec, OptionTable } from './options.ts';
import { typeOf } from './options.ts';

/** What a help text is made of. */
export interface Described {
  readonly name: string;
  /** What the command does, in one line. */
  readonly summary: string;
  readonly options: OptionTable;
  /** What it takes beside options. */
  readonly operands?: Operands;
  /** Lines before the examples. */
  readonly notes?: readonly string[];
}

/** The help text of a command: what it does, its options with their defaults, and an example for each that has one. */
export function helpText({ name, summary, options, operands, notes }: Described): string {
  const rows = Object.entries(options).map(([option, spec]): [string, string] => [
    usageOf(option, spec),
    describe(spec),
  ]);
  const examples = exampleLines(name, options, operands);
  return [
    `ws101 ${name}: ${summary}`,
    '',
    `Usage: ws101 ${name} [options]${operands === undefined ? '' : ` ${operands.placeholder}`}`,
    '',
    'Options:',
    ...columns([...rows, ['-h, --help', 'print this text']]),
    '',
    ...(notes === undefined ? [] : [...notes, '']),
    'Examples:',
    ...examples.map((line) => `  ${line}`),
    '',
  ].join('\n');
}

/** The command lines that the help text shows: the bare command, then one for each option that has an example. */
export function exampleLines(name: string, options: OptionTable, operands?: Operands): string[] {
  const end = operands === undefined ? '' : ` ${operands.example}`;
  const withOption = Object.entries(options).flatMap(([option, { example }]) =>
    example === undefined ? [] : [`ws101 ${name} --${option} ${example}${end}`],
  );
  return [`ws101 ${name}${end}`, ...withOption];
}

/** Rows of two columns, the second one aligned. */
export function columns(rows: readonly (readonly [left: string, right: string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

function usageOf(option: string, spec: OptionSpec): string {
  const letter = spec.short === undefined ? '' : `-${spec.short}, `;
  return (
    letter + (spec.type === 'flag' ? `--${option}` : `--${option} ${spec.placeholder ?? typeOf(spec).placeholder}`)
  );
}

function describe(spec: OptionSpec): string {
  if (spec.type === 'flag') return spec.description;
  if ('many' in spec) return `${spec.description} (can be repeated)`;
  return spec.default === undefined
    ? spec.description
    : `${spec.description} (default: ${typeOf(spec).show(spec.default)})`;
}
