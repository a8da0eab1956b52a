import { type Head, withField, withMore, withoutField, withStartLine } from '../head.ts';
import type { ConformanceCase } from '../model.ts';
import {
  asText,
  eitherWay,
  forEach,
  NOT_UPGRADED,
  type Rewrite,
  type Row,
  refused,
  targetOf,
  together,
  withLine,
} from './opening-terms.ts';

const target =
  (form: string): Rewrite =>
  (usual) =>
    withStartLine(usual, `GET ${form} HTTP/1.1`);

const host =
  (value: string): Rewrite =>
  (usual) =>
    withField(usual, 'Host', value);

const many = (usual: Head, count: number, name: (i: number) => string, value: string): Head => ({
  ...usual,
  fields: [...usual.fields, ...Array.from({ length: count }, (_, i) => [name(i), value] as const)],
});

const BAD: readonly number[] = [400];

const HOST: readonly Row[] = [
  ['H.3.1', 'no Host gets 400', 'RFC 9112 §3.2', (usual) => withoutField(usual, 'Host'), { statuses: BAD }],
  [
    'H.3.2',
    'two Hosts get 400, the same one twice as well',
    'RFC 9112 §3.2',
    {
      same: (usual) => withMore(usual, 'Host', usual.fields[0]?.[1] ?? ''),
      other: (usual) => withMore(usual, 'Host', 'foreign.example'),
    },
    { statuses: BAD },
  ],
  [
    'H.3.3',
    'a Host that is none gets 400',
    'RFC 9112 §3.2',
    forEach(['a b', 'a/b', 'a:port', 'a:1:2', 'a@b', '[::1', 'a?b', 'a#b'], host),
    { statuses: BAD },
  ],
  ['H.3.4', 'what is done with an empty Host', 'RFC 9112 §3.2', host(''), { informational: true }],
];

const TARGET: readonly Row[] = [
  ['H.3.5', 'the target * is for OPTIONS alone', 'RFC 9112 §3.2.4', target('*')],
  ['H.3.6', 'a target has no fragment', 'RFC 9112 §3.2, RFC 6455 §3', target('/#fragment')],
  ['H.3.7', 'a target without a slash is none', 'RFC 9112 §3.2.1', forEach(['chat', '?a=b', 'a:80'], target)],
  ['H.3.8', 'a target has no white space', 'RFC 9112 §3.2', forEach(['/a b', '/a\tb', ' /'], target)],
  ['H.3.9', 'a target has no bytes beyond ASCII', 'RFC 9112 §3.2', forEach(['/\xe4', '/\xff\xfe'], target)],
  ['H.3.10', 'a target has no control characters', 'RFC 9112 §3.2', forEach(['/a\0b', '/a\x01b', '/a\x7fb'], target)],
];

const FIELDS: readonly Row[] = [
  [
    'H.3.11',
    'white space before the colon gets 400',
    'RFC 9112 §5.1',
    { blank: withLine('X-Space : x'), tab: withLine('X-Space\t: x') },
    { statuses: BAD },
  ],
  ['H.3.12', 'a field without a name is refused', 'RFC 6455 §4.2.1, RFC 9112 §5', withLine(': x'), { silently: true }],
  [
    'H.3.13',
    'a line without a colon is refused',
    'RFC 6455 §4.2.1, RFC 9112 §5',
    withLine('no-colon'),
    { silently: true },
  ],
  [
    'H.3.14',
    'a name with characters that are no part of a token is refused',
    'RFC 6455 §4.2.1, RFC 9110 §5.1',
    forEach(['X(a)', 'X[a]', 'X@a', 'X"a"', 'X\xe4', 'X\0'], (name) => withLine(`${name}: x`)),
    { silently: true },
  ],
  [
    'H.3.15',
    'a length that is no number gets 400, and the connection ends',
    'RFC 9112 §6.3',
    forEach(
      ['abc', '+0', '-1', '0x0', '1 1', '1.0', ''],
      (length) => (usual) => withMore(usual, 'Content-Length', length),
    ),
    { statuses: BAD, ends: true },
  ],
  [
    'H.3.16',
    'two lengths that differ get 400, and the connection ends',
    'RFC 9112 §6.3',
    {
      'in two fields': (usual) => withMore(withMore(usual, 'Content-Length', '0'), 'Content-Length', '1'),
      'in one field': (usual) => withMore(usual, 'Content-Length', '0, 1'),
    },
    { statuses: BAD, ends: true },
  ],
];

