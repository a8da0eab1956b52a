import { type Head, withField, withMore } from '../head.ts';
import type { ConformanceCase } from '../model.ts';
import {
  asText,
  eitherWay,
  forEach,
  NOT_UPGRADED,
  type Row,
  refused,
  together,
  withLine,
  withTarget,
} from './opening-terms.ts';

const many = (usual: Head, count: number, name: (i: number) => string, value: string): Head => ({
  ...usual,
  fields: [...usual.fields, ...Array.from({ length: count }, (_, i) => [name(i), value] as const)],
});

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
    withTarget((target) => `${target}?${'x'.repeat(65_536)}`),
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
    withTarget(() => '/a\\b'),
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

/** H.3, the second half: requests that stretch rules of HTTP, and that may be refused or read. */
export const OPENING_HTTP_STRETCHED: readonly ConformanceCase[] = [
  ...eitherWay('server', EITHER),
  ...refused('server', TOLD, { informational: true, statuses: NOT_UPGRADED }),
];
