/** A chat server under load, as it is installed. It answers to `port`, `need` and `weigh`. */
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { answer } from '../answers.ts';
import { collect } from '../collect.ts';
import { needDescriptors } from '../descriptors.ts';

/** What a chat server holds once its garbage is collected, in bytes. */
export interface ChatWeight {
  readonly heapBytes: number;
  /** Beside the heap: buffers, and what Node itself holds for sockets. */
  readonly externalBytes: number;
  readonly residentBytes: number;
  readonly connections: number;
  readonly rooms: number;
}

// Not from its source: a loader that compiles it gives every closure its name as a property of its own, some 256 bytes each.
const built = new URL('../../../dist/chat/index.js', import.meta.url);
if (!existsSync(built)) throw new Error('dist/ is missing: npm run build makes it');
const { createChatServer } = (await import(built.href)) as typeof import('../../../src/chat/index.ts');
const server = createChatServer({
  maxConnections: Infinity,
  // Rooms are made and left faster than a client may ask for.
  chat: { rateLimit: { capacity: Infinity }, rooms: { rooms: Infinity } },
});
const { port } = (await server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 })) as AddressInfo;

async function weigh(): Promise<ChatWeight> {
  await collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  return {
    heapBytes: heapUsed,
    externalBytes: external,
    residentBytes: rss,
    connections: server.connections.size,
    rooms: server.chat.rooms.length,
  };
}

answer({ port: () => port, need: needDescriptors, weigh });
