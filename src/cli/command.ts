import { helpText } from './help.ts';
import type { Operands, OptionTable, ValuesOf } from './options.ts';
import { asksForHelp, parseOptions } from './options.ts';

/** Where a command writes: results on `stdout`, what went wrong on `stderr`. `process` is one. */
export interface Terminal {
  /** A screen tells that it is one, and how wide it is in characters; a pipe, that its reader has gone. */
  readonly stdout: {
    write(text: string): unknown;
    readonly isTTY?: boolean;
    readonly columns?: number;
    once?(event: 'error', listener: () => void): unknown;
  };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };
}

/** A command of `ws101`. */
export interface Command {
  readonly name: string;
  /** What it does, in one line. */
  readonly summary: string;
  readonly options: OptionTable;
  /** What it takes beside options; nothing when absent. */
  readonly operands?: Operands;
  /**
   * Does what the arguments ask for and resolves with the exit code.
   *
   * Rejects with a `UsageError` when they cannot be followed.
   */
  run(args: readonly string[], terminal: Terminal): Promise<number>;
}

/** Makes a command of its description and of what it does with the values of its options; `--help` it does by itself. */
export function defineCommand<const Table extends OptionTable>(description: {
  readonly name: string;
  readonly summary: string;
  readonly options: Table;
  readonly operands?: Operands;
  /** What the help text says besides, before its examples. */
  readonly notes?: readonly string[];
  /** Behind the values of the options: what stands beside them, for commands that take one the command behind `--`, and all. */
  run(
    values: ValuesOf<Table>,
    terminal: Terminal,
    operands: readonly string[],
    command: readonly string[],
    args: readonly string[],
  ): Promise<number>;
}): Command {
  const { run, ...described } = description;
  return {
    ...described,
    async run(args, terminal) {
      if (!asksForHelp(args)) {
        const operands: string[] = [];
        const command: string[] = [];
        const values = parseOptions(description.options, args, {
          operands: description.operands && operands,
          command: description.operands?.command && command,
        });
        return run(values, terminal, operands, command, args);
      }
      terminal.stdout.write(helpText(description));
      return 0;
    },
  };
}
