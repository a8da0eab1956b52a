import { join, NOTHING, pieces } from '../bytes.ts';
import { readParameters } from '../deflate-terms.ts';
import { parseExtensions } from '../extension-field.ts';
import { frameBytes, text } from '../frame.ts';
import { fieldValue, fieldValues, type Head, headBytes, withField, withMore, withStartLine } from '../head.ts';
import type { ConformanceCase, HeadPiece } from '../model.ts';
import { closes, conversation, defineCases, echoText, send } from '../steps.ts';
import { accepted, asText, eitherWay, forEach, linesOf, type Row } from './opening-terms.ts';

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** A rule for requests, in a line: the flaw in words where there is one. */
const request = (
  number: string,
  title: string,
  sections: string,
  check: (request: Head) => string | undefined,
): Row => [number, title, sections, (usual) => usual, { check }];

/** H.5: the request of a client. Each is sent the usual response, and must open. */
const REQUESTS: readonly ConformanceCase[] = accepted('client', [
  request('H.5.1', 'the request line is GET, a path and HTTP/1.1', 'RFC 6455 §4.1', ({ startLine }) =>
    /^GET \/[\x21-\x7e]* HTTP\/1\.1$/.test(startLine)
      ? undefined
      : `the request begins with ${JSON.stringify(startLine)}`,
  ),
  request('H.5.2', 'the target has no fragment', 'RFC 6455 §3', ({ startLine }) =>
    startLine.includes('#') ? 'the target has a fragment' : undefined,
  ),
  request('H.5.3', 'there is one Host, with a name and at most a port', 'RFC 6455 §4.1', (head) => {
    const hosts = fieldValues(head, 'Host');
    return hosts.length === 1 && /^(?:\[[0-9a-f:.]+\]|[^:/?#@\s]+)(?::\d+)?$/i.test(hosts[0] ?? '')
      ? undefined
      : `Host is ${JSON.stringify(hosts)}`;
  }),
  request('H.5.4', 'Upgrade has the word websocket', 'RFC 6455 §4.1', (head) => lacks(head, 'Upgrade', 'websocket')),
  request('H.5.5', 'Connection has the word Upgrade', 'RFC 6455 §4.1', (head) => lacks(head, 'Connection', 'upgrade')),
  request('H.5.6', 'there is one key, of 16 bytes in base64', 'RFC 6455 §4.1, RFC 6455 §11.3.1', (head) => {
    const keys = fieldValues(head, 'Sec-WebSocket-Key');
    return keys.length === 1 && /^[A-Za-z0-9+/]{21}[AQgw]==$/.test(keys[0] ?? '')
      ? undefined
      : `the keys are ${JSON.stringify(keys)}`;
  }),
  request('H.5.7', 'the key is a random one', 'RFC 6455 §4.1', (head) => {
    const key = Buffer.from(fieldValue(head, 'Sec-WebSocket-Key') ?? '', 'base64');
    const isSample = key.equals(Buffer.from('the sample nonce'));
    return isSample || new Set(key).size < 4 ? 'the key is the sample of the RFC, or hardly varies' : undefined;
  }),
  request('H.5.8', 'there is one version, and it is 13', 'RFC 6455 §4.1, RFC 6455 §11.3.5', (head) => {
    const versions = fieldValues(head, 'Sec-WebSocket-Version');
    return versions.length === 1 && versions[0] === '13' ? undefined : `the versions are ${JSON.stringify(versions)}`;
  }),
  request('H.5.9', 'subprotocols are tokens, each of them once', 'RFC 6455 §4.1', (head) => {
    const names =
      fieldValue(head, 'Sec-WebSocket-Protocol')
        ?.split(',')
        .map((name) => name.trim()) ?? [];
    const isRight = names.every((name) => TOKEN.test(name)) && new Set(names).size === names.length;
    return isRight ? undefined : `the subprotocols are ${JSON.stringify(names)}`;
  }),
  request('H.5.10', 'extensions follow the grammar', 'RFC 6455 §9.1', (head) => {
    const value = fieldValue(head, 'Sec-WebSocket-Extensions');
    return value === undefined || parseExtensions(value) !== undefined
      ? undefined
      : `the extensions are ${JSON.stringify(value)}`;
  }),
  request(
    'H.5.11',
    'offers of permessage-deflate have the parameters of an offer, each once',
    'RFC 7692 §7.1',
    (head) => {
      const offers = parseExtensions(fieldValue(head, 'Sec-WebSocket-Extensions') ?? '') ?? [];
      return offers
        .filter(({ name }) => name === 'permessage-deflate')
        .map((offer) => readParameters(offer, 'offer'))
        .find((flaw) => typeof flaw === 'string');
    },
  ),
  request('H.5.12', 'the request announces no body', 'RFC 6455 §4.1', (head) =>
    ['Content-Length', 'Transfer-Encoding']
      .find((name) => (fieldValue(head, name) ?? '0') !== '0')
      ?.concat(' in the request'),
  ),
]);

/** H.6: responses that open a connection, in all the forms that they can have. */
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

/** H.5 and H.6: what a client asks, and what it must understand. */
export const OPENING_CLIENTS: readonly ConformanceCase[] = [...REQUESTS, ...RESPONSES, ...EITHER, BEHIND];

function lacks(head: Head, name: string, word: string): string | undefined {
  const words = fieldValue(head, name)?.split(',') ?? [];
  return words.some((one) => one.trim().toLowerCase() === word) ? undefined : `${name} lacks the word ${word}`;
}
