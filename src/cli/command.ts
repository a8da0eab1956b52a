import { helpText } from './help.ts';
import type { OptionTable, ValuesOf } from './options.ts';
import { asksForHelp, parseOptions } from './options.ts';

/** Where a command writes: results on `stdout`, what went wrong on `stderr`. `process` is one. */
export interface Terminal {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/** A command of `ws101`. */
export interface Command {
  readonly name: string;
  /** What it does, in one line. */
  readonly summary: string;
  readonly options: OptionTable;
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
  run(values: ValuesOf<Table>, terminal: Terminal): Promise<number>;
}): Command {
  const { name, summary, options, run } = description;
  return {
    name,
    summary,
    options,
    async run(args, terminal) {
      if (!asksForHelp(args)) return run(parseOptions(options, args), terminal);
      terminal.stdout.write(helpText(description));
      return 0;
    },
  };
}
