import { binary, text } from '../frame.ts';
import type { ConformanceCase } from '../model.ts';
import { closes, defineCase, echoBinary, echoText, send, sendChopped } from '../steps.ts';
import { asciiText, everyOctet } from './samples.ts';

/** Where the length field changes its form, and beyond (RFC 6455 §5.2). */
const SIZES = [0, 125, 126, 127, 128, 65_535, 65_536];
const CHOP = 997;

const SECTIONS = ['RFC 6455 §5.6', 'RFC 6455 §5.2'];

/** Group 1: whole messages of all lengths come back as they were. */
export const MESSAGES: readonly ConformanceCase[] = [
  ...SIZES.map((octets, i) =>
    defineCase(`1.1.${i + 1}`, `a text message of ${octets} octets comes back`, SECTIONS, () => [
      send(text(asciiText(octets))),
      echoText(asciiText(octets)),
      ...closes(),
    ]),
  ),
  defineCase('1.1.8', `a text message of 65536 octets in writes of ${CHOP} comes back`, SECTIONS, () => [
    sendChopped(CHOP, text(asciiText(65_536))),
    echoText(asciiText(65_536)),
    ...closes(),
  ]),
  ...SIZES.map((octets, i) =>
    defineCase(`1.2.${i + 1}`, `a binary message of ${octets} octets comes back`, SECTIONS, () => [
      send(binary(everyOctet(octets))),
      echoBinary(everyOctet(octets)),
      ...closes(),
    ]),
  ),
  defineCase('1.2.8', `a binary message of 65536 octets in writes of ${CHOP} comes back`, SECTIONS, () => [
    sendChopped(CHOP, binary(everyOctet(65_536))),
    echoBinary(everyOctet(65_536)),
    ...closes(),
  ]),
];
