import type { IncomingMessage } from 'node:http';
import type { Http2Server } from 'node:http2';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { decideExtendedConnect, decideUpgrade, HandshakeError, type RequestHead } from '../handshake/index.ts';
import { refuseUnknown } from '../protocol/index.ts';
import { Admission } from './admission.ts';
import { attachHttp1, freeSocket, type Http1Server, headOf } from './attach-http1.ts';
import { attachHttp2, Http2Door, headOfStream } from './attach-http2.ts';
import { claim } from './claims.ts';
import { steadyNow } from './clock.ts';
import { type Door, Http1Door } from './door.ts';
import type { Lobby } from './lobby.ts';
import type { OpeningHost } from './opening.ts';
import type { Route } from './routes.ts';
import { UpgradeRequest } from './upgrade-request.ts';

/** A server of `node:http`, `node:https` or `node:http2`. */
export type AttachableServer = Http1Server | Http2Server;

type Head = RequestHead | HandshakeError;

const NO_BYTES: Uint8Array = new Uint8Array(0);

/** Which requests of a shared server are meant. */
export interface AttachOptions {
  /** Only requests for this path. Default: those that a route takes. */
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
  const isMeant = (head: Head, remoteAddress: string | undefined, secure: boolean): boolean => {
    if (head instanceof HandshakeError) return false;
    if (options.path !== undefined && options.path !== head.path) return false;
    const request = new UpgradeRequest(head, remoteAddress, secure);
    return options.path === head.path || host.routes.some((route) => takes(route, request));
  };
  // What is taken although it is not meant gets its 404, or whatever else is wrong with it.
  const strangers = (): OpeningHost => ({ ...host, routes: [] });
  const stops = [
    attachHttp1(server as Http1Server, (request, socket, lastResort) => {
      const head = readHead(() => headOf(request));
      const meant = isMeant(head, addressOf(socket), isSecure(socket));
      if (!meant && !lastResort) return undefined;
      return (leftover) => acceptParsed(request, socket, leftover, meant ? host : strangers(), lobby, head);
    }),
  ];
  if ('updateSettings' in server) {
    stops.push(
      attachHttp2(server, (headers, stream, lastResort) => {
        const head = readHead(() => headOfStream(headers));
        const door = new Http2Door(stream, isSecure(stream.session?.socket));
        const meant = isMeant(head, door.remoteAddress, door.secure);
        if (!meant && !lastResort) return undefined;
        return () => {
          const from = meant ? host : strangers();
          if (lobby.enter(door, from)) decideOn(door, head, NO_BYTES, from, decideExtendedConnect);
        };
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
  head: Head = readHead(() => headOf(request)),
): void {
  freeSocket(transport);
  claim(transport);
  const door = new Http1Door(transport, addressOf(transport), isSecure(transport));
  if (lobby.enter(door, host)) decideOn(door, head, leftover, host, decideUpgrade);
}

/** True when TLS ends in this transport. */
export function isSecure(transport: unknown): boolean {
  return (transport as Partial<TLSSocket> | undefined)?.encrypted === true;
}

function takes({ match }: Route, request: UpgradeRequest): boolean {
  if (typeof match === 'string') return match === request.path;
  try {
    return match(request);
  } catch {
    // It will throw again where that is answered and reported.
    return true;
  }
}

function addressOf(transport: Duplex): string | undefined {
  return (transport as Partial<Socket>).remoteAddress;
}

function decideOn(door: Door, head: Head, leftover: Uint8Array, host: OpeningHost, decide: typeof decideUpgrade): void {
  const admission = new Admission(host, door, steadyNow() + host.limits.handshakeTimeoutMs);
  if (head instanceof HandshakeError) admission.refuse(head);
  else admission.admit(head, leftover, decide);
}

function readHead(read: () => RequestHead): Head {
  try {
    return read();
  } catch (error) {
    if (error instanceof HandshakeError) return error;
    throw error;
  }
}
