import { fieldValue, withField, withMore } from '../head.ts';
import type { ConformanceCase } from '../model.ts';
import { eitherWay, forEach, NOT_UPGRADED, type Rewrite, refused, withTarget } from './opening-terms.ts';

const protocols =
  (value: string): Rewrite =>
  (usual) =>
    withField(usual, 'Sec-WebSocket-Protocol', value);

const extensions =
  (value: string): Rewrite =>
  (usual) =>
    withField(usual, 'Sec-WebSocket-Extensions', value);

/** About as much as a head may have: what makes careless parsers of lists slow. */
const LONG = 6_000;

/** H.4: the lists of subprotocols and extensions in a request, against their grammar and at its edges. */
export const OPENING_LISTS: readonly ConformanceCase[] = [
  ...refused('server', [
    [
      'H.4.1',
      'a subprotocol that is no token is refused',
      'RFC 6455 §4.2.1, RFC 6455 §4.3',
      forEach(['a b', 'a/b', 'a;b', 'a@b', '"a"', 'a=b', '\xe4'], protocols),
    ],
    [
      'H.4.2',
      'a list of subprotocols without any is refused',
      'RFC 6455 §4.2.1, RFC 6455 §4.3',
      forEach(['', ',', ' , ,'], protocols),
    ],
    [
      'H.4.3',
      'a list that names a subprotocol twice is refused',
      'RFC 6455 §4.1',
      {
        'in one field': protocols('x-ws101-one, x-ws101-one'),
        'in two fields': (usual) =>
          withMore(withField(usual, 'Sec-WebSocket-Protocol', 'x-ws101-one'), 'Sec-WebSocket-Protocol', 'x-ws101-one'),
      },
      { otherwise: 'NON-STRICT' },
    ],
    [
      'H.4.4',
      'an extension whose name is no token is refused',
      'RFC 6455 §9.1',
      forEach(['x ws101', 'x/ws101', '"x-ws101"', 'x@ws101', '=x', 'x=y'], extensions),
    ],
    [
      'H.4.5',
      'an extension with a parameter that has no name is refused',
      'RFC 6455 §9.1',
      forEach(['x-ws101;', 'x-ws101; ;a', 'x-ws101; =1', ';a', 'x-ws101; a b'], extensions),
    ],
    [
      'H.4.6',
      'an extension with a value that is no token, quoted or not, is refused',
      'RFC 6455 §9.1',
      forEach(['x-ws101; a=', 'x-ws101; a=b c', 'x-ws101; a="b c"', 'x-ws101; a=""', 'x-ws101; a=b=c'], extensions),
    ],
    [
      'H.4.7',
      'an extension with a quoted value that does not end is refused',
      'RFC 6455 §9.1',
      forEach(['x-ws101; a="b', 'x-ws101; a="', 'x-ws101; a="b\\"'], extensions),
    ],
  ]),
  ...eitherWay('server', [
    [
      'H.4.8',
      'a long list of subprotocols is read or refused, and at once',
      'RFC 6455 §11.3.4',
      {
        'of empty elements': protocols(`a${','.repeat(LONG)}`),
        'of blanks': protocols(`a${' '.repeat(LONG)}b`),
        'of many': protocols(Array.from({ length: LONG / 8 }, (_, i) => `p${i}`).join(', ')),
      },
    ],
    [
      'H.4.9',
      'a long list of extensions is read or refused, and at once',
      'RFC 6455 §9.1',
      {
        'of many': extensions(Array.from({ length: LONG / 8 }, (_, i) => `e${i}`).join(', ')),
        'of many parameters': extensions(`x-ws101${Array.from({ length: LONG / 8 }, (_, i) => `; p${i}`).join('')}`),
        'of quotes': extensions(`x-ws101; a="${'\\a'.repeat(LONG / 2)}`),
        'of many offers of permessage-deflate': extensions(
          Array.from({ length: LONG / 60 }, () => 'permessage-deflate; server_max_window_bits=16').join(', '),
        ),
      },
    ],
    [
      'H.4.10',
      'words that are names in JavaScript are words like others',
      'RFC 6455 §9.1, RFC 6455 §11.3.4',
      {
        protocols: protocols('constructor, __proto__, toString'),
        extensions: extensions('constructor; __proto__; toString=1, __proto__'),
      },
    ],
    [
      'H.4.11',
      'nothing of a request becomes a field of the answer',
      'RFC 6455 §4.2.2, RFC 9112 §11.1',
      {
        'from the target': withTarget((target) => `${target}?%0d%0aX-Injected:%20x`),
        'from a subprotocol': protocols('x%0d%0aX-Injected'),
        'from an extension': extensions('x-ws101; a="%0d%0aX-Injected"'),
      },
      {
        statuses: NOT_UPGRADED,
        check: (head) =>
          fieldValue(head, 'X-Injected') === undefined ? undefined : 'the answer has the field X-Injected',
      },
    ],
  ]),
];
