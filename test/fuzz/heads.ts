import type { Dice } from '../support/dice.ts';

/** The key of RFC 6455 §1.3, and what answers it. */
export const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
export const ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

/** What the client of the fuzzer asks for. */
export const OFFER = {
  key: KEY,
  protocols: ['chat', 'feed.v1'],
  extensions: [
    { name: 'permessage-deflate', params: [['client_max_window_bits', true] as const] },
    { name: 'probe', params: [] },
  ],
};

/** What stands in heads, legal and not; mutations insert it. */
export const HEAD_WORDS: readonly string[] = [
  '\r\n',
  '\n',
  '\r',
  '\r\n\r\n',
  ' ',
  '\t',
  ':',
  ': ',
  ',',
  ';',
  '=',
  '"',
  '\\',
  '\0',
  '\x0b',
  '\x7f',
  '\x80',
  'ü',
  '#',
  '%00',
  '%',
  'GET ',
  'POST ',
  'get ',
  'CONNECT ',
  'OPTIONS * ',
  'HTTP/1.1',
  'HTTP/1.0',
  'HTTP/1.2',
  'HTTP/2.0',
  'HTTP/0.9',
  'HTTP/1.10',
  'http/1.1',
  'Host: a',
  'Host: [::1]:80',
  'Host: a:b',
  'Host:',
  'http://example.com/',
  'https://u@h/',
  '//',
  '/?',
  '*',
  'Upgrade: websocket',
  'upgrade: h2c',
  'Connection: Upgrade',
  'Connection: keep-alive, Upgrade',
  'Connection: close',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Version: 8',
  `Sec-WebSocket-Key: ${KEY}`,
  'Sec-WebSocket-Protocol: chat',
  'Sec-WebSocket-Extensions: permessage-deflate',
  'Content-Length: 0',
  'Content-Length: 5',
  'Content-Length: +5',
  'Content-Length: 1, 1',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: identity',
  'Expect: 100-continue',
  'Origin: http://example.com',
  'Origin: null',
  'X: y',
  '__proto__: z',
  'Sec-WebSocket-Accept: ',
  '101 ',
  '200 ',
  '999 ',
  '1000 ',
  '099 ',
];

const METHODS = [
  'GET',
  'GET',
  'GET',
  'GET',
  'GET',
  'POST',
  'HEAD',
  'get',
  'PATCH',
  'BREW',
  'CONNECT',
  'OPTIONS',
  'M-SEARCH',
  'G(T',
];
const TARGETS = [
  '/',
  '/chat',
  '/a?b=c',
  '/?',
  '/a/../b',
  '/%7e',
  '/ü',
  '/a#b',
  '*',
  'http://example.com/x',
  'http://example.com',
  'https://example.com:8443/',
  'example.com:80',
  '/a\\b',
  '/"<>^`{|}',
  '',
  'ftp://x/',
];
const VERSIONS = [
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.0',
  'HTTP/1.2',
  'HTTP/2.0',
  'HTTP/0.9',
  'HTTP/3.0',
  'HTTP/1.',
  'HTTP/1.11',
  'HTTPS/1.1',
  'http/1.1',
];
const HOSTS = [
  'example.com',
  'example.com:80',
  'EXAMPLE.com',
  '[::1]',
  '[::1]:8080',
  'a_b',
  'a,b',
  '',
  'a b',
  'example.com:99999',
  '127.0.0.1',
];
const ENDS = ['\r\n', '\r\n', '\r\n', '\r\n', '\r\n', '\r\n', '\r\n', '\r\n', '\r\n', '\n', '\r', '\r\r\n', '\n\r'];
const SPACES = [' ', ' ', ' ', ' ', '', '\t', '  ', ' \t '];
const EXTENSIONS = [
  'permessage-deflate',
  'permessage-deflate; client_max_window_bits',
  'permessage-deflate; server_no_context_takeover; server_max_window_bits=10',
  'permessage-deflate; server_max_window_bits="12", probe',
  'probe',
  'x-unknown; a=b; c="d"',
  'permessage-deflate; server_max_window_bits=7',
  ';',
  'a,,b',
  'a; b="',
  'a; b="c d"',
];
const OTHER: readonly (readonly [string, readonly string[]])[] = [
  [
    'Origin',
    ['http://example.com', 'https://example.com', 'null', 'http://evil.example', 'http://[::1]:80', 'http://a/b'],
  ],
  ['Sec-WebSocket-Protocol', ['chat', 'chat, feed.v1', 'chat,chat', 'a b', ',', '']],
  ['Sec-WebSocket-Extensions', EXTENSIONS],
  ['Content-Length', ['0', '5', '-1', '0x0', '0, 0', ' 0 ', '18446744073709551616']],
  ['Transfer-Encoding', ['chunked', 'identity', 'gzip, chunked', 'chunked, gzip']],
  ['Cookie', ['a=b; c=d', 'ü', 'x'.repeat(300)]],
  ['X-Empty', ['', ' ', '\t']],
  ['Expect', ['100-continue']],
  ['__proto__', ['1']],
];

type Lines = [name: string, value: string][];

