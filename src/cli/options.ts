import { parseArgs } from 'node:util';
import type { OptionType, OptionValues } from './option-types.ts';
import { OPTION_TYPES } from './option-types.ts';
import { nearest, quote, UsageError } from './usage-error.ts';

interface Described {
  /** What the option does, for the help text. */
  readonly description: string;
  /** A value for the help text's examples. */
  readonly example?: string;
  /** A letter that stands for it: `c` for `-c`. */
  readonly short?: string;
  /** The letter takes no value and stands for this one: `-j` for `--json -`. */
  readonly shortFor?: string;
  /** The word for its value in the help text, where that of its type says too little. */
  readonly placeholder?: string;
}

/** One option of a command: the type of its value, the value it has when it is not given, and its description. */
export type OptionSpec =
  | (Described & { readonly type: 'flag' })
  | (Described & { readonly type: 'choice'; readonly choices: readonly string[] } & (
        | { readonly default: string }
        | { readonly optional: true; readonly default?: undefined }
      ))
  | {
      [Type in keyof typeof OPTION_TYPES]:
        | (Described & { readonly type: Type; readonly default: OptionValues[Type] })
        /** Has no value when it is not given. */
        | (Described & { readonly type: Type; readonly optional: true; readonly default?: undefined })
        /** Can be given more than once; its value is the list of all. */
        | (Described & { readonly type: Type; readonly default: readonly OptionValues[Type][]; readonly many: true });
    }[keyof typeof OPTION_TYPES];

/** The kinds of options, for the types of tables. */
export type FlagOption = Extract<OptionSpec, { type: 'flag' }>;
/** Has a value only when it is given. */
export type OptionalOption<Type extends keyof typeof OPTION_TYPES> = Extract<
  OptionSpec,
  { type: Type; optional: true }
>;
export type DefaultOption<Type extends keyof typeof OPTION_TYPES> = Extract<
  OptionSpec,
  { type: Type; default: OptionValues[Type] }
>;
export type ManyOption<Type extends keyof typeof OPTION_TYPES = 'text'> = Extract<
  OptionSpec,
  { type: Type; many: true }
>;
export type ChoiceOption<Name extends string = string> = OptionSpec & {
  readonly type: 'choice';
  readonly choices: readonly Name[];
  readonly optional: true;
};

/** The options of a command by their names, which are written without the dashes. */
export type OptionTable = Readonly<Record<string, OptionSpec>>;

/** The values of a table's options. */
export type ValuesOf<Table extends OptionTable> = {
  readonly [Name in keyof Table]: Table[Name] extends { choices: readonly (infer Choice)[] }
    ? Table[Name] extends { optional: true }
      ? Choice | undefined
      : Choice
    : Table[Name] extends { many: true }
      ? readonly OptionValues[Table[Name]['type']][]
      : Table[Name] extends { optional: true }
        ? OptionValues[Table[Name]['type']] | undefined
        : OptionValues[Table[Name]['type']];
};

/** What a command takes beside options. */
export interface Operands {
  /** How they are written in a help text: `<hex|file>`. */
  readonly placeholder: string;
  /** Some that can be given, for the help text's examples. */
  readonly example: string;
  /** What stands behind `--` is a command of its own, and no operand. */
  readonly command?: true;
}

/** What of a command line is no option. */
export interface Rest {
  /** Filled with what stands beside the options; without it nothing may. */
  readonly operands?: string[] | undefined;
  /** Filled with what stands behind `--`; without it that counts as operands. */
  readonly command?: string[] | undefined;
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
 * that is missing, of the wrong kind or not wanted, and for an argument that is no option, unless there is an array to add it to.
 */
export function parseOptions<const Table extends OptionTable>(
  table: Table,
  args: readonly string[],
  { operands, command }: Rest = {},
): ValuesOf<Table> {
  const values: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(table)) values[name] = spec.type === 'flag' ? false : spec.default;
  const given = new Map<string, unknown[]>();
  const { tokens } = parseArgs({ args: joinBrackets(args), options: kinds(table), strict: false, tokens: true });
  let isBehind = false;
  for (const token of tokens) {
    if (token.kind === 'option-terminator') isBehind = true;
    else if (token.kind === 'positional') {
      const target = isBehind && command !== undefined ? command : operands;
      if (target === undefined)
        throw new UsageError(`unexpected argument ${quote(token.value)}; only options are taken`);
      target.push(token.value);
    } else {
      const [name, text] = meaningOf(token, table);
      const spec = table[name];
      if (spec === undefined) throw unknownOption(token.rawName, Object.keys(table));
      const value = readValue(token.rawName, spec, text, token.inlineValue === true || text !== token.value);
      given.set(name, [...(given.get(name) ?? []), value]);
      values[name] = 'many' in spec ? given.get(name) : value;
    }
  }
  return values as ValuesOf<Table>;
}

/** The option that a token names, and its text; an empty name for none. */
function meaningOf(
  { name, rawName, value }: { readonly name: string; readonly rawName: string; readonly value: string | undefined },
  table: OptionTable,
): [name: string, text: string | undefined] {
  const isShort = !rawName.startsWith('--');
  if (isShort && name.startsWith(SHORT_FOR)) {
    const meant = name.slice(SHORT_FOR.length);
    return [meant, table[meant]?.shortFor];
  }
  const isKnown = Object.hasOwn(table, name) && (!isShort || table[name]?.short === rawName.slice(1));
  return [isKnown ? name : '', value];
}

/** What is written like `-W [ -c 1 -d 3 ]` as one value. */
function joinBrackets(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    if (arg === '--') return [...joined, ...args.slice(at)];
    const end = arg === '[' && args[at - 1]?.startsWith('-') ? args.indexOf(']', at) : -1;
    const inside = args.slice(at, end + 1);
    if (end < 0 || inside.includes('--')) joined.push(arg);
    else {
      joined.push(inside.join(' '));
      at = end;
    }
  }
  return joined;
}

// No option has a name with a blank.
const SHORT_FOR = 'short for ';

type Kind = { type: 'boolean' | 'string'; short?: string };

function kinds(table: OptionTable): Record<string, Kind> {
  const all: Record<string, Kind> = {};
  for (const [name, { type, short, shortFor }] of Object.entries(table)) {
    const isFlag = type === 'flag';
    all[name] = {
      type: isFlag ? 'boolean' : 'string',
      ...(short === undefined || shortFor !== undefined ? {} : { short }),
    };
    if (short !== undefined && shortFor !== undefined) all[SHORT_FOR + name] = { type: 'boolean', short };
  }
  return all;
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
