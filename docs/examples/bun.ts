// An echo server and a client over Bun's own TCP, whose sockets take part of a write and say how much.
// Run: bun bun.ts   (in a folder where ws101 is installed)
import {
  checkUpgradeResponse,
  createKey,
  decideUpgrade,
  encodeAcceptResponse,
  encodeErrorResponse,
  encodeUpgradeRequest,
  HandshakeError,
  RequestHeadReader,
  ResponseHeadReader,
  serviceError,
} from 'ws101/handshake';
import { Protocol } from 'ws101/protocol';
import { nextMaskKey, now, text } from './platform.ts';

type BunSocket = Bun.Socket<End>;
type OnMessage = (end: End, data: string | Uint8Array) => void;

/** One end of a connection: the head first, then the protocol. */
class End {
  readonly role: 'server' | 'client';
  readonly #onMessage: OnMessage;
  readonly #key = createKey(crypto.getRandomValues(new Uint8Array(16)));
  readonly #request = new RequestHeadReader();
  readonly #response = new ResponseHeadReader();
  #socket: BunSocket | undefined;
  #protocol: Protocol | undefined;
  #waiting: Uint8Array[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(role: 'server' | 'client', onMessage: OnMessage) {
    this.role = role;
    this.#onMessage = onMessage;
  }

  opened(socket: BunSocket, host: string): void {
    this.#socket = socket;
    if (this.role === 'client') this.#write(encodeUpgradeRequest({ host, target: '/', key: this.#key }));
  }

  received(chunk: Uint8Array): void {
    let rest = chunk;
    if (this.#protocol === undefined) {
      try {
        rest = chunk.subarray(this.role === 'server' ? this.#accept(chunk) : this.#check(chunk));
      } catch (error) {
        if (!(error instanceof HandshakeError)) throw error;
        if (this.role === 'server') this.#write(encodeErrorResponse(error));
        this.#socket?.end();
        return;
      }
    }
    this.#protocol?.receive(rest, now());
    this.settle();
  }

  send(data: string | Uint8Array): void {
    this.#protocol?.send(data);
    this.settle();
  }

  close(code: number): void {
    this.#protocol?.close(now(), code);
    this.settle();
  }

  ended(): void {
    this.#protocol?.transportEnded();
    clearTimeout(this.#timer);
  }

  // #region bun-writes
  /** The socket takes bytes again. */
  drained(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const bytes of waiting) this.#write(bytes);
    if (this.#waiting.length === 0) this.#protocol?.transportDrained(now());
    this.settle();
  }

  #write(bytes: Uint8Array): void {
    const written = this.#waiting.length > 0 ? 0 : (this.#socket?.write(bytes) ?? 0);
    if (written < bytes.length) this.#waiting.push(bytes.subarray(Math.max(0, written)));
  }

  settle(): void {
    const protocol = this.#protocol;
    if (protocol === undefined) return;
    for (const frames of protocol.outbox.take()) this.#write(frames);
    if (protocol.destroyRequested) this.#socket?.terminate();
    else if (protocol.endRequested && this.#waiting.length === 0) this.#socket?.end();
    clearTimeout(this.#timer);
    const deadline = protocol.nextDeadline();
    if (deadline === Infinity) return;
    this.#timer = setTimeout(() => {
      protocol.tick(now());
      this.settle();
    }, deadline - now());
  }
  // #endregion

  #accept(chunk: Uint8Array): number {
    const taken = this.#request.push(chunk);
    if (this.#request.head === undefined) return taken;
    const decision = decideUpgrade(this.#request.head, { origin: 'same', secure: false });
    if (decision.kind === 'reject') throw decision.error;
    if (decision.kind === 'fallback') throw serviceError('not-found');
    this.#write(encodeAcceptResponse({ accept: decision.request.accept }));
    this.#begin();
    return taken;
  }

  #check(chunk: Uint8Array): number {
    const taken = this.#response.push(chunk);
    if (this.#response.head === undefined) return taken;
    checkUpgradeResponse(this.#response.head, { key: this.#key, protocols: [], extensions: [] });
    this.#begin();
    this.send('hello from Bun');
    return taken;
  }

  #begin(): void {
    const { role } = this;
    const waiting = (): number => this.#waiting.reduce((sum, { length }) => sum + length, 0);
    this.#protocol = new Protocol({
      role,
      text,
      nextMaskKey,
      now: now(),
      transport: {
        get bufferedBytes() {
          return waiting();
        },
      },
      handler: {
        message: (data) => {
          this.#onMessage(this, data);
          return false;
        },
        pong: () => {},
        ended: ({ code, clean }) => console.log(`${role}: closed with ${code}, clean: ${clean}`),
      },
    });
  }
}

// #region bun-sockets
const callbacks: Bun.SocketHandler<End> = {
  data: (socket, chunk) => socket.data.received(chunk),
  drain: (socket) => socket.data.drained(),
  close: (socket) => {
    socket.data.ended();
    if (socket.data.role === 'server') server.stop();
  },
  error: () => {},
};

const server = Bun.listen<End>({
  hostname: '127.0.0.1',
  port: 0,
  socket: {
    ...callbacks,
    open(socket) {
      socket.data = new End('server', (end, data) => end.send(data));
      socket.data.opened(socket, '');
    },
  },
});

await Bun.connect<End>({
  hostname: '127.0.0.1',
  port: server.port,
  socket: {
    ...callbacks,
    open(socket) {
      socket.data = new End('client', (end, data) => {
        console.log('client: received', data);
        end.close(1000);
      });
      socket.data.opened(socket, `127.0.0.1:${server.port}`);
    },
  },
});
// #endregion
