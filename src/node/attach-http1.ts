import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createRequestHead, type Field, type RequestHead } from '../handshake/index.ts';

/** The events of an HTTP server that matter here: those of `node:http`, `node:https`, and `node:http2` with `allowHTTP1`. */
export type Http1Server = Pick<Server, 'on' | 'off' | 'prependListener' | 'listenerCount'>;

/** An upgrade that an HTTP server's parser has read. */
export interface ParsedUpgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  /** What was read behind the head. */
  readonly leftover: Uint8Array;
  /** Whether somebody else listens to upgrades too. */
  readonly shared: boolean;
}

/**
 * Listens to upgrades of an HTTP server that others use too. One that was pipelined behind requests whose responses are
 * still under way is held back until they are out, as its answer would overtake them (RFC 9112 §9.3.2).
 *
 * @param take gives false for an upgrade that is somebody else's
 * @returns what stops the listening
 */
export function attachHttp1(server: Http1Server, take: (upgrade: ParsedUpgrade) => void): () => void {
  const responses = new WeakMap<Duplex, Set<ServerResponse>>();
  const onRequest = ({ socket }: IncomingMessage, response: ServerResponse): void => {
    const open = responses.get(socket) ?? new Set();
    responses.set(socket, open.add(response));
    response.once('close', () => open.delete(response));
  };
  const onUpgrade = (request: IncomingMessage, socket: Duplex, leftover: Uint8Array): void => {
    const upgrade = { request, socket, leftover, shared: server.listenerCount('upgrade') > 1 };
    const open = responses.get(socket);
    if (open === undefined || open.size === 0) take(upgrade);
    else holdBack(socket, open, () => take(upgrade));
  };
  server.prependListener('request', onRequest);
  server.on('upgrade', onUpgrade);
  return () => {
    server.off('request', onRequest);
    server.off('upgrade', onUpgrade);
  };
}

function holdBack(socket: Duplex, open: ReadonlySet<ServerResponse>, goOn: () => void): void {
  const ignore = (): void => {};
  socket.on('error', ignore);
  let waiting = open.size;
  for (const response of open) {
    response.once('close', () => {
      if (--waiting > 0) return;
      socket.off('error', ignore);
      if (!socket.destroyed) goOn();
    });
  }
}

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
