import { frameBytes, text } from '../frame.ts';
import { fieldValues, withField, withMore, withoutField, withStartLine } from '../head.ts';
import type { ConformanceCase } from '../model.ts';
import { accepted, forEach, targetOf, together, withLine, withTarget } from './opening-terms.ts';

/** H.1, continued: what a request may ask for besides, and what is left to the server. */
export const OPENING_CHOICES: readonly ConformanceCase[] = accepted('server', [
  [
    'H.1.20',
    'of subprotocols that it does not speak a server takes none, or one that was offered',
    'RFC 6455 §4.2.2',
    (usual) => withField(usual, 'Sec-WebSocket-Protocol', 'x-ws101-one, x-ws101-two'),
  ],
  [
    'H.1.21',
    'subprotocols may come in several fields',
    'RFC 6455 §11.3.4',
    (usual) =>
      withMore(withField(usual, 'Sec-WebSocket-Protocol', 'x-ws101-one'), 'Sec-WebSocket-Protocol', 'x-ws101-two'),
  ],
  [
    'H.1.22',
    'an extension that nobody knows is declined, and the connection opens',
    'RFC 6455 §9.1',
    forEach(
      ['x-ws101-unknown', 'x-ws101-unknown; a; b=1; c="2"', 'x-ws101-one, x-ws101-two;a=b,x-ws101-three'],
      (value) => (usual) => withField(usual, 'Sec-WebSocket-Extensions', value),
    ),
  ],
  [
    'H.1.23',
    'extensions may come in several fields',
    'RFC 6455 §9.1',
    (usual) =>
      withMore(
        withField(usual, 'Sec-WebSocket-Extensions', 'x-ws101-one'),
        'Sec-WebSocket-Extensions',
        'x-ws101-two; a=1',
      ),
  ],
  [
    'H.1.24',
    'a response with status 101 announces no body',
    'RFC 9110 §8.6, RFC 9112 §6.1',
    (usual) => usual,
    {
      check: (head) =>
        ['Content-Length', 'Transfer-Encoding']
          .find((name) => fieldValues(head, name).length > 0)
          ?.concat(' in a response with status 101'),
    },
  ],
  [
    'H.1.25',
    'bytes beyond ASCII in a value are opaque',
    'RFC 9110 §5.5',
    withLine('X-Opaque: \xe4\xf6\xfc\x80\xff'),
    { otherwise: 'NON-STRICT' },
  ],
  [
    'H.1.26',
    'a length of zero announces no body',
    'RFC 9112 §6.2',
    (usual) => withMore(usual, 'Content-Length', '0'),
    { otherwise: 'INFORMATIONAL' },
  ],
  [
    'H.1.27',
    'what is done with pages of this host',
    'RFC 6455 §10.2',
    (usual) => withMore(withoutField(usual, 'Origin'), 'Origin', `http://${fieldValues(usual, 'Host')[0]}`),
    { informational: true },
  ],
  [
    'H.1.28',
    'what is done with pages of another host, and of none',
    'RFC 6455 §10.2',
    forEach(['http://foreign.example', 'null'], (origin) => (usual) => withField(usual, 'Origin', origin)),
    { informational: true },
  ],
  [
    'H.1.29',
    'what is done with frames that come with the request, before any answer',
    'RFC 6455 §4.1',
    (usual) => together(usual, frameBytes(text('early'), true, Uint8Array.of(1, 2, 3, 4))),
    { informational: true },
  ],
  [
    'H.1.30',
    'what is done when the target names another host than the field',
    'RFC 9112 §3.2.2',
    withTarget((target) => `http://foreign.example${target}`),
    { informational: true },
  ],
  [
    'H.1.31',
    'what is done with HTTP/1.2 and HTTP/2.0 in the request line',
    'RFC 6455 §4.2.1',
    forEach(
      ['HTTP/1.2', 'HTTP/2.0'],
      (version) => (usual) => withStartLine(usual, `GET ${targetOf(usual)} ${version}`),
    ),
    { informational: true },
  ],
]);
