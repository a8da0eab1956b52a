import type { Http2Server, Http2ServerRequest, IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import {
  type AcceptResponse,
  createRequestHead,
  type ErrorResponse,
  type Field,
  formatExtensions,
  type RequestHead,
} from '../handshake/index.ts';
import type { Door } from './door.ts';

/**
 * Listens to WebSocket requests of an HTTP/2 server: extended CONNECT with `:protocol` `websocket` (RFC 8441 §4), which
 * it tells clients that it takes. With a request handler Node gives them as `connect`, without one as `stream`.
 *
 * @param take gives false for a request that is somebody else's
 * @returns what stops the listening
 */
export function attachHttp2(
  server: Http2Server,
  take: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void,
): () => void {
  const taken = new WeakSet<ServerHttp2Stream>();
  const onStream = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void => {
    if (headers[':method'] !== 'CONNECT' || headers[':protocol'] !== 'websocket' || taken.has(stream)) return;
    taken.add(stream);
    take(stream, headers);
  };
  const onConnect = ({ stream, headers }: Http2ServerRequest): void => onStream(stream, headers);
  server.updateSettings({ enableConnectProtocol: true });
  server.on('stream', onStream);
  server.on('connect', onConnect);
  return () => {
    server.off('stream', onStream);
    server.off('connect', onConnect);
  };
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

  constructor(stream: ServerHttp2Stream, secure: boolean) {
    this.transport = stream;
    this.remoteAddress = stream.session?.socket.remoteAddress;
    this.secure = secure;
  }

  accept({ protocol, extensions = [], headers = [] }: AcceptResponse): void {
    this.transport.respond({
      ...collect(headers),
      ':status': 200,
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
