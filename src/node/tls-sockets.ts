import type { Socket } from 'node:net';
import { steadyNow } from './clock.ts';

/**
 * The TCP connections below a TLS server. Nobody else knows them before their handshake is done, and the time that an
 * opening handshake may take runs from when they were accepted.
 */
export class TlsSockets {
  readonly #sockets = new Set<Socket>();
  readonly #acceptedAt = new Map<string, number>();

  /** One was accepted just now. */
  add(socket: Socket): void {
    const ends = endsOf(socket);
    this.#sockets.add(socket);
    if (ends !== undefined) this.#acceptedAt.set(ends, steadyNow());
    socket.once('close', () => {
      this.#sockets.delete(socket);
      if (ends !== undefined) this.#acceptedAt.delete(ends);
    });
  }

  /**
   * When the TCP connection below this TLS socket was accepted, in milliseconds of the steady clock; now for one on a unix
   * socket, where nothing tells which of them it is.
   */
  acceptedAt(socket: Socket): number {
    return this.#acceptedAt.get(endsOf(socket) ?? '') ?? steadyNow();
  }

  /** Ends all of them. */
  clear(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** The addresses of both ends: what a TLS socket and the TCP socket below it have in common. */
function endsOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string | undefined {
  return remotePort === undefined ? undefined : `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
}
