import type { Socket } from 'node:net';
import { encodeErrorResponse, type HandshakeError, type RequestHead, RequestHeadReader } from '../handshake/index.ts';
import type { WebSocketTarget } from '../node/index.ts';
import type { Conversations } from './conversations.ts';
import { HeadTaker } from './head-taker.ts';
import { INSPECTOR_LIMITS } from './limits.ts';
import { Relay } from './relay.ts';
import { passRequest } from './request-changes.ts';

/** What is behind the front. */
export interface FrontSetup {
  readonly target: WebSocketTarget | undefined;
  readonly insecure: boolean;
  readonly conversations: Conversations;
  /** Takes a socket, not read from, with the request of a browser for the page or its feed. */
  own(socket: Socket, received: Uint8Array): void;
}

/** Everything under this path is the inspector's own. */
const OWN = '/.inspector/';

/** Reads the request on a new socket, and decides whether it is for the page or for the target. */
export class Front {
  readonly #setup: FrontSetup;

  constructor(setup: FrontSetup) {
    this.#setup = setup;
  }

  take(socket: Socket): void {
    const reader = new RequestHeadReader();
    const taker = new HeadTaker<RequestHead>(reader);
    const received: Uint8Array[] = [];
    const timer = setTimeout(() => socket.destroy(), INSPECTOR_LIMITS.headMs);
    const release = (): void => {
      clearTimeout(timer);
      socket.pause();
      socket.off('data', read);
      socket.off('end', leave);
      socket.off('error', leave);
    };
    const read = (chunk: Uint8Array): void => {
      received.push(chunk);
      const taken = taker.push(chunk);
      if (taken.state === 'incomplete') return;
      release();
      const whole = Buffer.concat(received);
      if (taken.state === 'broken') this.#refuse(socket, whole, taken.error);
      else if (!taken.head.upgrade || taken.head.path.startsWith(OWN)) this.#setup.own(socket, whole);
      else this.#relay(socket, whole, taken.head, reader);
    };
    const leave = (): void => {
      release();
      socket.destroy();
    };
    socket.on('data', read);
    socket.once('end', leave);
    socket.once('error', leave);
  }

  #relay(socket: Socket, whole: Uint8Array, head: RequestHead, reader: RequestHeadReader): void {
    const { target, insecure, conversations } = this.#setup;
    if (target === undefined) {
      this.#answer(socket, 404, 'there is no target; start ws101 inspect with --target to relay connections');
      return;
    }
    if (conversations.size >= INSPECTOR_LIMITS.connections) {
      this.#answer(socket, 503, `already ${INSPECTOR_LIMITS.connections} connections are relayed`);
      return;
    }
    const size = reader.bytes.length;
    const passed = passRequest(whole.subarray(0, size), head, reader.offsets, target);
    const live = conversations.begin(socket, passed.changes);
    live.bytes('client', whole);
    let forget = (): void => undefined;
    const relay = new Relay({
      client: socket,
      target,
      insecure,
      request: Buffer.concat([passed.bytes, whole.subarray(size)]),
      conversation: live.conversation,
      onlooker: {
        bytes: live.bytes,
        ended: (note, failed) => {
          forget();
          live.ended(note, failed);
        },
      },
    });
    forget = conversations.keep(relay);
  }

  /** A request that cannot be read cannot be passed on either: it is shown, and refused. */
  #refuse(socket: Socket, whole: Uint8Array, error: HandshakeError): void {
    if (this.#setup.target !== undefined) {
      const live = this.#setup.conversations.begin(socket, []);
      live.bytes('client', whole);
      live.ended(`refused by the inspector itself: ${error.message} (${error.section})`, true);
    }
    this.#answer(socket, error.status === 0 ? 400 : error.status, error.message);
  }

  #answer(socket: Socket, status: number, sentence: string): void {
    socket.on('error', () => undefined);
    socket.end(encodeErrorResponse({ status, message: `ws101 inspect: ${sentence}` }), () => socket.destroySoon());
    socket.resume();
  }
}
