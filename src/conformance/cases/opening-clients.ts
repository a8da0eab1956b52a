import { join, NOTHING, pieces } from '../bytes.ts';
import { frameBytes, text } from '../frame.ts';
import { headBytes, withField, withMore, withStartLine } from '../head.ts';
import type { ConformanceCase, HeadPiece } from '../model.ts';
import { closes, conversation, defineCases, echoText, send } from '../steps.ts';
import { accepted, asText, eitherWay, forEach, linesOf } from './opening-terms.ts';

/** Responses that open a connection, in all the forms that they can have. */
const RESPONSES: readonly ConformanceCase[] = accepted('client', [
  ['H.6.1', 'a response with the least that is needed opens the connection', 'RFC 6455 §4.1', (usual) => usual],
  [
    'H.6.2',
    'names of fields are read without regard to case',
    'RFC 9110 §5.1',
    {
      'lower case': linesOf((name, value) => `${name.toLowerCase()}: ${value}`),
      'upper case': linesOf((name, value) => `${name.toUpperCase()}: ${value}`),
    },
  ],
  [
    'H.6.3',
    'the word websocket is read without regard to case',
    'RFC 6455 §4.1',
    forEach(['WebSocket', 'WEBSOCKET'], (value) => (usual) => withField(usual, 'Upgrade', value)),
  ],
  [
    'H.6.4',
    'the word Upgrade is read without regard to case, and found in a list',
    'RFC 6455 §4.1',
    forEach(
      ['upgrade', 'UPGRADE', 'keep-alive, Upgrade', 'upgrade,x-other'],
      (value) => (usual) => withField(usual, 'Connection', value),
    ),
  ],
  [
    'H.6.5',
    'white space around a value is no part of it',
    'RFC 6455 §4.1, RFC 9112 §5',
    {
      none: linesOf((name, value) => `${name}:${value}`),
      'blanks and tabs': linesOf((name, value) => `${name}: \t ${value} \t`),
    },
  ],
  [
    'H.6.6',
    'the order of fields means nothing',
    'RFC 6455 §4.1',
    (usual) => ({ ...usual, fields: [...usual.fields].reverse() }),
  ],
  [
    'H.6.7',
    'unknown fields are ignored',
    'RFC 6455 §4.1',
    (usual) =>
      ['Date', 'Server', 'Set-Cookie', 'X-Unknown', 'Sec-WebSocket-Unknown'].reduce(
        (head, name) => withMore(head, name, 'x=1'),
        usual,
      ),
  ],
  [
    'H.6.8',
    'the words behind the status mean nothing',
    'RFC 9112 §4',
    forEach(
      ['HTTP/1.1 101 ', 'HTTP/1.1 101 Web Socket Protocol Handshake', 'HTTP/1.1 101 Not Found'],
      (line) => (usual) => withStartLine(usual, line),
    ),
  ],
  [
    'H.6.9',
    'a head may come byte by byte',
    'RFC 9112 §2.2',
    (usual) => pieces(headBytes(usual), 1).flatMap((byte): HeadPiece[] => [byte, { pauseMs: 1 }]),
  ],
  [
    'H.6.10',
    'what is done with a response that others announce',
    'RFC 9110 §15.2',
    {
      100: asText((head) => `HTTP/1.1 100 Continue\r\n\r\n${head}`),
      103: asText((head) => `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${head}`),
    },
    { informational: true },
  ],
]);

const EITHER: readonly ConformanceCase[] = eitherWay('client', [
  [
    'H.6.11',
    'a length in a response with status 101 announces no body',
    'RFC 9112 §6.3',
    (usual) => withMore(usual, 'Content-Length', '0'),
  ],
  [
    'H.6.12',
    'a folded field is refused, or read as one line',
    'RFC 9112 §5.2',
    asText((head) => head.replace('\r\n', '\r\nX-Folded: a\r\n b\r\n')),
  ],
  [
    'H.6.13',
    'a head of 256 KiB is read or refused',
    'RFC 9110 §5.4',
    (usual) => withMore(usual, 'X-Long', 'x'.repeat(262_144)),
  ],
]);

/** Frames of the server may stand right behind its response. */
const BEHIND: ConformanceCase = defineCases(
  'H.6.14',
  'a frame that comes with the response is read',
  ['RFC 6455 §4.2.2'],
  [
    conversation(() => [echoText('with the response'), send(text('open')), echoText('open'), ...closes()], {
      opening: { head: (usual) => [join(headBytes(usual), frameBytes(text('with the response'), false, NOTHING))] },
    }),
  ],
  { testees: ['client'] },
);

/** H.6: what a client must understand. */
export const OPENING_CLIENTS: readonly ConformanceCase[] = [...RESPONSES, ...EITHER, BEHIND];
