import { WebSocketServer } from '../node/index.ts';
import type { Command } from './command.ts';
import { defineCommand } from './command.ts';
import { serve } from './serve.ts';
import { SERVER_OPTIONS, serverOptions } from './server-options.ts';

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
    'it takes --host and --port alone. ws101 echo --break list prints the rules that it can break.',
  ],
  async run(values, terminal) {
    if (values.break !== undefined) {
      // The suite and its broken server take twice as long to load as all the rest.
      const { serveBroken } = await import('./echo-break.ts');
      await serveBroken(values.break, values, terminal);
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
