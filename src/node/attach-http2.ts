import type { Http2Server, Http2ServerRequest, IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import {
  type AcceptResponse,
  createRequestHead,
  type ErrorResponse,
  type Field,
  formatExtensions,
  type RequestHead,
} from '../handshake/index.ts';
import type { Consider } from './attach-http1.ts';
import { claim, countStrangers, isLastResort, isTaken, known } from './claims.ts';
import type { Door } from './door.ts';

const NO_BYTES: Uint8Array = new Uint8Array(0);

/**
 * Listens to WebSocket requests of an HTTP/2 server: extended CONNECT with `:protocol` `websocket` (RFC 8441 §4), which
 * it tells clients that it takes. With a request handler Node gives them as `connect`, without one as `stream`.
 *
 * A listener to `connect` keeps Node from refusing other CONNECTs, so they are refused here.
 *
 * @returns what stops the listening
 */
export function attachHttp2(
  server: Http2Server,
  consider: Consider<IncomingHttpHeaders, ServerHttp2Stream>,
): () => void {
  const offer = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, lastResort: boolean): void => {
    if (stream.headersSent || isTaken(stream)) return;
    const take = consider(headers, stream, lastResort);
    if (take === undefined) return;
    claim(stream);
    take(NO_BYTES);
  };
  const onStream = known((stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void => {
    if (!isWebSocket(headers)) return;
    const lastResort = !server.listenerCount('request') && isLastResort(server, 'stream', onStream);
    offer(stream, headers, lastResort);
  });
  const onConnect = known(({ stream, headers }: Http2ServerRequest): void => {
    const lastResort = isLastResort(server, 'connect', onConnect);
    if (isWebSocket(headers)) offer(stream, headers, lastResort && !hasOwnStreamListener(server));
    else if (lastResort && !stream.headersSent && !stream.destroyed) {
      stream.respond({ ':status': headers[':protocol'] === undefined ? 405 : 501 }, { endStream: true });
    }
  });
  server.updateSettings({ enableConnectProtocol: true });
  server.on('stream', onStream);
  server.on('connect', onConnect);
  return () => {
    server.off('stream', onStream);
    server.off('connect', onConnect);
  };
}

function isWebSocket(headers: IncomingHttpHeaders): boolean {
  return headers[':method'] === 'CONNECT' && headers[':protocol'] === 'websocket';
}

/** Whether the application listens to streams itself, beside its request handler, which is one listener of Node's. */
function hasOwnStreamListener(server: Http2Server): boolean {
  return countStrangers(server, 'stream') > 1;
}

/**
 * The head of an extended CONNECT: `:path` as target, `:authority` as Host.
 *
 * @throws HandshakeError for one that our rules refuse
 */
export function headOfStream(headers: IncomingHttpHeaders): RequestHead {
  const fields: Field[] = [['host', headers[':authority'] ?? headers.host ?? '']];
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(':') || name === 'host' || value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) fields.push([name, one]);
  }
  return createRequestHead({ method: 'CONNECT', target: headers[':path'] ?? '', version: 'HTTP/2.0', fields });
}

// Fields that HTTP/2 has no place for (RFC 9113 §8.2.2).
const HTTP1_ONLY = ['connection', 'upgrade'];

/** The answer as a HEADERS frame; an accepted stream carries frames as DATA (RFC 8441 §5). */
export class Http2Door implements Door {
  readonly transport: ServerHttp2Stream;
  readonly remoteAddress: string | undefined;
  readonly secure: boolean;
  readonly acceptStatus: number = 200;

  constructor(stream: ServerHttp2Stream, secure: boolean) {
    this.transport = stream;
    this.remoteAddress = stream.session?.socket.remoteAddress;
    this.secure = secure;
  }

  accept({ protocol, extensions = [], headers = [] }: AcceptResponse): void {
    this.transport.respond({
      ...collect(headers),
      ':status': this.acceptStatus,
      ...(protocol === undefined ? {} : { 'sec-websocket-protocol': protocol }),
      ...(extensions.length === 0 ? {} : { 'sec-websocket-extensions': formatExtensions(extensions) }),
    });
  }

  refuse({ status, message, headers = [] }: ErrorResponse): void {
    if (this.transport.headersSent || this.transport.destroyed) return;
    this.transport.respond({
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
      ...collect(headers),
      ':status': status,
    });
    this.transport.end(`${message}\n`);
  }
}

function collect(fields: readonly Field[]): Record<string, string[]> {
  const headers: Record<string, string[]> = {};
  for (const [given, value] of fields) {
    const name = given.toLowerCase();
    if (!HTTP1_ONLY.includes(name)) headers[name] = [...(headers[name] ?? []), value];
  }
  return headers;
}
