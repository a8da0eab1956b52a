import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * Answers plain requests through Node's own HTTP server, which gets the socket and the bytes already read from it.
 *
 * One request a socket: an upgrade pipelined behind a slow request would overtake its response otherwise.
 */
export class PlainHttp {
  readonly #server: Server;

  constructor(answer: (request: IncomingMessage, response: ServerResponse) => void) {
    this.#server = createServer(answer);
    this.#server.maxRequestsPerSocket = 1;
  }

  /** Hands the socket over. Nobody else may listen to it from here on. */
  take(socket: Duplex, received: Uint8Array): void {
    socket.unshift(received);
    this.#server.emit('connection', socket);
    socket.resume();
  }
}
