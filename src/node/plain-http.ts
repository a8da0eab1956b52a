import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** The listener of plain requests. Its rejection, like an error it throws, ends its own request. */
export type Fallback = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/**
 * Answers plain requests through Node's own HTTP server, which gets the socket and the bytes already read from it.
 *
 * One request a socket: an upgrade pipelined behind a slow request would overtake its response otherwise.
 */
export class PlainHttp {
  readonly #server: Server;

  /** @param report learns what `answer` throws */
  constructor(answer: Fallback, report: (error: unknown) => void) {
    this.#server = createServer(async (request, response) => {
      // The limit on requests alone would say "close" and keep the socket for its keep-alive time.
      response.shouldKeepAlive = false;
      this.#limitTime(request, response);
      try {
        await answer(request, response);
      } catch (error) {
        fail(response, 500);
        report(error);
      }
    });
    this.#server.maxRequestsPerSocket = 1;
  }

  /** Hands the socket over. Nobody else may listen to it from here on. */
  take(socket: Duplex, received: Uint8Array): void {
    socket.unshift(received);
    this.#server.emit('connection', socket);
    socket.resume();
  }

  /** Bounds the time for the body as a server of Node's does by itself when it listens, which this one does not. */
  #limitTime(request: IncomingMessage, response: ServerResponse): void {
    const timer = setTimeout(() => {
      if (!request.complete) fail(response, 408);
    }, this.#server.requestTimeout).unref();
    response.once('close', () => clearTimeout(timer));
  }
}

function fail(response: ServerResponse, status: number): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(status, { 'Content-Length': 0 }).end();
}
