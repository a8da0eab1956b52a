import { randomBytes } from 'node:crypto';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions as TlsOptions } from 'node:tls';
import {
  checkDeflateResponse,
  checkUpgradeResponse,
  createKey,
  type ExtensionOffer,
  encodeUpgradeRequest,
  type Field,
  type ResponseHead,
  ResponseHeadReader,
} from '../handshake/index.ts';
import { deadlines, steadyNow, type Timed } from './deadlines.ts';
import { type DeflateAnswer, offersOf } from './deflate.ts';
import type { DeflateSettings } from './deflate-options.ts';
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
}

/** An open socket behind a successful handshake. */
export interface Dialed {
  readonly socket: Socket;
  /** The agreed subprotocol; empty when there is none. */
  readonly protocol: string;
  readonly deflate: DeflateAnswer | undefined;
  /** What arrived behind the response head. */
  readonly leftover: Uint8Array;
}

// More announcements than this before the one response that counts are no help to anybody.
const INTERIM_RESPONSES = 16;

/** The opening handshake of a client, from the name lookup to the response (RFC 6455 §4.1). */
export class Dial implements Timed {
  readonly #target: WebSocketTarget;
  readonly #options: DialOptions;
  readonly #settle: (outcome: Dialed | Error) => void;
  readonly #key: string = createKey(randomBytes(16)); // @rfc 6455-4.1-24 6455-4.1-25
  readonly #extensions: readonly ExtensionOffer[];
  readonly #request: Uint8Array;
  #socket: Socket | undefined;
  #reader = new ResponseHeadReader();
  #interim = 0;
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
    // @rfc 6455-4.1-1 6455-4.1-9 6455-4.1-14 6455-10.6-1
    const socket = secure ? connectTls(tlsOptions(this.#options.tls, host, port)) : connectTcp({ host, port });
    this.#socket = socket;
    this.#deadline = steadyNow() + this.#options.timeoutMs;
    socket.setNoDelay(true);
    // @rfc 6455-4.1-12 6455-4.1-16
    socket.once(secure ? 'secureConnect' : 'connect', () => socket.write(this.#request));
    socket.on('data', this.#data);
    socket.on('close', this.#close);
    socket.on('error', this.#fail); // @rfc 6455-4.1-11 6455-4.1-13
    deadlines.watch(this);
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

  readonly #data = (chunk: Uint8Array): void => {
    let dialed: Dialed | undefined;
    try {
      dialed = this.#read(chunk);
    } catch (error) {
      this.#fail(error as Error);
      return;
    }
    if (dialed === undefined) return;
    this.#end();
    dialed.socket.pause();
    this.#settle(dialed); // @rfc 6455-4.1-30
  };

  /** Gives the outcome once the response that counts is whole; others of the 100s announce it (RFC 9110 §15.2). */
  #read(chunk: Uint8Array): Dialed | undefined {
    let rest = chunk;
    for (;;) {
      rest = rest.subarray(this.#reader.push(rest));
      const { head } = this.#reader;
      if (head === undefined) return undefined;
      if (!isInterim(head.status)) return { socket: this.#socket!, ...this.#check(head), leftover: rest };
      if (++this.#interim > INTERIM_RESPONSES) throw new Error('the server announces its response without end');
      this.#reader = new ResponseHeadReader();
    }
  }

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

  readonly #close = (): void => {
    this.#fail(new Error('the server closed the connection during the opening handshake'));
  };

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
    this.#socket?.off('data', this.#data);
    this.#socket?.off('close', this.#close);
    this.#socket?.off('error', this.#fail);
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

function isInterim(status: number): boolean {
  return status >= 100 && status < 200 && status !== 101;
}
