import { once } from 'node:events';
import { type AddressInfo, createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net';
import { createServer as createTlsServer, type TlsOptions, type Server as TlsServer } from 'node:tls';
import { LONGEST_TIMER_MS } from './deadlines.ts';
import { refuseUnknown } from './refuse-unknown.ts';

/** Where a server listens. */
export interface ListenAt {
  /** 0 lets the system choose. */
  readonly port?: number;
  /** Default: every address of this machine. */
  readonly host?: string;
  /** A unix socket or a named pipe. */
  readonly path?: string;
  /** An open descriptor that was inherited. */
  readonly fd?: number;
  readonly backlog?: number;
  /** Makes it `wss:`: certificate, key and whatever else `tls.createServer` takes. */
  readonly tls?: TlsOptions;
}

const LISTEN_OPTIONS = ['port', 'host', 'path', 'fd', 'backlog', 'tls'];

/** Accepts sockets, in the clear or behind TLS. */
export class Listener {
  readonly #server: TcpServer | TlsServer;

  private constructor(server: TcpServer | TlsServer) {
    this.#server = server;
  }

  /**
   * Starts to listen. Rejects with the system's error when it cannot; later ones go to `onError`.
   *
   * @param handshakeTimeoutMs how long a TLS handshake may take
   */
  static async start(
    where: ListenAt,
    handshakeTimeoutMs: number,
    onSocket: (socket: Socket, secure: boolean) => void,
    onError: (error: unknown) => void,
  ): Promise<Listener> {
    refuseUnknown('listen', where, LISTEN_OPTIONS);
    const { tls, ...at } = where;
    const handshakeTimeout = Math.min(handshakeTimeoutMs, LONGEST_TIMER_MS);
    const server =
      tls === undefined
        ? createTcpServer({ noDelay: true }, (socket) => onSocket(socket, false))
        : createTlsServer(
            { minVersion: 'TLSv1.2', ALPNProtocols: ['http/1.1'], handshakeTimeout, ...tls },
            (socket) => onSocket(socket.setNoDelay(true), true), // @rfc 6455-4.2.2-2 6455-10.6-1
          );
    server.on('tlsClientError', (_, socket: Socket) => socket.destroy());
    server.listen(at);
    await once(server, 'listening');
    server.on('error', onError);
    return new Listener(server);
  }

  get address(): AddressInfo | string | undefined {
    return this.#server.address() ?? undefined;
  }

  /**
   * Uses another certificate for handshakes from here on; open connections keep theirs.
   *
   * @throws Error when it does not listen with TLS, or the certificate cannot be used
   */
  setSecureContext(tls: TlsOptions): void {
    if (!('setSecureContext' in this.#server)) throw new Error('this server does not listen with TLS');
    this.#server.setSecureContext(tls);
  }

  /** Takes no more sockets; those that were taken live on. */
  close(): void {
    this.#server.close();
  }
}
