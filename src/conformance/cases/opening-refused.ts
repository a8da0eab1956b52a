import { fieldValue, type Head, withField, withMore, withoutField, withStartLine } from '../head.ts';
import type { ConformanceCase } from '../model.ts';
import { forEach, NOT_UPGRADED, type Rewrite, type Row, refused, targetOf } from './opening-terms.ts';

const set =
  (name: string, value: string): Rewrite =>
  (usual) =>
    withField(usual, name, value);

const without =
  (name: string): Rewrite =>
  (usual) =>
    withoutField(usual, name);

const twice =
  (name: string, other?: string): Rewrite =>
  (usual) =>
    withMore(usual, name, other ?? fieldValue(usual, name) ?? '');

const line =
  (write: (target: string) => string): Rewrite =>
  (usual) =>
    withStartLine(usual, write(targetOf(usual)));

/** A refusal for the version of the protocol must say which ones there are (RFC 6455 §4.2.2, §4.4). */
function namesVersions(head: Head): string | undefined {
  const versions = fieldValue(head, 'Sec-WebSocket-Version')?.split(',') ?? [];
  return versions.some((version) => version.trim() === '13')
    ? undefined
    : 'the refusal has no Sec-WebSocket-Version with 13';
}

const UPGRADE: readonly Row[] = [
  ['H.2.1', 'no Upgrade', 'RFC 6455 §4.2.1', without('Upgrade'), { statuses: NOT_UPGRADED }],
  [
    'H.2.2',
    'an Upgrade to something else',
    'RFC 6455 §4.2.1',
    forEach(['h2c', 'websockets', 'web socket', 'websocket2', ''], (value) => set('Upgrade', value)),
    { statuses: NOT_UPGRADED },
  ],
  ['H.2.3', 'no Connection', 'RFC 6455 §4.2.1', without('Connection'), { statuses: NOT_UPGRADED }],
  [
    'H.2.4',
    'a Connection without the word Upgrade',
    'RFC 6455 §4.2.1',
    forEach(['keep-alive', 'close', 'upgraded', 'no-upgrade', 'up grade', ''], (value) => set('Connection', value)),
    { statuses: NOT_UPGRADED },
  ],
];

const KEY: readonly Row[] = [
  ['H.2.5', 'no key', 'RFC 6455 §4.2.1', without('Sec-WebSocket-Key')],
  ['H.2.6', 'an empty key', 'RFC 6455 §4.2.1, RFC 6455 §4.3', set('Sec-WebSocket-Key', '')],
  ['H.2.7', 'a key of 15 bytes', 'RFC 6455 §4.2.1', set('Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25j')],
  ['H.2.8', 'a key of 17 bytes', 'RFC 6455 §4.2.1', set('Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZWU=')],
  [
    'H.2.9',
    'a key of 18 bytes, 24 characters long',
    'RFC 6455 §4.2.1',
    set('Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZWVl'),
  ],
  [
    'H.2.10',
    'a key that is not base64',
    'RFC 6455 §4.2.1, RFC 6455 §4.3',
    forEach(
      ['!!!!!!!!!!!!!!!!!!!!!!==', 'dGhlIHNhbXBsZSBub25jZQ', 'dGhlIHNhbXBs ZSBub25jZQ==', '-_-_-_-_-_-_-_-_-_-_-w=='],
      (key) => set('Sec-WebSocket-Key', key),
    ),
  ],
  [
    'H.2.11',
    'a key whose last character has bits beyond the 16 bytes',
    'RFC 6455 §4.2.1',
    set('Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZR=='),
    { otherwise: 'INFORMATIONAL' },
  ],
  ['H.2.12', 'the same key twice', 'RFC 6455 §11.3.1', twice('Sec-WebSocket-Key')],
  ['H.2.13', 'two keys', 'RFC 6455 §11.3.1', twice('Sec-WebSocket-Key', 'AAAAAAAAAAAAAAAAAAAAAA==')],
];

const VERSION: readonly Row[] = [
  ['H.2.14', 'no version', 'RFC 6455 §4.2.1', without('Sec-WebSocket-Version')],
  [
    'H.2.15',
    'a version that there is not, with those that there are in the answer',
    'RFC 6455 §4.2.2, RFC 6455 §4.4',
    forEach(['0', '14', '25', '255'], (version) => set('Sec-WebSocket-Version', version)),
    { check: namesVersions },
  ],
  [
    'H.2.16',
    'a version that is no number from 0 to 255',
    'RFC 6455 §4.3',
    forEach(['', '013', '13.0', '+13', '-13', '0x0d', '13;', '1 3', '13a', '"13"', '269', 'thirteen'], (version) =>
      set('Sec-WebSocket-Version', version),
    ),
  ],
  [
    'H.2.17',
    'several versions in one field',
    'RFC 6455 §4.3',
    forEach(['13, 8', '8, 13', '13, 13'], (version) => set('Sec-WebSocket-Version', version)),
  ],
  ['H.2.18', 'the same version twice', 'RFC 6455 §11.3.5', twice('Sec-WebSocket-Version')],
  ['H.2.19', 'two versions', 'RFC 6455 §11.3.5', twice('Sec-WebSocket-Version', '14')],
];

const REQUEST_LINE: readonly Row[] = [
  ['H.2.20', 'POST', 'RFC 6455 §4.2.1', line((target) => `POST ${target} HTTP/1.1`), { statuses: NOT_UPGRADED }],
  ['H.2.21', 'HEAD', 'RFC 6455 §4.2.1', line((target) => `HEAD ${target} HTTP/1.1`), { statuses: NOT_UPGRADED }],
  [
    'H.2.22',
    'other methods',
    'RFC 6455 §4.2.1',
    forEach(['OPTIONS', 'PUT', 'DELETE', 'PATCH', 'WEBSOCKET'], (method) =>
      line((target) => `${method} ${target} HTTP/1.1`),
    ),
    { statuses: NOT_UPGRADED },
  ],
  [
    'H.2.23',
    'GET in other letters: methods are case-sensitive',
    'RFC 6455 §4.2.1, RFC 9110 §9.1',
    forEach(['get', 'Get', 'GETT'], (method) => line((target) => `${method} ${target} HTTP/1.1`)),
    { silently: true },
  ],
  [
    'H.2.24',
    'HTTP/1.0, where an Upgrade is to be ignored',
    'RFC 6455 §4.2.1, RFC 9110 §7.8',
    line((target) => `GET ${target} HTTP/1.0`),
    { statuses: NOT_UPGRADED },
  ],
  [
    'H.2.25',
    'a request line without a version',
    'RFC 6455 §4.2.1',
    line((target) => `GET ${target}`),
    { silently: true },
  ],
  [
    'H.2.26',
    'a version of HTTP that follows no grammar',
    'RFC 6455 §4.2.1, RFC 9112 §2.3',
    forEach(['http/1.1', 'HTTP/1,1', 'HTTP/1.1.1', 'HTTP/11', 'HTTP/ 1.1', 'HTTP/1.x', 'HTTQ/1.1'], (version) =>
      line((target) => `GET ${target} ${version}`),
    ),
    { silently: true },
  ],
];

/** H.2: requests that ask for no WebSocket of RFC 6455, each of which a server refuses. */
export const OPENING_REFUSED: readonly ConformanceCase[] = refused(
  'server',
  [...UPGRADE, ...KEY, ...VERSION, ...REQUEST_LINE].map(
    ([number, title, ...rest]): Row => [number, `refused: ${title}`, ...rest],
  ),
);
