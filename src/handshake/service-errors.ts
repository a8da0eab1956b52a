import { type HandshakeErrorRow, errorRow as row } from './error-row.ts';
import { HandshakeError } from './errors.ts';

/** The codes of what is refused although the request is right. */
export type ServiceErrorCode =
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'timeout'
  | 'too-many-requests'
  | 'internal'
  | 'overloaded'
  | 'shutting-down';

/** What a server answers to each. Apart from the mistakes, since the handshake itself refuses nothing for these. Frozen. */
export const SERVICE_ERRORS: Readonly<Record<ServiceErrorCode, HandshakeErrorRow>> = Object.freeze({
  unauthorized: row(401, 'RFC 6455 §4.2.2', 'This resource needs authentication. Send valid credentials.'),
  forbidden: row(403, 'RFC 6455 §4.2.2', 'This client may not connect. Ask the operator for permission.'),
  'not-found': row(404, 'RFC 6455 §4.2.2', 'There is no WebSocket at this path. Check the path of the URL.'),
  timeout: row(408, 'RFC 9110 §15.5.9', 'The request did not arrive in time. Send the whole head at once.'),
  'too-many-requests': row(429, 'RFC 6585 §4', 'This address has, or opens, too many connections. Try again later.'),
  internal: row(500, 'RFC 9110 §15.6.1', 'The server failed to answer this request. Try again later.'),
  overloaded: row(503, 'RFC 9110 §15.6.4', 'The server has too many connections. Try again later.'),
  'shutting-down': row(503, 'RFC 9110 §15.6.4', 'The server is shutting down. Try again in a moment.'),
});

/** The refusal with this code; `headers` are fields for the answer, `Retry-After` for example. */
export function serviceError(code: ServiceErrorCode, headers: HandshakeErrorRow['headers'] = []): HandshakeError {
  return new HandshakeError(code, headers, SERVICE_ERRORS[code]);
}
