import { pieces } from '../bytes.ts';
import { fieldValues, type Head, headBytes, withField, withMore } from '../head.ts';
import type { ConformanceCase, HeadPiece } from '../model.ts';
import { accepted, asText, forEach, linesOf, targetOf, withTarget } from './opening-terms.ts';

/** The key and its answer in RFC 6455 §1.3. */
const SAMPLE_KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const SAMPLE_ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

const renamed =
  (rename: (name: string) => string) =>
  (usual: Head): Head => ({ ...usual, fields: usual.fields.map(([name, value]) => [rename(name), value]) });

const withQuery = (query: string): ((usual: Head) => Head) =>
  withTarget((target) => `${target}${target.includes('?') ? '&' : '?'}${query}`);

const cut =
  (at: (whole: Uint8Array) => number) =>
  (usual: Head): HeadPiece[] => {
    const whole = headBytes(usual);
    return [whole.subarray(0, at(whole)), { pauseMs: 5 }, whole.subarray(at(whole))];
  };

/** H.1: requests that ask for a WebSocket, in all the forms that they can have. */
export const OPENING_ACCEPTED: readonly ConformanceCase[] = accepted('server', [
  ['H.1.1', 'a request with the least that is needed opens the connection', 'RFC 6455 §4.2.1', (usual) => usual],
  [
    'H.1.2',
    'the key of the RFC gets the answer of the RFC',
    'RFC 6455 §4.2.2, RFC 6455 §1.3',
    (usual) => withField(usual, 'Sec-WebSocket-Key', SAMPLE_KEY),
    {
      check: (head) =>
        fieldValues(head, 'Sec-WebSocket-Accept').join() === SAMPLE_ACCEPT ? undefined : `not ${SAMPLE_ACCEPT}`,
    },
  ],
  [
    'H.1.3',
    'keys of all characters of base64 are taken as they are',
    'RFC 6455 §4.2.1',
    forEach(
      ['AAAAAAAAAAAAAAAAAAAAAA==', '+/+/+/+/+/+/+/+/+/+/+w==', '/////////////////////w=='],
      (key) => (usual) => withField(usual, 'Sec-WebSocket-Key', key),
    ),
  ],
  [
    'H.1.4',
    'names of fields are read without regard to case',
    'RFC 9110 §5.1',
    {
      'lower case': renamed((name) => name.toLowerCase()),
      'upper case': renamed((name) => name.toUpperCase()),
    },
  ],
  [
    'H.1.5',
    'the word websocket is read without regard to case',
    'RFC 6455 §4.2.1',
    forEach(['WebSocket', 'WEBSOCKET', 'wEbSoCkEt'], (value) => (usual) => withField(usual, 'Upgrade', value)),
  ],
  [
    'H.1.6',
    'the word Upgrade is read without regard to case, and found in a list',
    'RFC 6455 §4.2.1, RFC 9110 §7.6.1',
    forEach(
      [
        'upgrade',
        'UPGRADE',
        'keep-alive, Upgrade',
        'Upgrade, keep-alive',
        'keep-alive,Upgrade,x-other',
        'keep-alive\t,\tupgrade',
      ],
      (value) => (usual) => withField(usual, 'Connection', value),
    ),
  ],
  [
    'H.1.7',
    'empty elements of a list are passed over',
    'RFC 9110 §5.6.1.2',
    (usual) => withField(usual, 'Connection', ', ,Upgrade, ,'),
  ],
  [
    'H.1.8',
    'a list may come in several fields of its name',
    'RFC 9110 §5.3',
    (usual) => withMore(withField(usual, 'Connection', 'keep-alive'), 'Connection', 'Upgrade'),
  ],
  [
    'H.1.9',
    'websocket is found among other protocols',
    'RFC 6455 §4.2.1, RFC 9110 §7.8',
    forEach(['websocket, h2c', 'h2c, websocket'], (value) => (usual) => withField(usual, 'Upgrade', value)),
    { otherwise: 'NON-STRICT' },
  ],
  [
    'H.1.10',
    'white space around a value is no part of it',
    'RFC 9112 §5',
    {
      none: linesOf((name, value) => `${name}:${value}`),
      'blanks and tabs': linesOf((name, value) => `${name}: \t ${value} \t`),
    },
  ],
  [
    'H.1.11',
    'the order of fields means nothing',
    'RFC 6455 §4.2.1',
    (usual) => ({ ...usual, fields: [...usual.fields].reverse() }),
  ],
  [
    'H.1.12',
    'unknown fields are ignored',
    'RFC 6455 §4.2.1',
    (usual) =>
      Array.from({ length: 40 }, (_, i) => `X-Unknown-${i}`).reduce(
        (head, name) => withMore(head, name, 'x'),
        withMore(usual, 'Sec-WebSocket-Unknown', 'x'),
      ),
  ],
  [
    'H.1.13',
    'fields of other parts of HTTP do not disturb',
    'RFC 6455 §4.2.1',
    (usual) =>
      [
        'Pragma: no-cache',
        'Cookie: a=b; c="d, e"',
        'User-Agent: ws101 (conformance; "x")',
        'Accept-Encoding: gzip, deflate',
      ].reduce((head, line) => withMore(head, line.split(': ')[0] ?? '', line.split(': ')[1] ?? ''), usual),
  ],
  ['H.1.14', 'a query belongs to the resource', 'RFC 6455 §3', withQuery('conformance=a%20b&c=%F0%9F%99%82')],
  [
    'H.1.15',
    'a target in absolute form is accepted',
    'RFC 9112 §3.2.2',
    withTarget((target, usual) => `http://${fieldValues(usual, 'Host')[0]}${target}`),
  ],
  [
    'H.1.16',
    'an empty line before the request is passed over',
    'RFC 9112 §2.2',
    asText((head) => `\r\n${head}`),
    { otherwise: 'NON-STRICT' },
  ],
  [
    'H.1.17',
    'a request line of 8,000 bytes is read',
    'RFC 9112 §3',
    (usual) => withQuery('x'.repeat(7_975 - targetOf(usual).length))(usual),
    { otherwise: 'NON-STRICT' },
  ],
  [
    'H.1.18',
    'a head may come byte by byte',
    'RFC 9112 §2.2',
    (usual) => pieces(headBytes(usual), 1).flatMap((byte): HeadPiece[] => [byte, { pauseMs: 1 }]),
  ],
  [
    'H.1.19',
    'a head may be cut anywhere',
    'RFC 9112 §2.2',
    {
      'inside the method': cut(() => 2),
      'inside the end of the first line': cut((whole) => whole.indexOf(0x0d) + 1),
      'inside the name of a field': cut((whole) => whole.indexOf(0x0d) + 4),
      'before the last line': cut((whole) => whole.length - 2),
      'before the last byte': cut((whole) => whole.length - 1),
    },
  ],
]);
