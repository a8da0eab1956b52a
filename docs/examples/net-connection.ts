// A driver: everything that a Protocol asks of the one who owns the socket, over node:net.
import type { Socket } from 'node:net';
import { type CloseInfo, type Extension, Protocol, type ProtocolOptions, type SendStatus } from 'ws101/protocol';
import { nextMaskKey, now, text } from './platform.ts';

/** What a {@link NetConnection} tells its user. */
export interface NetEvents {
  /** One message. While a promise that it gives is pending, no further message is parsed. */
  message(connection: NetConnection, data: string | Uint8Array): void | Promise<void>;
  ended(info: CloseInfo): void;
}

/** What differs from one connection to the next. */
export interface NetOptions extends Pick<ProtocolOptions, 'role' | 'limits' | 'keepalive' | 'partialMessages'> {
  readonly extensions?: readonly Extension[];
}

/** A WebSocket over a socket whose two heads have been exchanged. */
export class NetConnection {
  readonly #socket: Socket;
  readonly #protocol: Protocol;
  readonly #events: NetEvents;
  #rest: Uint8Array[] = [];
  #resting = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param leftover what came behind the head in the same chunk */
  constructor(socket: Socket, leftover: Uint8Array, options: NetOptions, events: NetEvents) {
    this.#socket = socket;
    this.#events = events;
    // #region protocol
    this.#protocol = new Protocol({
      ...options,
      text,
      nextMaskKey, // a server masks nothing and never asks
      now: now(),
      transport: {
        get bufferedBytes() {
          return socket.writableLength;
        },
      },
      handler: {
        message: (data) => this.#message(data),
        pong: () => {},
        ended: (info) => events.ended(info),
      },
    });
    // #endregion
    socket.on('data', (chunk) => this.#data(chunk));
    socket.on('error', () => {}); // 'close' follows
    socket.on('close', () => {
      this.#protocol.transportEnded();
      this.#settle();
    });
    this.#data(leftover);
  }

  send(data: string | Uint8Array): SendStatus {
    const status = this.#protocol.send(data);
    this.#settle();
    return status;
  }

  close(code?: number, reason?: string): void {
    this.#protocol.close(now(), code, reason);
    this.#settle();
  }

  // #region settle
  /** After each call of the protocol: write, end or destroy, and set the clock. */
  #settle(): void {
    const { outbox, destroyRequested, endRequested } = this.#protocol;
    if (outbox.bytes > 0 && this.#socket.writable) {
      for (const frames of outbox.take()) this.#socket.write(frames, () => this.#written());
    }
    if (destroyRequested) this.#socket.destroy();
    else if (endRequested && !this.#socket.writableEnded) this.#socket.end();

    clearTimeout(this.#timer);
    const deadline = this.#protocol.nextDeadline();
    if (deadline === Infinity) return;
    this.#timer = setTimeout(() => {
      this.#protocol.tick(now());
      this.#settle();
    }, deadline - now()).unref();
  }

  /** The kernel took a write. When nothing waits any more, a pong that was held back may follow. */
  #written(): void {
    if (this.#socket.writableLength > 0) return;
    this.#protocol.transportDrained(now());
    if (this.#protocol.outbox.bytes > 0) this.#settle();
  }
  // #endregion

  // #region stop-and-go
  #message(data: string | Uint8Array): boolean {
    const pending = this.#events.message(this, data);
    if (pending === undefined) return false;
    this.#resting = true;
    this.#protocol.rests(now());
    this.#socket.pause();
    pending.then(
      () => this.#goOn(),
      () => this.close(1011),
    );
    return true; // `receive` stops behind this message
  }

  #data(chunk: Uint8Array): void {
    this.#rest.push(chunk);
    this.#feed();
  }

  #goOn(): void {
    this.#resting = false;
    this.#protocol.readsAgain(now());
    this.#feed();
    if (!this.#resting) this.#socket.resume();
  }

  #feed(): void {
    for (let chunk = this.#rest.shift(); chunk !== undefined; chunk = this.#rest.shift()) {
      const taken = this.#protocol.receive(chunk, now());
      if (taken < chunk.length) this.#rest.unshift(chunk.subarray(taken)); // first in line, before anything newer
      if (this.#resting) break;
    }
    this.#settle();
  }
  // #endregion
}
