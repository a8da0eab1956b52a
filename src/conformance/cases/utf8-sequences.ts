import { hex, join, utf8 } from '../bytes.ts';

/** Octets to send as one text message, and whether they are valid UTF-8 (RFC 3629 §4). */
export interface Sequence {
  /** The number behind `6.`. */
  readonly number: string;
  /** What they are, to go behind `a text of`. */
  readonly title: string;
  readonly octets: Uint8Array;
  readonly valid: boolean;
}

const valid = (group: number, title: string, ...octets: readonly string[]): Sequence[] =>
  octets.map((digits, i) => ({ number: `${group}.${i + 1}`, title, octets: hex(digits), valid: true }));

const invalid = (group: number, title: string, ...octets: readonly string[]): Sequence[] =>
  octets.map((digits, i) => ({ number: `${group}.${i + 1}`, title, octets: hex(digits), valid: false }));

/** The Greek word for the cosmos: characters of two octets, and one of three. */
const COSMOS = 'ce ba e1 bd b9 cf 83 ce bc ce b5';
/** Behind so many octets of it a character ends. */
const COSMOS_ENDS = [2, 5, 7, 9, 11];

const INCOMPLETE = [
  'c0',
  'e0 80',
  'f0 80 80',
  'f8 80 80 80',
  'fc 80 80 80 80',
  'df',
  'ef bf',
  'f7 bf bf',
  'fb bf bf bf',
  'fd bf bf bf bf',
];

/** The lead octets from one to another, each with a blank behind it. */
function lonely(from: number, to: number): string {
  const pairs = Array.from({ length: to - from + 1 }, (_, i) => `${(from + i).toString(16)} 20`);
  return pairs.join(' ');
}

function continuations(count: number): string {
  return Array.from({ length: count }, (_, i) => (i % 2 === 0 ? '80' : 'bf')).join(' ');
}

const HIGH_SURROGATES = ['ed a0 80', 'ed ad bf', 'ed ae 80', 'ed af bf'];
const LOW_SURROGATES = ['ed b0 80', 'ed bf bf'];

/** The two code points at the end of every plane, which stand for no character and are valid all the same. */
function nonCharacters(): Sequence[] {
  const points = Array.from({ length: 34 }, (_, i) => (i >> 1) * 0x10000 + 0xfffe + (i & 1));
  return points.map((point, i) => ({
    number: `22.${i + 1}`,
    title: 'a code point that is no character',
    octets: utf8(String.fromCodePoint(point)),
    valid: true,
  }));
}

function prefixesOfCosmos(): Sequence[] {
  const octets = hex(COSMOS);
  return Array.from(octets, (_, i) => {
    const ends = COSMOS_ENDS.includes(i + 1);
    const title = ends ? 'whole characters' : 'characters of which the last one is cut';
    return { number: `6.${i + 1}`, title, octets: octets.subarray(0, i + 1), valid: ends };
  });
}

/** What groups 6.5 to 6.23 send: the edges of UTF-8, from both sides. */
export const SEQUENCES: readonly Sequence[] = [
  ...valid(
    5,
    'characters of 1 to 4 octets',
    '68 65 6c 6c 6f 24 77 6f 72 6c 64',
    '68 65 6c 6c 6f c2 a2 77 6f 72 6c 64',
    '68 65 6c 6c 6f e2 82 ac 77 6f 72 6c 64',
    '68 65 6c 6c 6f f0 a4 ad a2 77 6f 72 6c 64',
    COSMOS,
  ),
  ...prefixesOfCosmos(),
  ...valid(7, 'the first character of its length', '00', 'c2 80', 'e0 a0 80', 'f0 90 80 80'),
  ...invalid(8, 'a character of 5 or 6 octets, the first one', 'f8 88 80 80 80', 'fc 84 80 80 80 80'),
  ...valid(9, 'the last character of its length', '7f', 'df bf', 'ef bf bf', 'f4 8f bf bf'),
  ...invalid(
    10,
    'a character beyond the last one, of 4 to 6 octets',
    'f7 bf bf bf',
    'fb bf bf bf bf',
    'fd bf bf bf bf bf',
  ),
  ...valid(11, 'a character beside a gap', 'ed 9f bf', 'ee 80 80', 'ef bf bd', 'f4 8f bf bf'),
  { number: '11.5', title: 'the first code point beyond U+10FFFF', octets: hex('f4 90 80 80'), valid: false },
  ...invalid(12, 'one octet that continues nothing', '80', 'bf'),
  ...[2, 3, 4, 5, 6].map((count, i) => ({
    number: `12.${i + 3}`,
    title: `${count} octets that continue nothing`,
    octets: hex(continuations(count)),
    valid: false,
  })),
  {
    number: '12.8',
    title: 'all octets that continue something',
    octets: Uint8Array.from({ length: 63 }, (_, i) => 0x80 + i),
    valid: false,
  },
  ...invalid(
    13,
    'lead octets with nothing behind them',
    lonely(0xc0, 0xde),
    lonely(0xe0, 0xee),
    lonely(0xf0, 0xf6),
    lonely(0xf8, 0xfa),
    lonely(0xfc, 0xfc),
  ),
  ...invalid(14, 'a character without its last octet', ...INCOMPLETE),
  ...invalid(15, 'characters without their last octets', INCOMPLETE.join(' ')),
  ...invalid(16, 'octets that UTF-8 never has', 'fe', 'ff', 'fe fe ff ff'),
  ...invalid(
    17,
    'a slash in more octets than one',
    'c0 af',
    'e0 80 af',
    'f0 80 80 af',
    'f8 80 80 80 af',
    'fc 80 80 80 80 af',
  ),
  ...invalid(
    18,
    'the last character that is too long by one octet',
    'c1 bf',
    'e0 9f bf',
    'f0 8f bf bf',
    'f8 87 bf bf bf',
    'fc 83 bf bf bf bf',
  ),
  ...invalid(
    19,
    'a zero in more octets than one',
    'c0 80',
    'e0 80 80',
    'f0 80 80 80',
    'f8 80 80 80 80',
    'fc 80 80 80 80 80',
  ),
  ...invalid(20, 'half of a surrogate pair', ...HIGH_SURROGATES, 'ed b0 80', 'ed be 80', 'ed bf bf'),
  ...HIGH_SURROGATES.flatMap((high) => LOW_SURROGATES.map((low) => join(hex(high), hex(low)))).map((octets, i) => ({
    number: `21.${i + 1}`,
    title: 'a surrogate pair, each half in UTF-8',
    octets,
    valid: false,
  })),
  ...nonCharacters(),
  ...valid(
    23,
    'a character for special use',
    ...Array.from({ length: 7 }, (_, i) => `ef bf ${(0xb9 + i).toString(16)}`),
  ),
];
