import { type HandshakeErrorRow, errorRow as row } from './error-row.ts';

/** The codes of what can be wrong with a request, or with any head. */
export type RequestErrorCode =
  | 'bare-cr'
  | 'bare-lf'
  | 'blank-lines'
  | 'request-line'
  | 'request-line-too-long'
  | 'target-byte'
  | 'target-form'
  | 'version-syntax'
  | 'head-too-large'
  | 'too-many-fields'
  | 'leading-space'
  | 'obs-fold'
  | 'field-name'
  | 'field-value'
  | 'duplicate-field'
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
  | 'origin';

type Headers = HandshakeErrorRow['headers'];

/** A malformed HTTP message. */
const http = (section: string, message: string): HandshakeErrorRow => row(400, `RFC 9112 §${section}`, message);

/** A request that asks for a WebSocket, and not as RFC 6455 demands. */
const request = (section: string, message: string): HandshakeErrorRow => row(400, `RFC 6455 §${section}`, message);

/** A request for something else, which an Upgrade field in the answer explains. */
const upgrade = (section: string, message: string, headers: Headers = []): HandshakeErrorRow =>
  row(426, `RFC 6455 §${section}`, message, [['Upgrade', 'websocket'], ...headers]);

/** What a server answers to each. Frozen. */
export const REQUEST_ERRORS: Readonly<Record<RequestErrorCode, HandshakeErrorRow>> = Object.freeze({
  'bare-cr': http('2.2', 'A line ends with CR alone. End every line with CR LF.'),
  'bare-lf': http('2.2', 'A line ends with LF alone. End every line with CR LF.'),
  'blank-lines': http('2.2', 'Too many blank lines. Send the request line first.'),
  'request-line': http('3', 'The request line is malformed. Send: method, space, target, space, HTTP version.'),
  'request-line-too-long': row(414, 'RFC 9110 §15.5.15', 'The request line is too long. Shorten the request target.'),
  'target-byte': http('3.2', 'The request target contains a character that is not permitted. Percent-encode it.'),
  'target-form': http('3.2', 'The request target is malformed. Send a path, or an http or https URI.'),
  'version-syntax': http('2.3', 'The HTTP version is malformed. Send HTTP/1.1.'),
  'head-too-large': row(431, 'RFC 6585 §5', 'The head is too large. Send fewer or shorter header fields.'),
  'too-many-fields': row(431, 'RFC 6585 §5', 'The head has too many header fields. Send fewer header fields.'),
  'leading-space': http('2.2', 'The first header field starts with white space. Send the field name first.'),
  'obs-fold': http('5.2', 'A header field is folded over several lines. Send each field on one line.'),
  'field-name': http('5.1', 'A header field name is malformed. Send a token, directly followed by a colon.'),
  'field-value': row(400, 'RFC 9110 §5.5', 'A header field value contains a control character. Remove it.'),
  'duplicate-field': row(400, 'RFC 9110 §5.3', 'A header field occurs twice, or contradicts another. Send it once.'),
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
});
