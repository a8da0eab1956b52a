import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';
import { EchoSession } from './session.ts';
import type { SwitchName } from './switches.ts';

/**
 * A server that sends back every message, with or without permessage-deflate, and breaks the rules that it is told to. It shares
 * no code with the servers of this package, and is for trying out tools that test servers, on this machine.
 */
export class BrokenServer {
  readonly #sockets = new Set<Socket>();
  readonly #server;

  /** @param broken the rules that it breaks; none for a server that keeps to all */
  constructor(broken: Iterable<SwitchName> = []) {
    const switches = new Set(broken);
    this.#server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      new EchoSession(socket, switches);
    });
  }

  /** Resolves with the address, once it takes connections there; rejects when it cannot. */
  listen({
    port = 0,
    host = '127.0.0.1',
  }: {
    readonly port?: number;
    readonly host?: string;
  } = {}): Promise<AddressInfo> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ port, host }, () => resolve(this.#server.address() as AddressInfo));
    });
  }

  /** Ends every connection at once; resolves when all are gone. */
  shutdown(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}
