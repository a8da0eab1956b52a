import { readFileSync } from 'node:fs';
import type { Command, Terminal } from './command.ts';
import { columns } from './help.ts';
import { nearest, quote, UsageError } from './usage-error.ts';

/** Every command, in the order in which the help text lists them. Each is loaded when it is asked for: all take half a second. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  chat: async () => (await import('./chat.ts')).chat,
  echo: async () => (await import('./echo.ts')).echo,
  connect: async () => (await import('./connect.ts')).connect,
  listen: async () => (await import('./listen.ts')).listen,
  bench: async () => (await import('./bench.ts')).bench,
  conform: async () => (await import('./conform.ts')).conform,
  inspect: async () => (await import('./inspect.ts')).inspect,
};

/** Every command, loaded. */
export function loadCommands(): Promise<readonly Command[]> {
  return Promise.all(Object.values(COMMANDS).map((load) => load()));
}

/**
 * Runs what follows `ws101` on a command line and resolves with the exit code: 0 when it was done, 2 when it could not be
 * followed, after one line on standard error that says why and what to do.
 */
export async function run(args: readonly string[], terminal: Terminal = process): Promise<number> {
  const [first, ...rest] = args;
  const load = first !== undefined && Object.hasOwn(COMMANDS, first) ? COMMANDS[first] : undefined;
  try {
    if (load !== undefined) return await (await load()).run(rest, terminal);
    terminal.stdout.write(`${await withoutCommand(first)}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const name = load === undefined ? 'ws101' : `ws101 ${first}`;
    terminal.stderr.write(`${name}: ${error.message} (see ${name} --help)\n`);
    return 2;
  }
}

async function withoutCommand(first: string | undefined): Promise<string> {
  if (first === '--version') return packageVersion();
  if (first === undefined || first === '--help' || first === '-h') return overview();
  const names = Object.keys(COMMANDS);
  if (first.startsWith('-'))
    throw new UsageError(`unknown option ${quote(first)}; a command comes first: ${names.join(', ')}`);
  const meant = nearest(first, names);
  throw new UsageError(
    `unknown command ${quote(first)}; ${meant === undefined ? `there are ${names.join(', ')}` : `did you mean ${meant}?`}`,
  );
}

async function overview(): Promise<string> {
  const commands = await loadCommands();
  return [
    `ws101 ${packageVersion()}: the WebSocket protocol, written by hand from raw TCP up`,
    '',
    'Usage: ws101 <command> [options]',
    '',
    'Commands:',
    ...columns(commands.map(({ name, summary }) => [name, summary])),
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