const EITHER: readonly Row[] = [
  [
    'H.3.17',
    'a folded field is refused, or read as one line',
    'RFC 9112 §5.2',
    { blank: withLine('X-Folded: a\r\n b'), tab: withLine('X-Folded: a\r\n\tb') },
  ],
  [
    'H.3.18',
    'a CR alone makes a value invalid, or counts as a blank',
    'RFC 9112 §2.2',
    { 'in a value': withLine('X-Return: a\rb'), 'before a field': asText((head) => head.replace('\r\n', '\r\n\r')) },
  ],
  ['H.3.19', 'a NUL makes a value invalid, or counts as a blank', 'RFC 9110 §5.5', withLine('X-Null: a\0b')],
  [
    'H.3.20',
    'white space before the first field is refused, or its line left out',
    'RFC 9112 §2.2',
    { blank: withLine(' X-Leading: x'), tab: withLine('\tX-Leading: x') },
  ],
  [
    'H.3.21',
    'a head of 64 KiB is read or refused, and not waited for',
    'RFC 9110 §5.4, RFC 6585 §5',
    {
      'one long value': (usual) => withMore(usual, 'X-Long', 'x'.repeat(65_536)),
      'one long name': (usual) => withMore(usual, 'X'.repeat(65_536), 'x'),
    },
  ],
  [
    'H.3.22',
    'a request line of 64 KiB is read or refused',
    'RFC 9112 §3',
    (usual) => withStartLine(usual, `GET ${targetOf(usual)}?${'x'.repeat(65_536)} HTTP/1.1`),
    { statuses: NOT_UPGRADED },
  ],
  [
    'H.3.23',
    'a thousand fields are read or refused',
    'RFC 9110 §5.4',
    (usual) => many(usual, 1_000, (i) => `X-Many-${i}`, 'x'),
  ],
  [
    'H.3.24',
    'a thousand fields of one name are read or refused',
    'RFC 9110 §5.4',
    (usual) => many(usual, 1_000, () => 'X-Same', 'x'),
  ],
];

const TOLD: readonly Row[] = [
  [
    'H.3.25',
    'what is done with a thousand empty lines before a request',
    'RFC 9112 §2.2',
    asText((head) => '\r\n'.repeat(1_000) + head),
    { silently: true },
  ],
  [
    'H.3.26',
    'what is done with line ends that are LF alone',
    'RFC 9112 §2.2',
    { everywhere: asText((head) => head.replaceAll('\r', '')), once: withLine('X-Line: a\nX-Feed: b') },
    { silently: true },
  ],
  [
    'H.3.27',
    'what is done with control characters in a value',
    'RFC 9110 §5.5',
    { '01': withLine('X-Control: a\x01b'), '7f': withLine('X-Control: a\x7fb') },
    { silently: true },
  ],
  [
    'H.3.28',
    'what is done with a request that announces a body',
    'RFC 9112 §6',
    forEach(['1', '5'], (length) => (usual) => withMore(usual, 'Content-Length', length)),
    { ends: true },
  ],
  [
    'H.3.29',
    'what is done with a request in chunks',
    'RFC 9112 §6.1',
    {
      chunked: (usual) => withMore(usual, 'Transfer-Encoding', 'chunked'),
      'chunked, and with a length': (usual) =>
        withMore(withMore(usual, 'Content-Length', '5'), 'Transfer-Encoding', 'chunked'),
      'of an unknown coding': (usual) => withMore(usual, 'Transfer-Encoding', 'x-unknown'),
    },
    { ends: true },
  ],
  [
    'H.3.30',
    'what is done with a request behind one that was refused',
    'RFC 9110 §7.8',
    (usual) =>
      together(withField(usual, 'Sec-WebSocket-Version', '0'), {
        startLine: 'GET /behind HTTP/1.1',
        fields: usual.fields.slice(0, 1),
      }),
    { ends: true },
  ],
  [
    'H.3.31',
    'what is done with a target whose slashes lean back',
    'RFC 3986 §3.3',
    target('/a\\b'),
    { silently: true },
  ],
  [
    'H.3.32',
    'what is done with fields that should come once and come twice',
    'RFC 6455 §11.3, RFC 6454 §7.3',
    {
      Upgrade: (usual) => withMore(usual, 'Upgrade', 'h2c'),
      Origin: (usual) => withMore(withMore(usual, 'Origin', 'http://a.example'), 'Origin', 'http://b.example'),
    },
    { silently: true },
  ],
  [
    'H.3.33',
    'what is done with a length beyond all numbers',
    'RFC 9112 §6.3',
    (usual) => withMore(usual, 'Content-Length', '9'.repeat(24)),
    { silently: true },
  ],
];

/** H.3: requests that break rules of HTTP itself, or stretch them. */
export const OPENING_HTTP: readonly ConformanceCase[] = [
  ...refused('server', HOST),
  ...refused('server', TARGET, { statuses: NOT_UPGRADED, silently: true, otherwise: 'NON-STRICT' }),
  ...refused('server', FIELDS),
  ...eitherWay('server', EITHER),
  ...refused('server', TOLD, { informational: true, statuses: NOT_UPGRADED }),
];
