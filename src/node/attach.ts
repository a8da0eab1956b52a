import type { IncomingMessage } from 'node:http';
import type { Http2Server } from 'node:http2';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { decideExtendedConnect, decideUpgrade, HandshakeError, type RequestHead } from '../handshake/index.ts';
import { Admission } from './admission.ts';
import { attachHttp1, freeSocket, type Http1Server, headOf } from './attach-http1.ts';
import { attachHttp2, Http2Door, headOfStream } from './attach-http2.ts';
import { steadyNow } from './clock.ts';
import { type Door, Http1Door } from './door.ts';
import type { Lobby } from './lobby.ts';
import type { OpeningHost } from './opening.ts';
import { refuseUnknown } from './refuse-unknown.ts';

/** A server of `node:http`, `node:https` or `node:http2`. */
export type AttachableServer = Http1Server | Http2Server;

/** Which requests of a shared server are meant. */
export interface AttachOptions {
  /** Only requests for this path, whatever the routes say. Default: those that a route with a path takes. */
  readonly path?: string;
}

/**
 * Takes the WebSocket requests of an HTTP server that others use too, and leaves them the rest. A request that nobody
 * else could take either gets an answer.
 *
 * @returns what stops it
 */
export function attach(server: AttachableServer, options: AttachOptions, host: OpeningHost, lobby: Lobby): () => void {
  refuseUnknown('attach', options, ['path']);
  const isOurs = ({ path }: RequestHead): boolean =>
    options.path === undefined
      ? host.routes.some(({ match }) => typeof match !== 'string' || match === path)
      : options.path === path;
  const stops = [
    attachHttp1(server as Http1Server, ({ request, socket, leftover, shared }) => {
      const head = readHead(() => headOf(request));
      if (shared && (head instanceof HandshakeError || !isOurs(head))) return;
      acceptParsed(request, socket, leftover, host, lobby, head);
    }),
  ];
  if ('updateSettings' in server) {
    stops.push(
      attachHttp2(server, (stream, headers) => {
        const door = new Http2Door(stream, isSecure(stream.session?.socket));
        const head = readHead(() => headOfStream(headers));
        if (lobby.enter(door, host)) decideOn(door, head, new Uint8Array(0), host, decideExtendedConnect);
      }),
    );
  }
  return () => {
    for (const stop of stops) stop();
  };
}

/** Takes a transport whose request head another parser has read. */
export function acceptParsed(
  request: IncomingMessage,
  transport: Duplex,
  leftover: Uint8Array,
  host: OpeningHost,
  lobby: Lobby,
  head: RequestHead | HandshakeError = readHead(() => headOf(request)),
): void {
  freeSocket(transport);
  const { remoteAddress } = transport as Partial<Socket>;
  const door = new Http1Door(transport, remoteAddress, isSecure(transport));
  if (lobby.enter(door, host)) decideOn(door, head, leftover, host, decideUpgrade);
}

/** True when TLS ends in this transport. */
export function isSecure(transport: unknown): boolean {
  return (transport as Partial<TLSSocket> | undefined)?.encrypted === true;
}

function decideOn(
  door: Door,
  head: RequestHead | HandshakeError,
  leftover: Uint8Array,
  host: OpeningHost,
  decide: typeof decideUpgrade,
): void {
  const admission = new Admission(host, door, steadyNow() + host.limits.handshakeTimeoutMs);
  if (head instanceof HandshakeError) admission.refuse(head);
  else void admission.admit(head, leftover, decide);
}

function readHead(read: () => RequestHead): RequestHead | HandshakeError {
  try {
    return read();
  } catch (error) {
    if (error instanceof HandshakeError) return error;
    throw error;
  }
}
