import { connect as connectTcp, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls, type ConnectionOptions as TlsOptions } from 'node:tls';
import {
  checkDeflateResponse,
  checkUpgradeResponse,
  createKey,
  type ExtensionOffer,
  encodeUpgradeRequest,
  type Field,
  type ResponseHead,
} from '../handshake/index.ts';
import { steadyNow } from './clock.ts';
import { deadlines, type Timed } from './deadlines.ts';
import { type DeflateAnswer, offersOf } from './deflate.ts';
import type { DeflateSettings } from './deflate-options.ts';
import { openTunnel, type ProxyTarget } from './proxy.ts';
import { randomBytes } from './random.ts';
import { ResponseAwaiter } from './response-awaiter.ts';
import { UnexpectedResponseError } from './unexpected-response.ts';
import type { WebSocketTarget } from './websocket-url.ts';

/** How a client opens a connection. */
export interface DialOptions {
  readonly protocols: readonly string[];
  readonly headers: readonly Field[];
  readonly origin: string | undefined;
  /** For `wss:`, as in `tls.connect`. Certificates are verified unless this says otherwise. */
  readonly tls: TlsOptions;
  /** From the start of the name lookup to the end of the response head, in milliseconds. */
  readonly timeoutMs: number;
  readonly deflate: DeflateSettings | undefined;
  readonly proxy: ProxyTarget | undefined;
  /** Gives a transport to the server in place of a TCP connection. */
  readonly createConnection: ((url: URL) => Duplex) | undefined;
  /** Is shown each transport on which a handshake begins, in the clear, and the request that will be written to it. */
  readonly observe?: (transport: Duplex, request: Uint8Array) => void;
}

/** An open socket behind a successful handshake. */
export interface Dialed {
  readonly socket: Duplex;
  /** The agreed subprotocol; empty when there is none. */
  readonly protocol: string;
  readonly deflate: DeflateAnswer | undefined;
  /** What arrived behind the response head. */
  readonly leftover: Uint8Array;
}

/** The opening handshake of a client, from the name lookup to the response (RFC 6455 §4.1). */
export class Dial implements Timed {
  deadlineSlot: number = 0;
  readonly #target: WebSocketTarget;
  readonly #options: DialOptions;
  readonly #settle: (outcome: Dialed | Error) => void;
  readonly #key: string = createKey(randomBytes(16)); // @rfc 6455-4.1-24 6455-4.1-25
  readonly #extensions: readonly ExtensionOffer[];
  readonly #request: Uint8Array;
  #socket: Duplex | undefined;
  #awaiter: ResponseAwaiter | undefined;
  #deadline = Infinity;
  #over = false;

