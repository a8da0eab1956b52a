import type { Duplex } from 'node:stream';

/** Who is told what happens on a byte stream. */
export interface SocketListener {
  received(chunk: Uint8Array): void;
  /** The other end sends nothing more. */
  ended(): void;
  closed(): void;
}

const LISTENER: unique symbol = Symbol('ws101.listener');

type Heard = Duplex & { [LISTENER]?: SocketListener | undefined };

/** Tells `listener` of everything on `socket`, and nobody who was told before. */
export function listenTo(socket: Duplex, listener: SocketListener): void {
  const before = (socket as Heard)[LISTENER];
  (socket as Heard)[LISTENER] = listener;
  if (before !== undefined) return;
  socket.on('data', onData);
  socket.on('end', onEnd);
  socket.on('close', onClose);
  // A stream that fails also closes.
  socket.on('error', ignore);
}

/** Leaves the socket to others, who are to listen to its errors at once. */
export function leave(socket: Duplex): void {
  (socket as Heard)[LISTENER] = undefined;
  socket.off('data', onData);
  socket.off('end', onEnd);
  socket.off('close', onClose);
  socket.off('error', ignore);
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
