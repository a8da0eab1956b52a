import cluster from 'node:cluster';
import { createChatServer } from '../chat/index.ts';
import { chatConnect } from './chat-connect.ts';
import { CHAT_CONNECT_NOTES, CHAT_CONNECT_OPTIONS, checkSides } from './chat-connect-options.ts';
import { CHAT_OPTIONS, chatOptions } from './chat-options.ts';
import { ROOM_OPTIONS, roomsOf } from './chat-rooms.ts';
import { runWorkers, serveAsWorker } from './chat-workers.ts';
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
    'max-message': {
      ...SERVER_OPTIONS['max-message'],
      description: 'the longest message at /ws; at /chat if below 16KiB',
    },
    'connections-per-address': { ...SERVER_OPTIONS['connections-per-address'], default: 100, example: '1000' },
    'handshakes-per-address': { ...SERVER_OPTIONS['handshakes-per-address'], default: 20 },
    origin: {
      type: 'origin',
      default: 'same',
      description: 'which pages may use /chat: those of the same host, any, these',
      example: 'https://example.com',
    },
    ...CHAT_OPTIONS,
    ...ROOM_OPTIONS,
    ...CHAT_CONNECT_OPTIONS,
  },
  notes: CHAT_CONNECT_NOTES,
  async run(values, terminal, _operands, _command, args) {
    checkSides(args, values.connect !== undefined);
    if (values.connect !== undefined) return chatConnect(values.connect, values, terminal);
    const announce = (authority: string): string => `listening on http://${authority} (chat at /chat, echo at /ws)`;
    const options = await chatOptions(values, terminal);
    const place = await roomsOf(values, options.log, terminal);
    const own = { rooms: values.redis === undefined };
    if (values.workers > 1 && cluster.isPrimary) return runWorkers(values.workers, own, values, terminal, announce);
    const chatOf = { ...options, ...(place && { broker: place.broker }) };
    const server = createChatServer({ ...serverOptions(values), chat: chatOf });
    await place?.ready;
    if (cluster.isWorker) await serveAsWorker(server, values);
    else await serve(server, values, terminal, announce);
    return 0;
  },
});
