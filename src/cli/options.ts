import { parseArgs } from 'node:util';
import type { OptionType, OptionValues } from './option-types.ts';
import { OPTION_TYPES } from './option-types.ts';
import { nearest, quote, UsageError } from './usage-error.ts';

interface Described {
  /** What the option does, for the help text. */
  readonly description: string;
  /** A value for the help text's examples. */
  readonly example?: string;
}

/** One option of a command: the type of its value, the value it has when it is not given, and its description. */
export type OptionSpec =
  | (Described & { readonly type: 'flag' })
  | (Described & { readonly type: 'choice'; readonly choices: readonly string[]; readonly default: string })
  | {
      [Type in keyof typeof OPTION_TYPES]: Described & { readonly type: Type; readonly default: OptionValues[Type] };
    }[keyof typeof OPTION_TYPES];

/** The options of a command by their names, which are written without the dashes. */
export type OptionTable = Readonly<Record<string, OptionSpec>>;

/** The values of a table's options. */
export type ValuesOf<Table extends OptionTable> = {
  readonly [Name in keyof Table]: Table[Name] extends { choices: readonly (infer Choice)[] }
    ? Choice
    : OptionValues[Table[Name]['type']];
};

/** What a command takes beside options. */
export interface Operands {
  /** How they are written in a help text: `<hex|file>`. */
  readonly placeholder: string;
  /** Some that can be given, for the help text's examples. */
  readonly example: string;
}

/** Is the help text asked for, be the rest as it may? */
export function asksForHelp(args: readonly string[]): boolean {
  const rest = args.indexOf('--');
  return (rest < 0 ? args : args.slice(0, rest)).some((arg) => arg === '--help' || arg === '-h');
}

/**
 * Gives the value of every option in the table: the last one on the command line, or the default.
 *
 * Throws a {@link UsageError} that names the option and says what it takes: for an option that is not in the table, a value
 * that is missing, of the wrong kind or not wanted, and for an argument that is no option, unless there is an array of
 * `operands` to add it to.
 */
export function parseOptions<const Table extends OptionTable>(
  table: Table,
  args: readonly string[],
  operands?: string[],
): ValuesOf<Table> {
  const values: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(table)) values[name] = spec.type === 'flag' ? false : spec.default;
  const { tokens } = parseArgs({ args: [...args], options: kinds(table), strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind !== 'option') {
      if (token.kind === 'option-terminator') continue;
      if (operands === undefined)
        throw new UsageError(`unexpected argument ${quote(token.value)}; only options are taken`);
      operands.push(token.value);
      continue;
    }
    const spec = Object.hasOwn(table, token.name) && token.rawName.startsWith('--') ? table[token.name] : undefined;
    if (spec === undefined) throw unknownOption(token.rawName, Object.keys(table));
    values[token.name] = readValue(token.rawName, spec, token.value, token.inlineValue === true);
  }
  return values as ValuesOf<Table>;
}

function kinds(table: OptionTable): Record<string, { type: 'boolean' | 'string' }> {
  const entries = Object.entries(table);
  return Object.fromEntries(
    entries.map(([name, { type }]) => [name, { type: type === 'flag' ? 'boolean' : 'string' }]),
  );
}

function unknownOption(rawName: string, names: readonly string[]): UsageError {
  const meant = nearest(rawName.replace(/^-+/, ''), names);
  return new UsageError(`unknown option ${quote(rawName)}${meant === undefined ? '' : `; did you mean --${meant}?`}`);
}

function readValue(option: string, spec: OptionSpec, text: string | undefined, inline: boolean): unknown {
  if (spec.type === 'flag') {
    if (text !== undefined) throw new UsageError(`${option} takes no value`);
    return true;
  }
  const { expected, read } = typeOf(spec);
  // A following option is not a value, though nothing else could tell them apart.
  if (text === undefined || (!inline && text.startsWith('--')))
    throw new UsageError(`${option} needs a value: ${expected}`);
  const value = read(text);
  if (value === undefined) throw new UsageError(`${option} must be ${expected}, not ${quote(text)}`);
  return value;
}

/** How the values of an option are written and read. */
export function typeOf(spec: Exclude<OptionSpec, { type: 'flag' }>): OptionType<unknown> {
  if (spec.type !== 'choice') return OPTION_TYPES[spec.type] as OptionType<unknown>;
  const { choices } = spec;
  return {
    placeholder: choices.join('|'),
    expected: `one of ${choices.join(', ')}`,
    read: (text) => (choices.includes(text) ? text : undefined),
    show: String,
  };
}
