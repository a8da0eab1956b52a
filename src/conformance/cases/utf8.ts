import { hex, join, NOTHING, utf8 } from '../bytes.ts';
import { continuation, fragments, frameBytes, OPCODE, text } from '../frame.ts';
import type { ConformanceCase, Setting, Step } from '../model.ts';
import { closes, defineCase, echoText, fails, failsAtOnce, pause, send } from '../steps.ts';
import { SEQUENCES } from './utf8-sequences.ts';

const VALID = ['RFC 6455 §5.6', 'RFC 6455 §8.1'];
const INVALID = ['RFC 6455 §8.1'];

/** Long enough for a testee that judges at once, short enough to wait for one that does not. */
const AT_ONCE_MS = 1_000;

const TWO_OCTETS = utf8('Größe, Ärger, Übermut: čeština, español');
/** Behind a character of its own. */
const BETWEEN_CHARACTERS = utf8('Größe, Ä').length;
const GREEK = utf8('Ὁ κόσμος ἐστὶ μέγας');

/** Valid on both sides of an encoded surrogate. */
const SPOILED = join(utf8('κόσμε'), hex('ed a0 80'), utf8('cosmos'));

const START = utf8('κόσμε');
const REST = utf8('cosmos');
/** A code point beyond U+10FFFF: the second octet shows it already. */
const TOO_HIGH = hex('f4 90 80 80');

/** Three parts of a text: before the mistake, the mistake, behind it. */
type Parts = readonly [before: Uint8Array, mistake: Uint8Array, behind: Uint8Array];

const WHOLE_MISTAKE: Parts = [START, TOO_HIGH, REST];
const INSIDE_A_CHARACTER: Parts = [
  join(START, TOO_HIGH.subarray(0, 1)),
  TOO_HIGH.subarray(1, 2),
  join(TOO_HIGH.subarray(2), REST),
];

/** Each part in a fragment of its own. */
function inFragments([before, mistake, behind]: Parts): () => Step[] {
  return () => [
    send(text(before, { fin: false })),
    pause(AT_ONCE_MS),
    send(continuation(mistake, { fin: false })),
    failsAtOnce(AT_ONCE_MS, 1007),
    send(continuation(behind)),
    fails(1007),
  ];
}

/** Each part in a write of its own, all of one frame. */
function inOneFrame([before, mistake, behind]: Parts): (setting: Setting) => Step[] {
  return ({ masks }) => {
    const payload = join(before, mistake, behind);
    const bytes = frameBytes(text(payload), masks, hex('37 fa 21 3d'));
    const first = bytes.length - payload.length + before.length;
    return [
      send(bytes.subarray(0, first)),
      pause(AT_ONCE_MS),
      send(bytes.subarray(first, first + mistake.length)),
      failsAtOnce(AT_ONCE_MS, 1007),
      send(bytes.subarray(first + mistake.length)),
      fails(1007),
    ];
  };
}

/** Group 6: text is UTF-8, wherever it is cut, and what is none is refused, best at its first bad octet. */
export const UTF8: readonly ConformanceCase[] = [
  defineCase('6.1.1', 'an empty text message comes back', VALID, () => [send(text('')), echoText(''), ...closes()]),
  defineCase('6.1.2', 'a text in three empty fragments comes back', VALID, () => [
    send(text('', { fin: false }), continuation('', { fin: false }), continuation('')),
    echoText(NOTHING),
    ...closes(),
  ]),
  defineCase('6.1.3', 'a text in three fragments, the first and the last empty, comes back', VALID, () => [
    send(text('', { fin: false }), continuation('the middle', { fin: false }), continuation('')),
    echoText('the middle'),
    ...closes(),
  ]),
  defineCase('6.2.1', 'a text with characters of two octets comes back', VALID, () => [
    send(text(TWO_OCTETS)),
    echoText(TWO_OCTETS),
    ...closes(),
  ]),
  defineCase('6.2.2', 'the same in two fragments, cut between two characters', VALID, () => [
    send(
      text(TWO_OCTETS.subarray(0, BETWEEN_CHARACTERS), { fin: false }),
      continuation(TWO_OCTETS.subarray(BETWEEN_CHARACTERS)),
    ),
    echoText(TWO_OCTETS),
    ...closes(),
  ]),
  defineCase('6.2.3', 'the same in fragments of one octet, cut inside characters', VALID, () => [
    send(...fragments(OPCODE.TEXT, TWO_OCTETS, 1)),
    echoText(TWO_OCTETS),
    ...closes(),
  ]),
  defineCase('6.2.4', 'a text with characters of two and three octets in fragments of one octet', VALID, () => [
    send(...fragments(OPCODE.TEXT, GREEK, 1)),
    echoText(GREEK),
    ...closes(),
  ]),
  defineCase('6.3.1', 'a text with a surrogate in the middle fails the connection', INVALID, () => [
    send(text(SPOILED)),
    fails(1007),
  ]),
  defineCase('6.3.2', 'the same in fragments of one octet', INVALID, () => [
    send(...fragments(OPCODE.TEXT, SPOILED, 1)),
    fails(1007),
  ]),
  defineCase(
    '6.4.1',
    'a bad character in the second of three fragments is refused there',
    INVALID,
    inFragments(WHOLE_MISTAKE),
  ),
  defineCase(
    '6.4.2',
    'a character that becomes bad in the second of three fragments',
    INVALID,
    inFragments(INSIDE_A_CHARACTER),
  ),
  defineCase(
    '6.4.3',
    'a bad character in the second third of a frame is refused there',
    INVALID,
    inOneFrame(WHOLE_MISTAKE),
  ),
  defineCase(
    '6.4.4',
    'a character that becomes bad in the second third of a frame',
    INVALID,
    inOneFrame(INSIDE_A_CHARACTER),
  ),
  ...SEQUENCES.map(({ number, title, octets, valid }) =>
    valid
      ? defineCase(`6.${number}`, `a text of ${title} comes back`, VALID, () => [
          send(text(octets)),
          echoText(octets),
          ...closes(),
        ])
      : defineCase(`6.${number}`, `a text of ${title} fails the connection`, INVALID, () => [
          send(text(octets)),
          fails(1007),
        ]),
  ),
];
