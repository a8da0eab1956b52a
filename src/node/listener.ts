import { once } from 'node:events';
import { type AddressInfo, createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net';
import { createServer as createTlsServer, type TlsOptions, type Server as TlsServer } from 'node:tls';
import { refuseUnknown } from '../protocol/index.ts';
import { DescriptorWatch, rareReports } from './accept-errors.ts';
import { steadyNow } from './clock.ts';
import { LONGEST_TIMER_MS } from './deadlines.ts';
import type { Limits } from './limits.ts';
import { TlsSockets } from './tls-sockets.ts';

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

// So many sockets may be refused at one time.
const BEYOND_LIMIT = 100;

const LISTEN_OPTIONS = ['port', 'host', 'path', 'fd', 'backlog', 'tls'];

/** Accepts sockets, in the clear or behind TLS. */
export class Listener {
  readonly #server: TcpServer | TlsServer;

  readonly #tls: TlsOptions | undefined;
  readonly #tlsSockets: TlsSockets;

  private constructor(server: TcpServer | TlsServer, tls: TlsOptions | undefined, tlsSockets: TlsSockets) {
    this.#server = server;
    this.#tls = tls;
    this.#tlsSockets = tlsSockets;
  }

  /**
   * Starts to listen. Rejects with the system's error when it cannot; later ones go to `onError`.
   *
   * @param limits how long a TLS handshake may take, and how many sockets there may be
   * @param onSocket learns when each was accepted, in milliseconds of the steady clock: before its TLS handshake
   */
  static async start(
    where: ListenAt,
    limits: Limits,
    onSocket: (socket: Socket, acceptedAt: number) => void,
    onError: (error: unknown) => void,
  ): Promise<Listener> {
    refuseUnknown('listen', where, LISTEN_OPTIONS);
    const { tls, ...at } = where;
    const handshakeTimeout = Math.min(limits.handshakeTimeoutMs, LONGEST_TIMER_MS);
    const tlsSockets = new TlsSockets();
    const server =
      tls === undefined
        ? createTcpServer({ noDelay: true }, (socket) => onSocket(socket, steadyNow()))
        : createTlsServer(
            { minVersion: 'TLSv1.2', ALPNProtocols: ['http/1.1'], handshakeTimeout, ...tls },
            (socket) => onSocket(socket.setNoDelay(true), tlsSockets.acceptedAt(socket)), // @rfc 6455-4.2.2-2 6455-10.6-1
          );
    server.on('tlsClientError', (_, socket: Socket) => socket.destroy());
    if (tls !== undefined) server.on('connection', (socket) => tlsSockets.add(socket));
    const listener = new Listener(server, tls, tlsSockets);
    // Above the limit a client learns why, by a 503; far above it, it is not even let in.
    server.maxConnections = limits.maxConnections + BEYOND_LIMIT;
    server.listen(at);
    await once(server, 'listening');
    const report = rareReports(onError);
    server.on('error', report);
    const descriptors = new DescriptorWatch(report);
    server.on('connection', () => descriptors.taken());
    server.on('close', () => descriptors.stop());
    return listener;
  }

  get address(): AddressInfo | string | undefined {
    return this.#server.address() ?? undefined;
  }

  /**
   * Uses another certificate for handshakes from here on; open connections keep theirs. What `tls` leaves out, such as
   * the authorities of client certificates, stays as it was.
   *
   * @throws Error when it does not listen with TLS, or the certificate cannot be used
   */
  setSecureContext(tls: TlsOptions): void {
    if (!('setSecureContext' in this.#server)) throw new Error('this server does not listen with TLS');
    const { key, cert, pfx, passphrase, ...others } = this.#tls ?? {};
    this.#server.setSecureContext({ ...others, ...tls });
  }

  /** Takes no more sockets; those that were taken live on. */
  close(): void {
    this.#server.close();
  }

  /** Ends the sockets that never finished their TLS handshake. */
  clear(): void {
    this.#tlsSockets.clear();
  }
}
