import * as redis from 'redis';
import { createChatServer, RedisBroker } from '../../src/chat/index.ts';
import { cuttableWay } from '../support/cuttable.ts';
import type { ChaosNode } from './nodes.ts';

/**
 * Starts a server in this process. Killing it takes its way to Redis and every connection from it at once, so that it can say nothing
 * more to anybody.
 */
export async function localNode(name: string, redisPort: number): Promise<ChaosNode> {
  let running: { url: string; cut(): void; kill(): Promise<void>; stop(): Promise<void> } | undefined;
  const leftovers: (() => Promise<void>)[] = [];
  const start = async (): Promise<void> => {
    const way = await cuttableWay(redisPort);
    const server = createChatServer({
      exemptAddresses: ['127.0.0.1'],
      chat: { broker: (events) => new RedisBroker(redis, { url: `redis://127.0.0.1:${way.port}` }, events) },
    });
    const { port } = (await server.listen({ host: '127.0.0.1', port: 0 })) as { readonly port: number };
    const clients = await cuttableWay(port);
    const stop = (): Promise<void> => server.shutdown({ deadlineMs: 500 });
    running = {
      url: `ws://127.0.0.1:${clients.port}/chat`,
      cut: () => way.cut(),
      async kill() {
        await Promise.all([way.close(), clients.close()]);
        leftovers.push(stop);
      },
      async stop() {
        await stop();
        await Promise.all([way.close(), clients.close()]);
      },
    };
  };
  await start();
  return {
    name,
    get url() {
      return running?.url;
    },
    ended: undefined,
    cut: () => running?.cut(),
    async kill() {
      const killed = running;
      running = undefined;
      await killed?.kill();
    },
    restart: start,
    async stop() {
      await running?.stop();
      for (const end of leftovers) await end();
    },
  };
}