function writeLines(dice: Dice, first: string, lines: Lines, calm: boolean): string {
  const end = (): string => (calm || dice.chance(0.98) ? '\r\n' : dice.pick(ENDS));
  let text = first + end();
  for (const [name, value] of lines) {
    const spelled = dice.chance(0.2) ? name.toUpperCase() : name;
    text += `${spelled}:${calm ? ' ' : dice.pick(SPACES)}${value}${calm ? '' : dice.chance(0.1) ? dice.pick(SPACES) : ''}${end()}`;
  }
  return text + end();
}

function others(dice: Dice, most: number): Lines {
  return Array.from({ length: dice.below(most + 1) }, () => {
    const [name, values] = dice.pick(OTHER);
    return [name, dice.pick(values)];
  });
}

function disturb(dice: Dice, lines: Lines): Lines {
  const at = dice.below(lines.length);
  const line = lines[at] ?? ['X', ''];
  const choice = dice.below(5);
  if (choice === 0) return lines.filter((_, i) => i !== at);
  if (choice === 1) return [...lines, line];
  if (choice === 2) return lines.map((each, i) => (i === at ? [each[0], dice.pick(HEAD_WORDS)] : each));
  if (choice === 3) return lines.map((each, i) => (i === at ? [dice.pick(HEAD_WORDS), each[1]] : each));
  return [...lines.slice(at), ...lines.slice(0, at)];
}

/** A request for a WebSocket, most often a right one. */
export function requestHead(dice: Dice): string {
  let lines: Lines = [
    ['Host', dice.pick(HOSTS)],
    ['Upgrade', dice.pick(['websocket', 'websocket', 'WebSocket', 'h2c, websocket', 'h2c'])],
    ['Connection', dice.pick(['Upgrade', 'upgrade', 'keep-alive, Upgrade', 'close'])],
    ['Sec-WebSocket-Key', dice.pick([KEY, KEY, 'AAAAAAAAAAAAAAAAAAAAAA==', 'AQ=='])],
    ['Sec-WebSocket-Version', dice.pick(['13', '13', '13', '8', '013'])],
    ...others(dice, 3),
  ];
  if (dice.chance(0.3)) lines = disturb(dice, lines);
  if (dice.chance(0.02)) for (let i = 0; i < 110; i++) lines.push([`X-${i}`, 'y']);
  const version = dice.pick(VERSIONS);
  const first = `${dice.pick(METHODS)}${dice.chance(0.97) ? ' ' : '  '}${dice.pick(TARGETS)} ${version}`;
  return (dice.chance(0.05) ? dice.pick(ENDS) : '') + writeLines(dice, first, lines, dice.chance(0.5));
}

/** A request that is right. */
export function validRequest(dice: Dice, extensions: string | undefined): string {
  const lines: Lines = [
    ['Host', dice.pick(['example.com', '[::1]:8080'])],
    ['Upgrade', 'websocket'],
    ['Connection', dice.pick(['Upgrade', 'keep-alive, Upgrade'])],
    ['Sec-WebSocket-Key', KEY],
    ['Sec-WebSocket-Version', '13'],
  ];
  if (extensions !== undefined) lines.push(['Sec-WebSocket-Extensions', extensions]);
  if (dice.chance(0.3)) lines.push(['Sec-WebSocket-Protocol', 'chat, feed.v1']);
  return writeLines(dice, `GET ${dice.pick(['/', '/chat?a=b'])} HTTP/1.1`, lines, true);
}

const STATUS = [
  '101 Switching Protocols',
  '101 Switching Protocols',
  '101 Switching Protocols',
  '101 ',
  '101',
  '200 OK',
  '426 Upgrade Required',
  '100 Continue',
  '1010 X',
  '099 X',
  '1x1 X',
  '999 ü',
];

/** A response to {@link OFFER}, most often a right one. */
export function responseHead(dice: Dice): string {
  let lines: Lines = [
    ['Upgrade', dice.pick(['websocket', 'websocket', 'WebSocket', 'h2c'])],
    ['Connection', dice.pick(['Upgrade', 'upgrade', 'close'])],
    ['Sec-WebSocket-Accept', dice.pick([ACCEPT, ACCEPT, ACCEPT, 'AQ=='])],
    ...others(dice, 2),
  ];
  if (dice.chance(0.3)) lines = disturb(dice, lines);
  return writeLines(dice, `${dice.pick(VERSIONS)} ${dice.pick(STATUS)}`, lines, dice.chance(0.5));
}

/** A response to {@link OFFER} that is right. */
export function validResponse(dice: Dice, extensions: string | undefined): string {
  const lines: Lines = [
    ['Upgrade', 'websocket'],
    ['Connection', 'Upgrade'],
    ['Sec-WebSocket-Accept', ACCEPT],
  ];
  if (extensions !== undefined) lines.push(['Sec-WebSocket-Extensions', extensions]);
  if (dice.chance(0.3)) lines.push(['Sec-WebSocket-Protocol', 'chat']);
  return writeLines(dice, 'HTTP/1.1 101 Switching Protocols', lines, true);
}
