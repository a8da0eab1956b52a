/** One row of the error table: what is answered, by which rule, and how the other side can do better. */
export interface HandshakeErrorRow {
  /** HTTP status to answer with; 0 where a client fails and nothing is answered. */
  readonly status: number;
  /** The rule that was broken, as `RFC 6455 §4.1`. */
  readonly section: string;
  /** What was wrong and what to do. Never contains input. */
  readonly message: string;
  /** Fields that the answer must carry. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** The stable codes of everything that can go wrong with an opening handshake. */
export type HandshakeErrorCode =
  | 'bare-cr'
  | 'bare-lf'
  | 'blank-lines'
  | 'request-line'
  | 'request-line-too-long'
  | 'target-byte'
  | 'target-form'
  | 'version-syntax'
  | 'status-line'
  | 'head-too-large'
  | 'too-many-fields'
  | 'leading-space'
  | 'obs-fold'
  | 'field-name'
  | 'field-value'
  | 'duplicate-field'
  | 'incomplete-head'
  | 'trailing-bytes'
  | 'http-version'
  | 'method'
  | 'content-length'
  | 'transfer-encoding'
  | 'host'
  | 'target-host'
  | 'host-not-allowed'
  | 'upgrade-token'
  | 'connection-token'
  | 'key'
  | 'websocket-version'
  | 'protocol-syntax'
  | 'protocol-duplicate'
  | 'extension-syntax'
  | 'extension-limit'
  | 'origin'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'timeout'
  | 'too-many-requests'
  | 'internal'
  | 'overloaded'
  | 'shutting-down'
  | 'response-version'
  | 'response-status'
  | 'response-upgrade'
  | 'response-connection'
  | 'response-accept'
  | 'response-protocol'
  | 'response-extension'
  | 'response-extension-params';

type Headers = HandshakeErrorRow['headers'];

function row(status: number, section: string, message: string, headers: Headers = []): HandshakeErrorRow {
  return Object.freeze({ status, section, message, headers });
}

/** A malformed HTTP message. */
const http = (section: string, message: string): HandshakeErrorRow => row(400, `RFC 9112 §${section}`, message);

/** A request that asks for a WebSocket, and not as RFC 6455 demands. */
const request = (section: string, message: string): HandshakeErrorRow => row(400, `RFC 6455 §${section}`, message);

/** A request for something else, which an Upgrade field in the answer explains. */
const upgrade = (section: string, message: string, headers: Headers = []): HandshakeErrorRow =>
  row(426, `RFC 6455 §${section}`, message, [['Upgrade', 'websocket'], ...headers]);

/** A response that a client must fail on. */
const response = (message: string, section: string = 'RFC 6455 §4.1'): HandshakeErrorRow => row(0, section, message);

/** Every handshake error: its status, the section it rests on, and a sentence with the remedy. Frozen. */
export const HANDSHAKE_ERRORS: Readonly<Record<HandshakeErrorCode, HandshakeErrorRow>> = Object.freeze({
  'bare-cr': http('2.2', 'A line ends with CR alone. End every line with CR LF.'),
  'bare-lf': http('2.2', 'A line ends with LF alone. End every line with CR LF.'),
  'blank-lines': http('2.2', 'Too many blank lines. Send the request line first.'),
  'request-line': http('3', 'The request line is malformed. Send: method, space, target, space, HTTP version.'),
  'request-line-too-long': row(414, 'RFC 9110 §15.5.15', 'The request line is too long. Shorten the request target.'),
  'target-byte': http('3.2', 'The request target contains a character that is not permitted. Percent-encode it.'),
  'target-form': http('3.2', 'The request target is malformed. Send a path, or an http or https URI.'),
  'version-syntax': http('2.3', 'The HTTP version is malformed. Send HTTP/1.1.'),
  'status-line': http('4', 'The status line is malformed. Send: HTTP version, space, three digits, space, reason.'),
  'head-too-large': row(431, 'RFC 6585 §5', 'The head is too large. Send fewer or shorter header fields.'),
  'too-many-fields': row(431, 'RFC 6585 §5', 'The head has too many header fields. Send fewer header fields.'),
  'leading-space': http('2.2', 'The first header field starts with white space. Send the field name first.'),
  'obs-fold': http('5.2', 'A header field is folded over several lines. Send each field on one line.'),
  'field-name': http('5.1', 'A header field name is malformed. Send a token, directly followed by a colon.'),
  'field-value': row(400, 'RFC 9110 §5.5', 'A header field value contains a control character. Remove it.'),
  'duplicate-field': row(400, 'RFC 9110 §5.3', 'A header field occurs twice, or contradicts another. Send it once.'),
  'incomplete-head': http('2.1', 'The head ends before its blank line. Send the whole head.'),
  'trailing-bytes': http('2.1', 'Bytes follow the blank line that ends the head. Pass the head alone.'),
  'http-version': row(505, 'RFC 6455 §4.2.1', 'A WebSocket opens with HTTP/1.1. Send HTTP/1.1.'),
  method: row(405, 'RFC 6455 §4.2.1', 'A WebSocket opens with GET. Send GET.', [['Allow', 'GET']]),
  'content-length': request('4.2.1', 'A WebSocket request has no body. Leave Content-Length out.'),
  'transfer-encoding': request('4.2.1', 'A WebSocket request has no body. Leave Transfer-Encoding out.'),
  host: http('3.2', 'The Host field is missing or malformed. Send Host once, with a host name and at most a port.'),
  'target-host': http('3.2.2', 'The request target and the Host field name different hosts. Make them agree.'),
  'host-not-allowed': row(
    403,
    'RFC 6455 §10.1',
    'The Host field names no host of this server. Send one that it serves.',
  ),
  'upgrade-token': upgrade('4.2.1', 'The Upgrade field does not name websocket. Send Upgrade: websocket.'),
  'connection-token': upgrade('4.2.1', 'The Connection field does not name Upgrade. Send Connection: Upgrade.'),
  key: request('4.2.1', 'Sec-WebSocket-Key is missing or malformed. Send 16 random bytes in base64.'),
  // @rfc 6455-4.2.2-4 6455-4.4-1
  'websocket-version': upgrade('4.2.2', 'This is WebSocket version 13. Send Sec-WebSocket-Version: 13.', [
    ['Sec-WebSocket-Version', '13'],
  ]),
  'protocol-syntax': request('4.3', 'Sec-WebSocket-Protocol is malformed. Send tokens separated by commas.'),
  'protocol-duplicate': request('4.1', 'Sec-WebSocket-Protocol names a subprotocol twice. Send each once.'),
  'extension-syntax': request(
    '9.1',
    'Sec-WebSocket-Extensions is malformed. Send extensions separated by commas, parameters by semicolons.',
  ),
  'extension-limit': request(
    '9.1',
    'Sec-WebSocket-Extensions has too many elements. Send at most 16 extensions with 16 parameters each.',
  ),
  // @rfc 6455-10.2-2
  origin: row(403, 'RFC 6455 §10.2', 'Pages of this origin may not connect. Connect from one that the server permits.'),
  unauthorized: row(401, 'RFC 6455 §4.2.2', 'This resource needs authentication. Send valid credentials.'),
  forbidden: row(403, 'RFC 6455 §4.2.2', 'This client may not connect. Ask the operator for permission.'),
  'not-found': row(404, 'RFC 6455 §4.2.2', 'There is no WebSocket at this path. Check the path of the URL.'),
  timeout: row(408, 'RFC 9110 §15.5.9', 'The request did not arrive in time. Send the whole head at once.'),
  'too-many-requests': row(429, 'RFC 6585 §4', 'This address has, or opens, too many connections. Try again later.'),
  internal: row(500, 'RFC 9110 §15.6.1', 'The server failed to answer this request. Try again later.'),
  overloaded: row(503, 'RFC 9110 §15.6.4', 'The server has too many connections. Try again later.'),
  'shutting-down': row(503, 'RFC 9110 §15.6.4', 'The server is shutting down. Try again in a moment.'),
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
