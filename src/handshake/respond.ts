import { isBase64 } from './base64.ts';
import { isToken, latin1, latin1Bytes } from './characters.ts';
import { type ExtensionOffer, formatExtensions } from './extensions.ts';
import type { Field } from './fields.ts';
import { checkHeaders, headText } from './head-writer.ts';
import { encodeUtf8 } from './utf8.ts';

/** What the answer that opens a WebSocket says. */
export interface AcceptResponse {
  /** From the decision on the request. */
  readonly accept: string;
  /** The chosen subprotocol, one of those offered; none when absent. */
  readonly protocol?: string;
  /** The agreed extensions; none when absent or empty. */
  readonly extensions?: readonly ExtensionOffer[];
  /** Fields of the application, Set-Cookie for example. */
  readonly headers?: readonly Field[];
}

/**
 * The response that opens a WebSocket: status 101, RFC 6455 §4.2.2.
 * @throws TypeError for a value that cannot stand in a head, or a field that the handshake writes itself
 * @rfc 6455-4.2.2-10
 */
export function encodeAcceptResponse(response: AcceptResponse): Uint8Array {
  return latin1Bytes(acceptHead(response));
}

/**
 * {@link encodeAcceptResponse} as text, one character for each byte.
 * @throws TypeError as that does
 */
export function acceptHead(response: AcceptResponse): string {
  const { accept, protocol, extensions = [], headers = [] } = response;
  if (!isBase64(accept, 27, '=')) throw new TypeError('accept: must be 20 bytes in base64');
  const fields: Field[] = [
    ['Upgrade', 'websocket'],
    ['Connection', 'Upgrade'],
    ['Sec-WebSocket-Accept', accept], // @rfc 6455-4.2.2-10
  ];
  // @rfc 6455-4.2.2-7
  if (protocol !== undefined) {
    if (!isToken(protocol)) throw new TypeError('protocol: must be a token');
    fields.push(['Sec-WebSocket-Protocol', protocol]);
  }
  if (extensions.length > 0) fields.push(['Sec-WebSocket-Extensions', formatExtensions(extensions)]);
  checkHeaders(headers, fields); // @rfc 6455-11.3.2-1 6455-11.3.3-1 6455-11.3.4-1
  return headText('HTTP/1.1 101 Switching Protocols', headers.length === 0 ? fields : [...fields, ...headers]);
}

/** What the answer to a refused request says; every HandshakeError is one. */
export interface ErrorResponse {
  /** 300 to 599, but 304. */
  readonly status: number;
  /** For people, of any characters. Becomes the body. */
  readonly message: string;
  readonly headers?: readonly Field[];
}

const REASONS: ReadonlyMap<number, string> = new Map([
  [301, 'Moved Permanently'],
  [302, 'Found'],
  [303, 'See Other'],
  [307, 'Temporary Redirect'],
  [308, 'Permanent Redirect'],
  [400, 'Bad Request'],
  [401, 'Unauthorized'],
  [402, 'Payment Required'],
  [403, 'Forbidden'],
  [404, 'Not Found'],
  [405, 'Method Not Allowed'],
  [406, 'Not Acceptable'],
  [408, 'Request Timeout'],
  [409, 'Conflict'],
  [410, 'Gone'],
  [413, 'Content Too Large'],
  [414, 'URI Too Long'],
  [421, 'Misdirected Request'],
  [426, 'Upgrade Required'],
  [429, 'Too Many Requests'],
  [431, 'Request Header Fields Too Large'],
  [500, 'Internal Server Error'],
  [501, 'Not Implemented'],
  [502, 'Bad Gateway'],
  [503, 'Service Unavailable'],
  [504, 'Gateway Timeout'],
  [505, 'HTTP Version Not Supported'],
]);

// The fields that a refusal may carry although an acceptance may not: RFC 9110 §15.5.22, RFC 6455 §4.4.
const PERMITTED = ['upgrade', 'sec-websocket-version'];

/**
 * The response that refuses a request: a short text that is never interpreted as anything else, after which the
 * connection closes. It says nothing but `message`, so nothing that a peer sent comes back.
 * A Content-Type among the headers replaces `text/plain; charset=utf-8`.
 * @throws RangeError for a status outside 300 to 599; TypeError for a field that cannot stand in this head
 * @rfc 6455-4.2.2-3 6455-10.7-3
 */
export function encodeErrorResponse(error: ErrorResponse): Uint8Array {
  const { status, message, headers = [] } = error;
  // 304 has no body, so the length of one would be a lie.
  if (!Number.isInteger(status) || status < 300 || status > 599 || status === 304) {
    throw new RangeError('status: must be 300 to 599, and not 304');
  }
  const has = (wanted: string): boolean => headers.some(([name]) => String(name).toLowerCase() === wanted);
  const body = encodeUtf8(`${message}\n`);
  const fields: Field[] = [
    ['Connection', has('upgrade') ? 'Upgrade, close' : 'close'],
    ['Content-Length', String(body.length)],
    ['X-Content-Type-Options', 'nosniff'],
  ];
  if (!has('content-type')) fields.push(['Content-Type', 'text/plain; charset=utf-8']);
  checkHeaders(headers, fields, PERMITTED);
  const line = `HTTP/1.1 ${status} ${REASONS.get(status) ?? ''}`;
  return latin1Bytes(headText(line, [...fields, ...headers]) + latin1(body));
}
