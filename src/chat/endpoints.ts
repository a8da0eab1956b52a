import { Buffer } from 'node:buffer';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { PROMETHEUS_CONTENT_TYPE } from '../node/index.ts';
import { TICKET_TTL_MS } from './auth/tickets.ts';
import type { Identity } from './identity.ts';
import { servePage } from './page.ts';

/** What the plain HTTP side of a chat server asks of the rest. */
export interface EndpointSource {
  /** `ok`, or why no new connections are to be sent here. */
  health(): 'ok' | 'degraded' | 'draining';
  /** The text for a scrape. */
  metrics(): string;
  /** Undefined where there are no tokens. */
  readonly tickets:
    | {
        verify(token: string): Promise<Identity | undefined | 'unavailable'>;
        issue(identity: Identity): Promise<string | undefined>;
        refused(request: IncomingMessage): void;
      }
    | undefined;
}

const BEARER = /^bearer +([\w.~+/-]+=*)$/i;
const PLAIN = 'text/plain; charset=utf-8';
const JSON_TYPE = 'application/json';

/** Answers plain HTTP requests: `/healthz`, `/metrics`, `POST /chat/ticket` where there are tokens, and the page for all others. */
export function serveEndpoints(
  source: EndpointSource,
): (request: IncomingMessage, response: ServerResponse) => void | Promise<void> {
  return (request, response) => {
    const path = (request.url ?? '').replace(/\?.*$/s, '');
    if (path === '/healthz') return serveHealth(source, request, response);
    if (path === '/metrics') {
      return answerRead(request, response, 200, PROMETHEUS_CONTENT_TYPE, source.metrics());
    }
    if (path === '/chat/ticket' && source.tickets) return serveTicket(source.tickets, request, response);
    return servePage(request, response);
  };
}

function serveHealth(source: EndpointSource, request: IncomingMessage, response: ServerResponse): void {
  const status = source.health();
  answerRead(request, response, status === 'ok' ? 200 : 503, JSON_TYPE, `${JSON.stringify({ status })}\n`);
}

async function serveTicket(
  tickets: NonNullable<EndpointSource['tickets']>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  request.resume();
  if (request.method !== 'POST') {
    answer(response, 405, PLAIN, 'A ticket is asked for with POST.\n', { Allow: 'POST' });
    return;
  }
  const token = BEARER.exec(request.headers.authorization ?? '')?.[1];
  const identity = token === undefined ? undefined : await tickets.verify(token);
  if (!identity) {
    tickets.refused(request);
    answer(response, 401, PLAIN, 'This takes a valid token: Authorization: Bearer.\n', {
      'WWW-Authenticate': 'Bearer',
    });
    return;
  }
  const ticket = identity === 'unavailable' ? undefined : await tickets.issue(identity);
  if (ticket === undefined) {
    answer(response, 503, PLAIN, 'Nobody can be recognised now.\n', { 'Retry-After': '1' });
    return;
  }
  answer(response, 200, JSON_TYPE, `${JSON.stringify({ ticket, expiresInMs: TICKET_TTL_MS })}\n`);
}

function answerRead(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  contentType: string,
  body: string,
): void {
  if (request.method === 'GET' || request.method === 'HEAD') {
    answer(response, status, contentType, body, {}, request.method === 'HEAD');
  } else answer(response, 405, PLAIN, 'This can only be read. Use GET or HEAD.\n', { Allow: 'GET, HEAD' });
}

function answer(
  response: ServerResponse,
  status: number,
  contentType: string,
  body: string,
  headers: OutgoingHttpHeaders = {},
  withoutBody: boolean = false,
): void {
  response.writeHead(status, {
    ...headers,
    'Content-Type': contentType,
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(withoutBody ? undefined : body);
}
