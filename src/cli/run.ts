import { readFileSync } from 'node:fs';
import { bench } from './bench.ts';
import { chat } from './chat.ts';
import type { Command, Terminal } from './command.ts';
import { conform } from './conform.ts';
import { connect } from './connect.ts';
import { echo } from './echo.ts';
import { columns } from './help.ts';
import { inspect } from './inspect.ts';
import { listen } from './listen.ts';
import { nearest, quote, UsageError } from './usage-error.ts';

/** Every command, in the order in which the help text lists them. */
export const COMMANDS: readonly Command[] = [chat, echo, connect, listen, bench, conform, inspect];

/**
 * Runs what follows `ws101` on a command line and resolves with the exit code: 0 when it was done, 2 when it could not be
 * followed, after one line on standard error that says why and what to do.
 */
export async function run(args: readonly string[], terminal: Terminal = process): Promise<number> {
  const [first, ...rest] = args;
  const command = COMMANDS.find(({ name }) => name === first);
  try {
    if (command !== undefined) return await command.run(rest, terminal);
    terminal.stdout.write(`${withoutCommand(first)}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const name = command === undefined ? 'ws101' : `ws101 ${command.name}`;
    terminal.stderr.write(`${name}: ${error.message} (see ${name} --help)\n`);
    return 2;
  }
}

function withoutCommand(first: string | undefined): string {
  if (first === '--version') return packageVersion();
  if (first === undefined || first === '--help' || first === '-h') return overview();
  const names = COMMANDS.map(({ name }) => name);
  if (first.startsWith('-'))
    throw new UsageError(`unknown option ${quote(first)}; a command comes first: ${names.join(', ')}`);
  const meant = nearest(first, names);
  throw new UsageError(
    `unknown command ${quote(first)}; ${meant === undefined ? `there are ${names.join(', ')}` : `did you mean ${meant}?`}`,
  );
}

function overview(): string {
  return [
    `ws101 ${packageVersion()}: the WebSocket protocol, written by hand from raw TCP up`,
    '',
    'Usage: ws101 <command> [options]',
    '',
    'Commands:',
    ...columns(COMMANDS.map(({ name, summary }) => [name, summary])),
    '',
    'Options:',
    ...columns([
      ['-h, --help', 'print this text, or after a command what it takes'],
      ['--version', 'print the version'],
    ]),
  ].join('\n');
}

function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return (manifest as { version: string }).version;
}
