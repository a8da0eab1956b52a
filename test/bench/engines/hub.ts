import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { atEnd, Count } from './stage.ts';

/** What a hub sends to one member for one publication: what it got, unless it misbehaves. */
export type Misbehaviour = (delivery: {
  /** The number of the member, in the order of joining. */
  readonly member: number;
  /** The number of the publication among all, from 0. */
  readonly publication: number;
  readonly data: Buffer;
  readonly socket: WebSocket;
}) => readonly Buffer[];

/** A server on which every message goes to everybody, or as its misbehaviour says. */
export interface Hub {
  readonly url: string;
  /** Publications that came. */
  readonly publications: Count;
}

export async function startHub(misbehave: Misbehaviour = ({ data }) => [data]): Promise<Hub> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const publications = new Count();
  const members: WebSocket[] = [];
  server.on('connection', (joined) => {
    members.push(joined);
    joined.on('error', () => {});
    joined.on('message', (data: Buffer) => {
      const publication = publications.value;
      for (const [member, socket] of members.entries()) {
        if (socket.readyState !== socket.OPEN) continue;
        const all = misbehave({ member, publication, data: Buffer.from(data), socket });
        for (const message of all) socket.send(message, { binary: false });
      }
      publications.add();
    });
  });
  atEnd(async () => {
    for (const socket of server.clients) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, publications };
}
