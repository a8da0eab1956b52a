import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createRequestHead, type Field, type RequestHead } from '../handshake/index.ts';
import { claim, isLastResort, isTaken, known } from './claims.ts';

/** The events of an HTTP server that matter here: those of `node:http`, `node:https`, and `node:http2` with `allowHTTP1`. */
export type Http1Server = Pick<Server, 'on' | 'off' | 'prependListener' | 'listeners'>;

/**
 * Says how to go on with a request: a function that takes it, or `undefined` to leave it to others.
 *
 * @param lastResort whether nobody else could answer it
 */
export type Consider<Request, Transport> = (
  request: Request,
  transport: Transport,
  lastResort: boolean,
) => ((leftover: Uint8Array) => void) | undefined;

/**
 * Listens to upgrades of an HTTP server that others use too. One that was pipelined behind requests whose responses are
 * still under way is held back until they are out, as its answer would overtake them (RFC 9112 §9.3.2).
 *
 * @returns what stops the listening
 */
export function attachHttp1(server: Http1Server, consider: Consider<IncomingMessage, Duplex>): () => void {
  const responses = new WeakMap<Duplex, Set<ServerResponse>>();
  const onRequest = ({ socket }: IncomingMessage, response: ServerResponse): void => {
    const open = responses.get(socket) ?? new Set();
    responses.set(socket, open.add(response));
    response.once('close', () => open.delete(response));
  };
  const onUpgrade = known((request: IncomingMessage, socket: Duplex, leftover: Uint8Array): void => {
    if (isTaken(socket)) return;
    const take = consider(request, socket, isLastResort(server, 'upgrade', onUpgrade));
    if (take === undefined) return;
    claim(socket);
    // From here on nobody else listens to its errors, and one may come at any time.
    socket.on('error', ignore);
    const open = responses.get(socket);
    if (open === undefined || open.size === 0) take(leftover);
    else holdBack(socket, open, () => take(leftover));
  });
  server.prependListener('request', onRequest);
  server.on('upgrade', onUpgrade);
  return () => {
    server.off('request', onRequest);
    server.off('upgrade', onUpgrade);
  };
}

function holdBack(socket: Duplex, open: ReadonlySet<ServerResponse>, goOn: () => void): void {
  // The HTTP server, which no longer listens to the socket, would leave a long response waiting for ever.
  const onDrain = (): void => {
    for (const response of open) if (response.writableNeedDrain && response.socket === socket) response.emit('drain');
  };
  socket.on('drain', onDrain);
  let waiting = open.size;
  for (const response of open) {
    response.once('close', () => {
      if (--waiting > 0) return;
      socket.off('drain', onDrain);
      if (!socket.destroyed && !socket.writableEnded) goOn();
    });
  }
}

function ignore(): void {}

/**
 * The head that Node's parser has read, under our own rules.
 *
 * @throws HandshakeError for one that they refuse
 */
export function headOf({ method = '', url = '', httpVersion, rawHeaders }: IncomingMessage): RequestHead {
  const fields: Field[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) fields.push([rawHeaders[i]!, rawHeaders[i + 1]!]);
  return createRequestHead({ method, target: url, version: `HTTP/${httpVersion}`, fields });
}

/** Undoes what an HTTP server may have set on a socket for its own ends. */
export function freeSocket(socket: Duplex): void {
  const { setTimeout, setNoDelay } = socket as Partial<Socket>;
  setTimeout?.call(socket, 0);
  setNoDelay?.call(socket, true);
}
