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

const UPGRADE = ['Upgrade', 'websocket'] as const;

function row(
  status: number,
  section: string,
  message: string,
  headers: HandshakeErrorRow['headers'] = [],
): HandshakeErrorRow {
  return Object.freeze({ status, section, message, headers });
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

/** Every handshake error: its status, the section it rests on, and a sentence with the remedy. Frozen. */
export const HANDSHAKE_ERRORS: Readonly<Record<HandshakeErrorCode, HandshakeErrorRow>> = Object.freeze({
  'bare-cr': row(400, 'RFC 9112 §2.2', 'A carriage return was not followed by a line feed. End every line with CR LF.'),
  'bare-lf': row(400, 'RFC 9112 §2.2', 'A line ended with a line feed alone. End every line with CR LF.'),
  'blank-lines': row(
    400,
    'RFC 9112 §2.2',
    'More than two blank lines stood before the request. Send the request line first.',
  ),
  'request-line': row(
    400,
    'RFC 9112 §3',
    'The request line is malformed. Send: method, one space, target, one space, HTTP version.',
  ),
  'request-line-too-long': row(
    414,
    'RFC 9110 §15.5.15',
    'The request line is longer than this server permits. Shorten the request target.',
  ),
  'target-byte': row(
    400,
    'RFC 9112 §3.2',
    'The request target contains a character that is not permitted there. Percent-encode it.',
  ),
  'target-form': row(
    400,
    'RFC 9112 §3.2',
    'The form of the request target is not permitted. Send a path that starts with a slash, or an http or https URI.',
  ),
  'version-syntax': row(400, 'RFC 9112 §2.3', 'The HTTP version is malformed. End the request line with HTTP/1.1.'),
  'status-line': row(
    400,
    'RFC 9112 §4',
    'The status line is malformed. Send: HTTP version, one space, three digits, one space, reason.',
  ),
  'head-too-large': row(431, 'RFC 6585 §5', 'The head is larger than permitted. Send fewer or shorter header fields.'),
  'too-many-fields': row(
    431,
    'RFC 6585 §5',
    'The head has more header fields than permitted. Send fewer header fields.',
  ),
  'leading-space': row(
    400,
    'RFC 9112 §2.2',
    'The first header field starts with white space. Start the line with the field name.',
  ),
  'obs-fold': row(400, 'RFC 9112 §5.2', 'A header field is folded over several lines. Send each field on one line.'),
  'field-name': row(
    400,
    'RFC 9112 §5.1',
    'A header field name is malformed. Send a token, directly followed by a colon.',
  ),
  'field-value': row(400, 'RFC 9110 §5.5', 'A header field value contains a control character. Remove it.'),
  'duplicate-field': row(
    400,
    'RFC 9110 §5.3',
    'A header field that may occur once occurs more often, or occurrences contradict. Send it once.',
  ),
  'incomplete-head': row(400, 'RFC 9112 §2.1', 'The head ended before its blank line. Send the whole head.'),
  'trailing-bytes': row(400, 'RFC 9112 §2.1', 'Bytes follow the blank line that ends the head. Pass the head alone.'),
  'http-version': row(505, 'RFC 6455 §4.2.1', 'A WebSocket opens with HTTP/1.1. Send the request as HTTP/1.1.'),
  method: row(405, 'RFC 6455 §4.2.1', 'A WebSocket opens with a GET request. Use GET.', [['Allow', 'GET']]),
  'content-length': row(400, 'RFC 6455 §4.2.1', 'A WebSocket request has no body. Leave Content-Length out.'),
  'transfer-encoding': row(400, 'RFC 6455 §4.2.1', 'A WebSocket request has no body. Leave Transfer-Encoding out.'),
  host: row(
    400,
    'RFC 9112 §3.2',
    'The Host field is missing or malformed. Send Host once, with a host name and at most a port.',
  ),
  'target-host': row(
    400,
    'RFC 9112 §3.2.2',
    'The request target and the Host field name different hosts. Make them agree.',
  ),
  'host-not-allowed': row(
    403,
    'RFC 6455 §10.1',
    'This server does not serve the host named in the Host field. Use a name that it serves.',
  ),
  'upgrade-token': row(426, 'RFC 6455 §4.2.1', 'The Upgrade field does not name websocket. Send Upgrade: websocket.', [
    UPGRADE,
  ]),
  'connection-token': row(
    426,
    'RFC 6455 §4.2.1',
    'The Connection field does not contain Upgrade. Send Connection: Upgrade.',
    [UPGRADE],
  ),
  key: row(400, 'RFC 6455 §4.2.1', 'Sec-WebSocket-Key is missing or malformed. Send 16 random bytes in base64.'),
  'websocket-version': row(
    426,
    'RFC 6455 §4.2.2',
    'This server speaks WebSocket version 13. Send Sec-WebSocket-Version: 13.',
    [UPGRADE, ['Sec-WebSocket-Version', '13']], // @rfc 6455-4.2.2-4 6455-4.4-1
  ),
  'protocol-syntax': row(400, 'RFC 6455 §4.3', 'Sec-WebSocket-Protocol is malformed. Send tokens separated by commas.'),
  'protocol-duplicate': row(
    400,
    'RFC 6455 §4.1',
    'Sec-WebSocket-Protocol names a subprotocol twice. Name each one once.',
  ),
  'extension-syntax': row(
    400,
    'RFC 6455 §9.1',
    'Sec-WebSocket-Extensions is malformed. Send extensions separated by commas, parameters by semicolons.',
  ),
  'extension-limit': row(
    400,
    'RFC 6455 §9.1',
    'Sec-WebSocket-Extensions has too many elements. Send at most 16 extensions with 16 parameters each.',
  ),
  // @rfc 6455-10.2-2
  origin: row(
    403,
    'RFC 6455 §10.2',
    'Pages of this origin may not connect here. Connect from an origin that the server permits.',
  ),
  unauthorized: row(401, 'RFC 6455 §4.2.2', 'This resource needs authentication. Send valid credentials.'),
  forbidden: row(403, 'RFC 6455 §4.2.2', 'This client may not connect here. Ask the operator for permission.'),
  'not-found': row(404, 'RFC 6455 §4.2.2', 'There is no WebSocket at this path. Check the path of the URL.'),
  timeout: row(408, 'RFC 9110 §15.5.9', 'The request did not arrive in time. Send the whole head at once.'),
  'too-many-requests': row(
    429,
    'RFC 6585 §4',
    'This address has too many connections, or opened too many in a short time. Wait, then try again.',
  ),
  internal: row(500, 'RFC 9110 §15.6.1', 'The server failed to answer this request. Try again later.'),
  overloaded: row(503, 'RFC 9110 §15.6.4', 'The server has as many connections as it permits. Try again later.'),
  'shutting-down': row(503, 'RFC 9110 §15.6.4', 'The server is shutting down. Connect again in a moment.'),
  'response-version': row(
    0,
    'RFC 6455 §4.1',
    'The server did not answer with HTTP/1.1. Check that the URL leads to a WebSocket server.',
  ),
  'response-status': row(
    0,
    'RFC 6455 §4.1',
    'The server did not answer with status 101. Check the URL, the credentials and the origin.',
  ),
  'response-upgrade': row(
    0,
    'RFC 6455 §4.1',
    'The answer lacks Upgrade: websocket. Check proxies between client and server.',
  ),
  'response-connection': row(
    0,
    'RFC 6455 §4.1',
    'The answer lacks Connection: Upgrade. Check proxies between client and server.',
  ),
  'response-accept': row(
    0,
    'RFC 6455 §4.1',
    'Sec-WebSocket-Accept does not match the key. The server must derive it from this request.',
  ),
  'response-protocol': row(
    0,
    'RFC 6455 §4.1',
    'The server chose a subprotocol that was not offered. Offer it, or correct the server.',
  ),
  'response-extension': row(
    0,
    'RFC 6455 §9.1',
    'The server chose an extension that was not offered, or chose one twice. Correct the server.',
  ),
  'response-extension-params': row(
    0,
    'RFC 7692 §7.1',
    'The server agreed to permessage-deflate with parameters that do not fit the offer. Correct the server.',
  ),
});
