import { BrokenServer, SWITCHES, type SwitchName, switchNamed, switchRows } from '../conformance/index.ts';
import { WebSocketServer } from '../node/index.ts';
import type { Command } from './command.ts';
import { defineCommand } from './command.ts';
import { columns } from './help.ts';
import { serve } from './serve.ts';
import { SERVER_OPTIONS, serverOptions } from './server-options.ts';
import { nearest, quote, UsageError } from './usage-error.ts';

/** `ws101 echo`: a server for trying out clients, at every path. */
export const echo: Command = defineCommand({
  name: 'echo',
  summary: 'every message comes back as it was, at every path',
  options: {
    ...SERVER_OPTIONS,
    origin: {
      type: 'origin',
      default: 'any',
      description: 'which pages may connect: those of the same host, any, or these',
      example: 'same',
    },
    deflate: { type: 'flag', description: 'compress messages for clients that offer permessage-deflate' },
    break: {
      type: 'text',
      optional: true,
      placeholder: 'NAME',
      description: 'break this rule of the protocol, or these; "list" prints them',
      example: 'masks-unchecked,twice',
    },
  },
  notes: [
    'With --break a small server of its own answers, for trying out tools that test servers. Of the other options',
    `it takes --host and --port alone. ws101 echo --break list prints the ${SWITCHES.length} rules that it can break.`,
  ],
  async run(values, terminal) {
    if (values.break === 'list') {
      terminal.stdout.write(`${switchLines().join('\n')}\n`);
      return 0;
    }
    const switches = readSwitches(values.break);
    if (switches !== undefined) {
      const announce = (authority: string): string => `listening on ws://${authority}/, broken: ${switches.join(', ')}`;
      await serve(new BrokenServer(switches), values, terminal, announce);
      return 0;
    }
    const server = new WebSocketServer({ ...serverOptions(values), deflate: values.deflate });
    server.route(() => true, {
      // The next message is read when this one is on its way, so a peer that does not read is not read either.
      message: (connection, data) => (connection.send(data) === 'pressured' ? connection.drained() : undefined),
    });
    await serve(server, values, terminal, (authority) => `listening on ws://${authority}/`);
    return 0;
  },
});

function switchLines(): string[] {
  return columns(switchRows().map(([name = '', breaks = '', section = '']) => [name, `${breaks} (${section})`]));
}

function readSwitches(text: string | undefined): readonly SwitchName[] | undefined {
  return text?.split(',').map((part) => {
    const name = part.trim();
    const found = switchNamed(name);
    if (found !== undefined) return found;
    const meant = nearest(
      name,
      SWITCHES.map((one) => one.name),
    );
    throw new UsageError(
      `--break knows no ${quote(name)}; ${meant === undefined ? 'see ws101 echo --break list' : `did you mean ${meant}?`}`,
    );
  });
}
