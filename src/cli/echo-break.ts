import { BrokenServer, SWITCHES, type SwitchName, switchNamed, switchRows } from '../conformance/index.ts';
import type { Terminal } from './command.ts';
import { columns } from './help.ts';
import { serve, type Where } from './serve.ts';
import { nearest, quote, UsageError } from './usage-error.ts';

/** Serves echoes that break these rules, named with commas between; prints all names for `list`. Throws a `UsageError` for others. */
export async function serveBroken(names: string, where: Where, terminal: Terminal): Promise<void> {
  if (names === 'list') {
    terminal.stdout.write(`${switchLines().join('\n')}\n`);
    return;
  }
  const switches = names.split(',').map(readSwitch);
  const announce = (authority: string): string => `listening on ws://${authority}/, broken: ${switches.join(', ')}`;
  await serve(new BrokenServer(switches), where, terminal, announce);
}

function switchLines(): string[] {
  return columns(switchRows().map(([name = '', breaks = '', section = '']) => [name, `${breaks} (${section})`]));
}

function readSwitch(part: string): SwitchName {
  const name = part.trim();
  const found = switchNamed(name);
  if (found !== undefined) return found;
  const known = SWITCHES.map((one) => one.name);
  const meant = nearest(name, known);
  throw new UsageError(
    `--break knows no ${quote(name)}; ${meant === undefined ? 'see ws101 echo --break list' : `did you mean ${meant}?`}`,
  );
}
