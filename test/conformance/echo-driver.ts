import { WebSocket as WsClient } from 'ws';
import { connect } from '../../src/node/index.ts';

/** Tests a client as the drivers of the known suite do: asks for the count, then for each case, then for the reports. */
export type EchoClient = (url: string) => Promise<string[]>;

/** Our own client, which sends back all that comes, and gives it when the connection has ended. */
export const ownClient: EchoClient = async (url) => {
  const got: string[] = [];
  try {
    const connection = await connect(
      url,
      { deflate: { threshold: 0 }, keepalive: false },
      {
        message(one, message) {
          got.push(String(message));
          return one.send(message) === 'pressured' ? one.drained() : undefined;
        },
      },
    );
    await connection.closed;
  } catch {
    // Refused by one of both, as a case may want.
  }
  return got;
};

/** The client of `ws`, the same way. */
export const wsClient: EchoClient = (url) =>
  new Promise((resolve) => {
    const got: string[] = [];
    const socket = new WsClient(url, { perMessageDeflate: { threshold: 0 } });
    socket.on('message', (data, isBinary) => {
      got.push(String(data));
      socket.send(data as Buffer, { binary: isBinary });
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(got));
  });

/** Runs all cases that a server offers, so many at a time. */
export async function drive(client: EchoClient, origin: string, agent: string, parallel = 8): Promise<void> {
  const [count = '0'] = await client(`${origin}/getCaseCount`);
  let next = 1;
  const work = async (): Promise<void> => {
    while (next <= Number(count)) await client(`${origin}/runCase?case=${next++}&agent=${agent}`);
  };
  await Promise.all(Array.from({ length: parallel }, work));
  await client(`${origin}/updateReports?agent=${agent}`);
}
