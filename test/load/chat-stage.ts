import { Child } from './child.ts';
import type { ChatWeight } from './servers/chat.ts';

/** A chat server and its clients, each in a process of its own. */
export interface ChatStage {
  readonly port: number;
  readonly clients: Child;
  /** Collects the garbage of the server and says what it holds. */
  weigh(): Promise<ChatWeight>;
}

/** Starts a chat server and clients that may open so many connections, lets `use` load it, and leaves no process behind. */
export async function onChatStage<Result>(
  connections: number,
  use: (stage: ChatStage) => Promise<Result>,
): Promise<Result> {
  const server = await Child.start('servers/chat.ts');
  try {
    const clients = await Child.start('clients/chatters.ts');
    try {
      await Promise.all([server, clients].map((child) => child.ask('need', connections)));
      const port = await server.ask<number>('port');
      return await use({ port, clients, weigh: () => server.ask<ChatWeight>('weigh') });
    } finally {
      await clients.stop();
    }
  } finally {
    await server.stop();
  }
}
