import { randomBytes } from 'node:crypto';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions as TlsOptions } from 'node:tls';
import {
  checkUpgradeResponse,
  createKey,
  encodeUpgradeRequest,
  type Field,
  ResponseHeadReader,
} from '../handshake/index.ts';
import { deadlines, steadyNow, type Timed } from './deadlines.ts';
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
}

/** An open socket behind a successful handshake. */
export interface Dialed {
  readonly socket: Socket;
  /** The agreed subprotocol; empty when there is none. */
  readonly protocol: string;
  /** What arrived behind the response head. */
  readonly leftover: Uint8Array;
}

/** The opening handshake of a client, from the name lookup to the response (RFC 6455 §4.1). */
export class Dial implements Timed {
  readonly #socket: Socket;
  readonly #key: string = createKey(randomBytes(16));
  readonly #protocols: readonly string[];
  readonly #settle: (outcome: Dialed | Error) => void;
  #reader = new ResponseHeadReader();
  #deadline: number;
  #over = false;

  /**
   * @param settle is called once, with the open socket or with why there is none
   * @throws TypeError for an option that cannot stand in a request
   */
  constructor(target: WebSocketTarget, options: DialOptions, settle: (outcome: Dialed | Error) => void) {
    const { hostname, port, host } = target;
    const { protocols, headers, origin, tls } = options;
    this.#protocols = protocols;
    this.#settle = settle;
    const request = encodeUpgradeRequest({
      host,
      target: target.target,
      key: this.#key,
      protocols,
      headers,
      ...(origin === undefined ? {} : { origin }),
    });
    this.#deadline = steadyNow() + options.timeoutMs;
    this.#socket = target.secure
      ? connectTls({ host: hostname, port, ...(isIP(hostname) === 0 ? { servername: hostname } : {}), ...tls })
      : connectTcp({ host: hostname, port });
    this.#socket.setNoDelay(true);
    this.#socket.once(target.secure ? 'secureConnect' : 'connect', () => this.#socket.write(request));
    this.#socket.on('data', this.#data);
    this.#socket.on('close', this.#close);
    this.#socket.on('error', this.#fail);
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
    try {
      let rest = chunk;
      let head = this.#read(rest);
      while (head !== undefined) {
        rest = rest.subarray(head.taken);
        if (!isInterim(head.status)) {
          this.#opened(rest);
          return;
        }
        this.#reader = new ResponseHeadReader();
        head = this.#read(rest);
      }
    } catch (error) {
      this.#fail(error as Error);
    }
  };

  #read(bytes: Uint8Array): { taken: number; status: number } | undefined {
    const taken = this.#reader.push(bytes);
    const { head } = this.#reader;
    return head === undefined ? undefined : { taken, status: head.status };
  }

  #opened(leftover: Uint8Array): void {
    const head = this.#reader.head!;
    const { protocol } = checkUpgradeResponse(head, { key: this.#key, protocols: this.#protocols, extensions: [] });
    if (protocol === '' && this.#protocols.length > 0) {
      throw new Error('the server chose none of the subprotocols that were offered');
    }
    this.#end();
    this.#socket.pause();
    this.#settle({ socket: this.#socket, protocol, leftover });
  }

  readonly #close = (): void => {
    this.#fail(new Error('the server closed the connection during the opening handshake'));
  };

  readonly #fail = (error: Error): void => {
    if (this.#over) return;
    this.#end();
    this.#socket.on('error', () => {});
    this.#socket.destroy();
    this.#settle(error);
  };

  #end(): void {
    this.#over = true;
    this.#deadline = Infinity;
    deadlines.forget(this);
    this.#socket.off('data', this.#data);
    this.#socket.off('close', this.#close);
    this.#socket.off('error', this.#fail);
  }
}

// Other responses of the 100s announce the one that counts (RFC 9110 §15.2).
function isInterim(status: number): boolean {
  return status >= 100 && status < 200 && status !== 101;
}
