import { hex } from '../bytes.ts';
import { close, continuation, frame, OPCODE, ping, text } from '../frame.ts';
import type { ConformanceCase } from '../model.ts';
import { answersClose, closes, defineCase, echoText, fails, send } from '../steps.ts';
import { asciiText } from './samples.ts';

const CLOSE = ['RFC 6455 §5.5.1', 'RFC 6455 §7.1.2'];
const CODES = ['RFC 6455 §7.4.1', 'RFC 6455 §7.4.2'];

const VALID = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999];
const INVALID = [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999];

/** Group 7: the closing handshake, what a close frame may say, and what may follow it. */
export const CLOSING: readonly ConformanceCase[] = [
  defineCase('7.1.1', 'a message comes back, then the close frame is answered', CLOSE, () => [
    send(text('goodbye')),
    echoText('goodbye'),
    ...closes(),
  ]),
  defineCase('7.1.2', 'of two close frames one is answered', CLOSE, () => [
    send(close(1000), close(1000)),
    answersClose(1000),
  ]),
  defineCase('7.1.3', 'a ping behind the close frame is not answered', CLOSE, () => [
    send(close(1000), ping('too late')),
    answersClose(1000),
  ]),
  defineCase('7.1.4', 'a message behind the close frame does not come back', CLOSE, () => [
    send(close(1000), text('too late')),
    answersClose(1000),
  ]),
  defineCase('7.1.5', 'a close frame between two fragments ends the message as well', CLOSE, () => [
    send(text('half of ', { fin: false }), close(1000), continuation('a message')),
    answersClose(1000),
  ]),
  defineCase(
    '7.1.6',
    'a close frame behind 256 KiB of text: whether the echo still comes is up to the testee',
    CLOSE,
    () => [
      send(text(asciiText(262_144)), text('the last words'), close(1000), ping('too late')),
      echoText(asciiText(262_144), { otherwise: 'INFORMATIONAL' }),
      echoText('the last words', { otherwise: 'INFORMATIONAL' }),
      answersClose(1000),
    ],
    { informational: true },
  ),
  defineCase('7.3.1', 'a close frame without payload is answered', CLOSE, () => [send(close()), answersClose(1000)]),
  defineCase('7.3.2', 'a close frame with a payload of 1 octet fails the connection', CLOSE, () => [
    send(frame(OPCODE.CLOSE, hex('03'))),
    fails(1002),
  ]),
  defineCase('7.3.3', 'a close frame with a code alone is answered', CLOSE, () => [
    send(close(1000)),
    answersClose(1000),
  ]),
  defineCase('7.3.4', 'a close frame with a code and a reason is answered', CLOSE, () => [
    send(close(1000, 'all is said')),
    answersClose(1000),
  ]),
  defineCase('7.3.5', 'a close frame with a reason of 123 octets, the most there may be, is answered', CLOSE, () => [
    send(close(1000, asciiText(123))),
    answersClose(1000),
  ]),
  defineCase('7.3.6', 'a close frame with a reason of 124 octets fails the connection', ['RFC 6455 §5.5'], () => [
    send(close(1000, asciiText(124))),
    fails(1002),
  ]),
  defineCase(
    '7.5.1',
    'a close frame whose reason is no UTF-8 fails the connection',
    ['RFC 6455 §5.5.1', 'RFC 6455 §8.1'],
    () => [send(close(1000, hex('ce ba e1 bd b9 cf 83 ce bc ce b5 ed a0 80 65 64'))), fails(1002, 1007)],
  ),
  ...VALID.map((code, i) =>
    defineCase(`7.7.${i + 1}`, `a close frame with the code ${code} is answered`, CODES, () => [
      send(close(code)),
      answersClose(1000, code),
    ]),
  ),
  ...INVALID.map((code, i) =>
    defineCase(
      `7.9.${i + 1}`,
      `a close frame with the code ${code}, which none may have, fails the connection`,
      CODES,
      () => [send(close(code)), fails(1002)],
    ),
  ),
  ...[5000, 65_535].map((code, i) =>
    defineCase(
      `7.13.${i + 1}`,
      `a close frame with the code ${code}, of which RFC 6455 says nothing`,
      ['RFC 6455 §7.4.2'],
      () => [send(close(code)), fails(1000, 1002, code)],
      { informational: true },
    ),
  ),
];
