import { connect as connectTcp, isIP, type Socket, type TcpSocketConnectOpts } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type ExtensionOffer, offerDeflate } from '../../handshake/index.ts';
import { parseWebSocketUrl, type WebSocketTarget } from '../../node/index.ts';
import type { LoadConfig } from '../config.ts';
import type { LoadConnection } from './connection.ts';
import { Dial } from './dial.ts';
import type { LoadEvents } from './load-events.ts';

/** What of a configuration says how connections are opened. */
export type DialPlan = Pick<
  LoadConfig,
  'url' | 'timeoutMs' | 'headers' | 'protocols' | 'deflate' | 'takeover' | 'insecure' | 'verify' | 'localAddresses'
>;

/**
 * All plain connections of the process are read into this one buffer: what is read is taken before the call returns. On
 * Windows reads may be under way for several sockets at once, so there each has its own.
 */
const READ_BUFFER: Uint8Array | undefined = process.platform === 'win32' ? undefined : new Uint8Array(256 * 1024);

/** Opens connections to one server, all in the same way. */
export class Dialer {
  readonly target: WebSocketTarget;
  readonly plan: DialPlan;
  /** The extensions that are offered. */
  readonly offers: readonly ExtensionOffer[];
  #address: string;
  #dialed = 0;

  /** @throws DOMException for a URL that is none, TypeError for fields that cannot stand in a request */
  constructor(plan: DialPlan) {
    this.plan = plan;
    this.target = parseWebSocketUrl(plan.url);
    this.offers = plan.deflate ? [deflateOffer(plan.takeover)] : [];
    this.#address = this.target.hostname;
  }

  /**
   * Opens a connection: TCP, TLS, the opening handshake.
   *
   * @throws LoadError that says by its kind what became of it instead
   */
  async open(events: LoadEvents): Promise<LoadConnection> {
    const connection = await new Dial(this, events).open();
    return connection;
  }

  /** A socket that is about to connect, and hands what it reads to `receive`. */
  createSocket(receive: (bytes: Uint8Array) => void): Socket {
    const { secure, hostname, port } = this.target;
    const { localAddresses = [], insecure } = this.plan;
    const localAddress = localAddresses[this.#dialed++ % localAddresses.length];
    const where: TcpSocketConnectOpts = {
      host: this.#address,
      port,
      noDelay: true,
      ...(localAddress === undefined ? {} : { localAddress }),
    };
    if (secure) {
      const name = isIP(hostname) === 0 ? { servername: hostname } : {};
      const socket = connectTls({ ...where, ...name, ALPNProtocols: ['http/1.1'], rejectUnauthorized: !insecure });
      return socket.on('data', receive);
    }
    if (READ_BUFFER === undefined) return connectTcp(where).on('data', receive);
    const buffer = READ_BUFFER;
    const callback = (length: number): boolean => {
      receive(buffer.subarray(0, length));
      return true;
    };
    return connectTcp({ ...where, onread: { buffer, callback } });
  }

  /** The address of a name is looked up until the first connection stands, and not for each of thousands. */
  reached(address: string | undefined): void {
    if (address !== undefined && !this.target.secure) this.#address = address;
  }
}

/** Windows as long as there are: whether they are shorter is up to the server. */
function deflateOffer(takeover: boolean): ExtensionOffer {
  return offerDeflate({
    serverNoContextTakeover: !takeover,
    clientNoContextTakeover: !takeover,
    serverMaxWindowBits: 15,
    clientMaxWindowBits: 15,
  });
}
