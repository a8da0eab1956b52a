import { createChatServer } from '../chat/index.ts';
import type { Command } from './command.ts';
import { defineCommand } from './command.ts';
import { serve } from './serve.ts';
import { SERVER_OPTIONS, serverOptions } from './server-options.ts';

/** `ws101 chat`: the chat with its page. */
export const chat: Command = defineCommand({
  name: 'chat',
  summary: 'chat rooms: the page at /, the chat at /chat, an echo at /ws',
  options: {
    ...SERVER_OPTIONS,
    origin: {
      type: 'origin',
      default: 'same',
      description: 'the pages that may connect',
      example: 'https://example.com',
    },
  },
  async run(values, terminal) {
    const server = createChatServer(serverOptions(values));
    await serve(
      server,
      values,
      terminal,
      (authority) => `listening on http://${authority} (chat at /chat, echo at /ws)`,
    );
    return 0;
  },
});