  /**
   * @param settle is called once, with the open socket or with why there is none
   * @throws TypeError for an option that cannot stand in a request
   */
  constructor(target: WebSocketTarget, options: DialOptions, settle: (outcome: Dialed | Error) => void) {
    this.#target = target;
    this.#options = options;
    this.#settle = settle;
    this.#extensions = offersOf(options.deflate);
    this.#request = encodeUpgradeRequest({
      host: target.host,
      target: target.target,
      key: this.#key,
      protocols: options.protocols,
      extensions: this.#extensions,
      headers: withAuthorization(options.headers, target.authorization),
      ...(options.origin === undefined ? {} : { origin: options.origin }),
    });
  }

  /** Starts. */
  connect(): void {
    const { secure, hostname: host, port } = this.#target;
    const { tls, proxy, createConnection, timeoutMs } = this.#options;
    const given = createConnection?.(this.#target.url);
    this.#deadline = steadyNow() + timeoutMs;
    if (given !== undefined) {
      this.#startOver(given);
    } else if (proxy !== undefined) {
      const socket = connectTcp({ host: proxy.hostname, port: proxy.port }).setNoDelay(true); // @rfc 6455-4.1-8
      this.#socket = socket;
      this.#awaiter = openTunnel(socket, proxy, this.#target, (error) =>
        error === undefined ? this.#startOver(socket) : this.#fail(error),
      );
    } else {
      // @rfc 6455-4.1-1 6455-4.1-9 6455-4.1-14 6455-10.6-1
      const socket = secure ? connectTls(tlsOptions(tls, host, port)) : connectTcp({ host, port });
      this.#start(socket.setNoDelay(true), secure ? 'secureConnect' : 'connect');
    }
    deadlines.watch(this);
  }

  /** Over a transport that leads to the server in the clear. */
  #startOver(transport: Duplex): void {
    const { secure, hostname: host, port } = this.#target;
    if (secure) {
      // It stays ours under the TLS socket, and must not throw for want of a listener.
      transport.on('error', this.#fail);
      this.#start(connectTls({ ...tlsOptions(this.#options.tls, host, port), socket: transport }), 'secureConnect');
      return;
    }
    this.#start(transport);
    transport.write(this.#request);
  }

  /** @param ready the event behind which the request may be written; none when it is written by the caller */
  #start(socket: Duplex, ready?: string): void {
    this.#socket = socket;
    this.#options.observe?.(socket, this.#request);
    this.#awaiter = new ResponseAwaiter(socket, 'the server', { answered: this.#answered, failed: this.#fail });
    // @rfc 6455-4.1-12 6455-4.1-16
    if (ready === undefined) socket.resume();
    else socket.once(ready, () => socket.write(this.#request));
  }

  nextDeadline(): number {
    return this.#deadline;
  }

  tick(): void {
    this.#fail(new Error('the server did not finish the opening handshake in time'));
  }

  /** Gives up. */
  abort(reason: Error): void {
    this.#fail(reason);
  }

  readonly #answered = (head: ResponseHead, leftover: Uint8Array): void => {
    const socket = this.#socket!;
    let agreed: Pick<Dialed, 'protocol' | 'deflate'>;
    try {
      agreed = this.#check(head);
    } catch (error) {
      this.#fail(error as Error);
      return;
    }
    this.#end();
    socket.pause();
    this.#settle({ socket, ...agreed, leftover }); // @rfc 6455-4.1-30
  };

  #check(head: ResponseHead): Pick<Dialed, 'protocol' | 'deflate'> {
    if (head.status !== 101) throw new UnexpectedResponseError(head);
    const { protocols } = this.#options;
    const offer = { key: this.#key, protocols, extensions: this.#extensions };
    const { protocol, extensions } = checkUpgradeResponse(head, offer);
    if (protocol === '' && protocols.length > 0) {
      throw new Error('the server chose none of the subprotocols that were offered');
    }
    const [response] = extensions;
    if (response === undefined) return { protocol, deflate: undefined }; // @rfc 6455-9.1-5
    // @rfc 6455-5.8-1 7692-5-10
    return { protocol, deflate: { response, agreement: checkDeflateResponse(response, this.#extensions) } };
  }

  readonly #fail = (error: Error): void => {
    if (this.#over) return;
    this.#end();
    this.#socket?.on('error', () => {});
    this.#socket?.destroy();
    this.#settle(error);
  };

  #end(): void {
    this.#over = true;
    this.#deadline = Infinity;
    deadlines.forget(this);
    this.#awaiter?.stop();
  }
}

// The URL decides where to; servers that speak several protocols learn by ALPN which one is meant (RFC 7301).
function tlsOptions(options: TlsOptions, host: string, port: number): TlsOptions {
  const name = isIP(host) === 0 ? { servername: host } : {}; // @rfc 6455-4.1-15
  return { ALPNProtocols: ['http/1.1'], ...name, ...options, host, port };
}

function withAuthorization(headers: readonly Field[], authorization: string | undefined): readonly Field[] {
  if (authorization === undefined || headers.some(([name]) => String(name).toLowerCase() === 'authorization')) {
    return headers;
  }
  return [...headers, ['Authorization', authorization]];
}
