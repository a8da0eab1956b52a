import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import {
  checkDeflateResponse,
  checkUpgradeResponse,
  createKey,
  encodeUpgradeRequest,
  HandshakeError,
  type ResponseHead,
  ResponseHeadReader,
} from '../../handshake/index.ts';
import { nowNs } from './clock.ts';
import { LoadConnection } from './connection.ts';
import type { Dialer } from './dialer.ts';
import { kindOf, LoadError, socketErrorOf } from './load-error.ts';
import type { LoadEvents } from './load-events.ts';

/** More responses of the 100s than this announce nothing any more (RFC 9110 §15.2). */
const INTERIM_RESPONSES = 16;

/** One attempt to open a connection (RFC 6455 §4.1). */
export class Dial {
  readonly #dialer: Dialer;
  readonly #events: LoadEvents;
  readonly #key = createKey(randomBytes(16));
  readonly #startedAt = nowNs();
  #connectedAt = 0;
  #interim = 0;
  #answered = false;
  #reader = new ResponseHeadReader();
  #socket: Socket | undefined = undefined;
  #connection: LoadConnection | undefined = undefined;
  #timer: NodeJS.Timeout | undefined = undefined;
  #settle: ((outcome: LoadConnection | Error) => void) | undefined = undefined;

  constructor(dialer: Dialer, events: LoadEvents) {
    this.#dialer = dialer;
    this.#events = events;
  }

  /** @throws LoadError */
  open(): Promise<LoadConnection> {
    return new Promise((resolve, reject) => {
      this.#settle = (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome));
      try {
        this.#connect();
      } catch (error) {
        this.#fail(error as Error);
      }
    });
  }

  #connect(): void {
    const { target, plan, offers } = this.#dialer;
    const authorization = target.authorization === undefined ? [] : [['Authorization', target.authorization] as const];
    const request = encodeUpgradeRequest({
      host: target.host,
      target: target.target,
      key: this.#key,
      protocols: plan.protocols,
      extensions: offers,
      headers: [...authorization, ...plan.headers].map(([name, value]) => [name, value]),
    });
    const socket = this.#dialer.createSocket((bytes) => this.#receive(bytes));
    this.#socket = socket;
    socket.once(target.secure ? 'secureConnect' : 'connect', () => {
      this.#connectedAt = nowNs();
      this.#dialer.reached(socket.remoteAddress);
      socket.write(request);
    });
    socket.on('error', this.#failed);
    socket.on('close', this.#closed);
    this.#timer = setTimeout(() => this.#late(), plan.timeoutMs);
  }

  #receive(bytes: Uint8Array): void {
    if (this.#connection !== undefined) this.#connection.receive(bytes);
    else if (this.#settle !== undefined) this.#readHead(bytes);
  }

  #readHead(bytes: Uint8Array): void {
    this.#answered = true;
    let rest = bytes;
    try {
      for (;;) {
        rest = rest.subarray(this.#reader.push(rest));
        const { head } = this.#reader;
        if (head === undefined) return;
        if (!isInterim(head) || ++this.#interim > INTERIM_RESPONSES) {
          this.#open(head, rest);
          return;
        }
        this.#reader = new ResponseHeadReader();
      }
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #open(head: ResponseHead, leftover: Uint8Array): void {
    const { plan, offers, target } = this.#dialer;
    if (head.status !== 101) throw new LoadError(`status ${head.status}`, `the server answered ${head.status}`);
    const { protocols } = plan;
    const { protocol, extensions } = checkUpgradeResponse(head, { key: this.#key, protocols, extensions: offers });
    const [response] = extensions;
    const agreement = response === undefined ? undefined : checkDeflateResponse(response, offers);
    if (offers.length > 0 && agreement === undefined) {
      throw new LoadError('no deflate', 'the server did not agree to permessage-deflate; switch it on there');
    }
    const socket = this.#socket;
    if (socket === undefined) return;
    this.#release();
    const opened = {
      socket,
      secure: target.secure,
      protocol,
      agreement,
      inflate: plan.verify === 'all',
      tcpNs: this.#connectedAt - this.#startedAt,
      upgradeNs: nowNs() - this.#connectedAt,
    };
    const connection = new LoadConnection(opened, this.#events);
    this.#connection = connection;
    this.#events.opened(connection);
    if (leftover.length > 0) connection.receive(leftover);
    this.#settle?.(connection);
    this.#settle = undefined;
  }

  #late(): void {
    const { timeoutMs } = this.#dialer.plan;
    if (this.#connectedAt > 0 && !this.#answered) {
      this.#fail(new LoadError('silent', `the server took the connection and did not answer within ${timeoutMs} ms`));
    } else {
      this.#fail(new LoadError('timeout', `the opening handshake was not over after ${timeoutMs} ms`));
    }
  }

  readonly #failed = (error: Error): void => {
    this.#fail(socketErrorOf(error, this.#dialer.target.secure && this.#connectedAt === 0));
  };

  readonly #closed = (): void => {
    this.#fail(new LoadError('handshake incomplete-head', 'the server closed the connection during the handshake'));
  };

  #fail(error: Error): void {
    const settle = this.#settle;
    if (settle === undefined) return;
    this.#settle = undefined;
    this.#release();
    this.#socket?.on('error', () => {});
    this.#socket?.destroy();
    const known = error instanceof HandshakeError ? new LoadError(kindOf(error), error.message) : error;
    settle(known);
  }

  #release(): void {
    clearTimeout(this.#timer);
    this.#socket?.off('error', this.#failed);
    this.#socket?.off('close', this.#closed);
  }
}

function isInterim({ status }: ResponseHead): boolean {
  return status >= 100 && status < 200 && status !== 101;
}
