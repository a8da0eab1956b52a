import { withField, withMore, withoutField } from '../head.ts';
import type { ConformanceCase } from '../model.ts';
import { forEach, NOT_UPGRADED, type Rewrite, type Row, refused, withLine, withTarget } from './opening-terms.ts';

const target = (form: string): Rewrite => withTarget(() => form);

const host =
  (value: string): Rewrite =>
  (usual) =>
    withField(usual, 'Host', value);

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

/** H.3, the first half: requests that break rules of HTTP itself. */
export const OPENING_HTTP: readonly ConformanceCase[] = [
  ...refused('server', HOST),
  ...refused('server', TARGET, { statuses: NOT_UPGRADED, silently: true, otherwise: 'NON-STRICT' }),
  ...refused('server', FIELDS),
];
