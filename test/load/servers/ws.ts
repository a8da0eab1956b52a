import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { Closes, COSTLY_MS, type LoadServer, type ServerSettings, spin } from './report.ts';

/** `ws`, as its documentation sets it up. */
export function createServer({ deflate = false }: ServerSettings): LoadServer {
  const closes = new Closes();
  const http = createHttpServer();
  const server = new WebSocketServer({ server: http, perMessageDeflate: deflate });
  const members = new Set<WebSocket>();
  server.on('connection', (socket, request) => {
    const openedAt = performance.now();
    let failed: number | undefined;
    socket.on('error', (error: Error & { code?: string }) => {
      failed = error.code === undefined ? undefined : CLOSE_CODES[error.code];
    });
    socket.on('close', (code) => {
      members.delete(socket);
      closes.note(failed ?? code, openedAt);
    });
    if (request.url === '/room') members.add(socket);
    else if (request.url === '/costly') socket.on('message', () => spin(COSTLY_MS));
    else socket.on('message', (data, binary) => socket.send(data, { binary }));
  });
  return {
    async listen() {
      http.listen({ port: 0, host: '127.0.0.1', backlog: 4096 });
      await once(http, 'listening');
      return (http.address() as AddressInfo).port;
    },
    publish(message) {
      for (const member of members) if (member.readyState === WebSocket.OPEN) member.send(message);
    },
    report() {
      let bufferedBytes = 0;
      for (const socket of server.clients) bufferedBytes += socket.bufferedAmount;
      return {
        connections: server.clients.size,
        closes: closes.counts,
        lastedMs: closes.lastedMs,
        bufferedBytes,
        policyFired: 0,
        deadlines: 0,
      };
    },
  };
}

const CLOSE_CODES: Readonly<Record<string, number>> = {
  WS_ERR_TOO_MANY_BUFFERED_PARTS: 1008,
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 1009,
};
