import { CloseCode, headerSize } from '../../src/codec/index.ts';
import { element, type Markup } from '../../src/report/index.ts';
import { toHex } from './bytes.ts';
import { DEFLATE_TAIL } from './deflate-trace.ts';
import type { Facts } from './facts.ts';
import { rfcLink, type Slots } from './prose.ts';

type Slot = (rest: string, facts: Facts) => Markup | string | number;

/** What prose may put in braces. Each takes its value from the recording, from the code, or names a section. */
const SLOTS: Readonly<Record<string, Slot>> = {
  '§': (rest) => rfcLink(...(rest.split(' ') as [string, string])),
  rfc: (rest) => rfcLink(rest),
  link: (rest) => {
    const [id = '', words = ''] = rest.split(' | ');
    return element('a', { href: `#${id}` }, words);
  },
  header: (rest, facts) => facts.header(...(rest.split(' ') as [string, string])),
  'key-length': (_rest, facts) => facts.keyLength('request'),
  bytes: (rest, facts) => grouped((rest.includes('/') ? facts.piece(rest) : facts.turn(rest)).bytes.length),
  value: (rest, facts) => facts.span(...place(rest)).value.replace(/^(\d+) .*$/, '$1'),
  'span-bits': (rest, facts) => facts.span(...place(rest)).bits,
  'span-bytes': (rest, facts) => facts.span(...place(rest)).bits / 8,
  'key-bytes': (rest, facts) => facts.bytes(rest, 'masking key').length,
  'header-size': (rest, facts) => facts.piece(rest).bytes.length - facts.payload(rest).length,
  'payload-length': (rest, facts) => grouped(facts.payload(rest).length),
  'plain-length': (rest, facts) => facts.plain(rest).length,
  text: (rest, facts) => `“${facts.text(rest).slice(1, -1)}”`,
  'first-byte': (rest, facts) => toHex(facts.payload(rest).subarray(0, 1)),
  'last-byte': (rest, facts) => toHex(facts.payload(rest).subarray(-1)),
  'first-character': (rest, facts) => `“${String.fromCharCode(facts.payload(rest)[0] ?? 0)}”`,
  'hex-plain': (rest, facts) => toHex(facts.offence(rest), '\u00a0'),
  'ended-by': (rest, facts) => facts.endedBy(rest),
  tail: () => toHex(DEFLATE_TAIL, '\u00a0'),
  close: (rest) => CloseCode[rest as keyof typeof CloseCode],
  largest: (rest) => largestIn(Number(rest)),
};

/** The names that prose may use, beside `command`. */
export const SLOT_NAMES: readonly string[] = Object.keys(SLOTS);

/** The slots, filled from these facts. */
export function slotsOf(facts: Facts): Slots {
  return (name, rest) => {
    const slot = SLOTS[name];
    if (slot === undefined) throw new Error(`prose asks for {${name}}, which there is not`);
    const filled = slot(rest, facts);
    if (filled === undefined) throw new Error(`there is no {${name} ${rest}}`);
    return typeof filled === 'number' ? String(filled) : filled;
  };
}

function place(rest: string): [place: string, field: string] {
  const [piece = '', field = ''] = rest.split(' | ');
  return [piece, field];
}

/** The longest payload whose length is written in this many bits. */
function largestIn(bits: number): number {
  const size = bits === 7 ? 2 : 2 + bits / 8;
  let length = 0;
  while (headerSize(length + 1, false) <= size) length++;
  return length;
}

function grouped(number: number): string {
  return number.toLocaleString('en');
}
