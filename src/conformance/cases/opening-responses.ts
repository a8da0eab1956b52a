import { latin1 } from '../bytes.ts';
import { acceptFor, fieldValue, type Head, withField, withMore, withoutField, withStartLine } from '../head.ts';
import type { ConformanceCase } from '../model.ts';
import { asText, forEach, type Rewrite, type Row, refused } from './opening-terms.ts';

const set =
  (name: string, value: string): Rewrite =>
  (usual) =>
    withField(usual, name, value);

const accept =
  (change: (right: string, key: string) => string): Rewrite =>
  (usual, received) =>
    withField(usual, 'Sec-WebSocket-Accept', change(acceptOf(usual), received === undefined ? '' : keyOf(received)));

const status =
  (line: string): Rewrite =>
  (usual) =>
    withMore(withField(withStartLine(usual, line), 'Connection', 'Upgrade, close'), 'Content-Length', '0');

const ROWS: readonly Row[] = [
  [
    'H.7.1',
    'another status, with all the fields of an upgrade',
    'RFC 6455 §4.1',
    forEach(
      [
        '200 OK',
        '204 No Content',
        '400 Bad Request',
        '401 Unauthorized',
        '403 Forbidden',
        '404 Not Found',
        '426 Upgrade Required',
        '500 Internal Server Error',
        '503 Service Unavailable',
      ],
      (words) => status(`HTTP/1.1 ${words}`),
    ),
  ],
  [
    'H.7.2',
    'a redirect to nowhere',
    'RFC 6455 §4.1',
    forEach(['301', '302', '307'], (code) => status(`HTTP/1.1 ${code} Elsewhere`)),
  ],
  ['H.7.3', 'no Upgrade', 'RFC 6455 §4.1', (usual) => withoutField(usual, 'Upgrade')],
  [
    'H.7.4',
    'an Upgrade to something else',
    'RFC 6455 §4.1',
    forEach(['h2c', 'websockets', 'websocket2', ''], (value) => set('Upgrade', value)),
  ],
  ['H.7.5', 'no Connection', 'RFC 6455 §4.1', (usual) => withoutField(usual, 'Connection')],
  [
    'H.7.6',
    'a Connection without the word Upgrade',
    'RFC 6455 §4.1',
    forEach(['keep-alive', 'upgraded', 'close', ''], (value) => set('Connection', value)),
  ],
  ['H.7.7', 'no accept value', 'RFC 6455 §4.1', (usual) => withoutField(usual, 'Sec-WebSocket-Accept')],
  ['H.7.8', 'an empty accept value', 'RFC 6455 §4.1', accept(() => '')],
  ['H.7.9', 'the accept value of another key', 'RFC 6455 §4.1', accept(() => acceptFor('dGhlIHNhbXBsZSBub25jZQ=='))],
  ['H.7.10', 'the key itself as accept value', 'RFC 6455 §4.1', accept((_, key) => key)],
  ['H.7.11', 'the accept value in other letters', 'RFC 6455 §4.1', accept((right) => swapCase(right))],
  [
    'H.7.12',
    'the accept value and one character more, or one less',
    'RFC 6455 §4.1',
    { more: accept((right) => `${right}=`), less: accept((right) => right.slice(0, -1)) },
  ],
  [
    'H.7.13',
    'the accept value of a key whose end was trimmed',
    'RFC 6455 §4.1',
    accept((_, key) => acceptFor(key.replace('==', ''))),
  ],
  [
    'H.7.14',
    'two accept values, the second one wrong',
    'RFC 6455 §11.3.3',
    (usual) => withMore(usual, 'Sec-WebSocket-Accept', 'dGhlIHNhbXBsZSBub25jZQ=='),
    { otherwise: 'NON-STRICT' },
  ],
  [
    'H.7.15',
    'an extension that nobody offered',
    'RFC 6455 §4.1, RFC 6455 §9.1',
    forEach(['x-ws101-unknown', 'x-ws101-unknown; a=1'], (value) => set('Sec-WebSocket-Extensions', value)),
  ],
  [
    'H.7.16',
    'extensions against the grammar',
    'RFC 6455 §9.1',
    forEach([';', 'a b', 'permessage-deflate; =', 'permessage-deflate; a="'], (value) =>
      set('Sec-WebSocket-Extensions', value),
    ),
  ],
  ['H.7.17', 'a subprotocol that was not offered', 'RFC 6455 §4.1', set('Sec-WebSocket-Protocol', 'x-ws101-unknown')],
  ['H.7.18', 'an empty subprotocol', 'RFC 6455 §4.1', set('Sec-WebSocket-Protocol', '')],
  [
    'H.7.19',
    'two subprotocols',
    'RFC 6455 §11.3.4',
    (usual) =>
      withMore(withMore(usual, 'Sec-WebSocket-Protocol', 'x-ws101-one'), 'Sec-WebSocket-Protocol', 'x-ws101-two'),
  ],
  [
    'H.7.20',
    'a status line of another protocol',
    'RFC 9112 §4',
    forEach(
      [
        'HTTQ/1.1 101 Switching Protocols',
        'ICY 101 OK',
        'HTTP/1.1 1O1 Switching',
        'HTTP/1.1 0101 Switching',
        '101 Switching Protocols',
      ],
      (line) => (usual) => withStartLine(usual, line),
    ),
  ],
  [
    'H.7.21',
    'something that is no head',
    'RFC 9112 §4',
    {
      garbage: () => latin1('\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03\r\n\r\n'),
      'a frame': () => latin1('\x81\x02hi\r\n\r\n'),
    },
  ],
  [
    'H.7.22',
    'a field without a name',
    'RFC 9112 §5',
    asText((head) => head.replace('\r\n', '\r\n: x\r\n')),
    { otherwise: 'NON-STRICT' },
  ],
  [
    'H.7.23',
    'white space before a colon',
    'RFC 9112 §5.1',
    asText((head) => head.replace('Upgrade:', 'Upgrade :')),
    { otherwise: 'INFORMATIONAL' },
  ],
  [
    'H.7.24',
    'HTTP/1.0, which knows no upgrade',
    'RFC 6455 §4.2.2, RFC 9110 §7.8',
    (usual) => withStartLine(usual, 'HTTP/1.0 101 Switching Protocols'),
    { otherwise: 'NON-STRICT' },
  ],
];

/** H.7: responses that open nothing, on each of which a client fails the connection. */
export const OPENING_RESPONSES: readonly ConformanceCase[] = refused(
  'client',
  ROWS.map(([number, title, ...rest]): Row => [number, `the client fails on ${title}`, ...rest]),
);

function keyOf(request: Head): string {
  return fieldValue(request, 'Sec-WebSocket-Key') ?? '';
}

function acceptOf(response: Head): string {
  return fieldValue(response, 'Sec-WebSocket-Accept') ?? '';
}

function swapCase(text: string): string {
  return text.replace(/[a-z]/gi, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  );
}
