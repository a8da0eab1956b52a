import type { Duplex } from 'node:stream';

/** Who is told what happens on a byte stream. */
export interface SocketListener {
  received(chunk: Uint8Array): void;
  /** The other end sends nothing more. */
  ended(): void;
  closed(): void;
}

const LISTENER: unique symbol = Symbol('ws101.listener');

type Heard = Duplex & { [LISTENER]?: SocketListener };

/** Tells `listener` of everything on `socket`, which has one such listener at most. */
export function listenTo(socket: Duplex, listener: SocketListener): void {
  (socket as Heard)[LISTENER] = listener;
  socket.on('data', onData);
  socket.on('end', onEnd);
  socket.on('close', onClose);
  // A stream that fails also closes.
  socket.on('error', ignore);
}

// The same for all sockets, which they get as `this`: functions of its own would take 230 bytes for each connection.
function onData(this: Heard, chunk: Uint8Array): void {
  this[LISTENER]?.received(chunk);
}

function onEnd(this: Heard): void {
  this[LISTENER]?.ended();
}

function onClose(this: Heard): void {
  this[LISTENER]?.closed();
}

function ignore(): void {}
