import { type HandshakeErrorRow, errorRow as row } from './error-row.ts';
import { HandshakeError } from './errors.ts';

/** The codes of what can be wrong with a response alone. */
export type ResponseErrorCode =
  | 'status-line'
  | 'response-version'
  | 'response-status'
  | 'response-upgrade'
  | 'response-connection'
  | 'response-accept'
  | 'response-protocol'
  | 'response-extension'
  | 'response-extension-params';

/** A response that a client must fail on. */
const response = (message: string, section: string = 'RFC 6455 §4.1'): HandshakeErrorRow => row(0, section, message);

/** What a client says of each. Apart from those of requests, so that a server does not carry them. Frozen. */
export const RESPONSE_ERRORS: Readonly<Record<ResponseErrorCode, HandshakeErrorRow>> = Object.freeze({
  'status-line': row(
    400,
    'RFC 9112 §4',
    'The status line is malformed. Send: HTTP version, space, three digits, space, reason.',
  ),
  'response-version': response('The server does not answer with HTTP/1.1. Check the URL.'),
  'response-status': response(
    'The server does not answer with status 101. Check the URL, the credentials and the origin.',
  ),
  'response-upgrade': response('The answer lacks Upgrade: websocket. Check proxies between client and server.'),
  'response-connection': response('The answer lacks Connection: Upgrade. Check proxies between client and server.'),
  'response-accept': response('Sec-WebSocket-Accept does not match the key. Correct the server.'),
  'response-protocol': response(
    'The server chose a subprotocol that was not offered. Offer it, or correct the server.',
  ),
  'response-extension': response(
    'The server chose an extension that was not offered, or chose one twice. Correct the server.',
    'RFC 6455 §9.1',
  ),
  'response-extension-params': response(
    'The server chose parameters of permessage-deflate that do not fit the offer. Correct the server.',
    'RFC 7692 §7.1',
  ),
});

/** The error with this code. */
export function responseError(code: ResponseErrorCode): HandshakeError {
  return new HandshakeError(code, [], RESPONSE_ERRORS[code]);
}
