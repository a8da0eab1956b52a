import { join, NOTHING, uint16, utf8 } from '../bytes.ts';
import { binary, close, continuation, fragments, frame, OPCODE, ping, pong, text } from '../frame.ts';
import type { ConformanceCase } from '../model.ts';
import {
  answerPong,
  answersClose,
  closes,
  conversation,
  defineCase,
  defineCases,
  echoBinary,
  echoText,
  fails,
  failsAtOnce,
  send,
} from '../steps.ts';

const CONTROL = ['RFC 6455 §5.5'];

/** F.5: control frames and fragments at their edges. */
export const FRAMING_EDGES: readonly ConformanceCase[] = [
  ...[
    ['ping', OPCODE.PING],
    ['pong', OPCODE.PONG],
    ['close', OPCODE.CLOSE],
  ].flatMap(([name, opcode], i) => [
    defineCase(`F.5.${i * 2 + 1}`, `a ${name} that is not final fails the connection`, CONTROL, () => [
      send(frame(Number(opcode), NOTHING, { fin: false })),
      fails(1002),
    ]),
    defineCase(`F.5.${i * 2 + 2}`, `a ${name} of 126 bytes fails the connection`, CONTROL, () => [
      send(frame(Number(opcode), join(uint16(1000), utf8('x'.repeat(124))))),
      fails(1002),
    ]),
  ]),
  defineCase(
    'F.5.7',
    'a ping of 65,536 bytes fails the connection, at best before its payload is there',
    CONTROL,
    () => [
      send(ping(NOTHING, { lengthForm: 64, claimedLength: 65_536n })),
      failsAtOnce(1_000, 1002),
      send(new Uint8Array(65_536)),
      fails(1002),
    ],
  ),
  defineCase('F.5.8', 'control frames may stand between any two fragments', ['RFC 6455 §5.4'], () => [
    send(...fragments(OPCODE.TEXT, 'interleaved', 1).flatMap((part, i) => [ping(`${i}`), part, pong('unasked')])),
    ...Array.from('interleaved', (_, i) => answerPong(`${i}`)),
    echoText('interleaved'),
    ...closes(),
  ]),
  defineCase('F.5.9', 'fragments may be empty, the last one and all of them as well', ['RFC 6455 §5.4'], () => [
    send(
      text('', { fin: false }),
      continuation('a', { fin: false }),
      continuation('', { fin: false }),
      continuation(''),
    ),
    echoText('a'),
    send(binary('', { fin: false }), continuation('', { fin: false }), continuation('')),
    echoBinary(''),
    ...closes(),
  ]),
  defineCase('F.5.10', 'a character may be cut into fragments', ['RFC 6455 §5.4', 'RFC 6455 §8.1'], () => [
    send(...fragments(OPCODE.TEXT, 'κόσμε 🙂', 1)),
    echoText('κόσμε 🙂'),
    ...closes(),
  ]),
  defineCase(
    'F.5.11',
    'a continuation of nothing fails the connection, behind a whole message as well',
    ['RFC 6455 §5.4'],
    () => [send(text('whole')), echoText('whole'), send(continuation('x')), fails(1002)],
  ),
  defineCases(
    'F.5.12',
    'a new message inside of one that is not finished fails the connection',
    ['RFC 6455 §5.4'],
    [OPCODE.TEXT, OPCODE.BINARY].flatMap((first) =>
      [OPCODE.TEXT, OPCODE.BINARY].map((second) =>
        conversation(() => [send(frame(first, 'a', { fin: false }), frame(second, 'b')), fails(1002)], {
          name: `opcode ${second} inside of opcode ${first}`,
        }),
      ),
    ),
  ),
  defineCase('F.5.13', 'the connection can be closed inside of a message', ['RFC 6455 §5.4', 'RFC 6455 §5.5.1'], () => [
    send(text('unfinished', { fin: false })),
    ...closes(),
  ]),
  defineCase('F.5.14', 'nothing behind a close frame is answered', ['RFC 6455 §5.5.1'], () => [
    send(text('before')),
    echoText('before'),
    send(close(1000), text('behind'), ping('behind')),
    answersClose(1000),
  ]),
  defineCase('F.5.15', 'a pong that nobody asked for is passed over', ['RFC 6455 §5.5.3'], () => [
    send(pong(), pong('unasked'), text('x')),
    echoText('x'),
    ...closes(),
  ]),
  defineCase('F.5.16', 'messages come back in their order, with their types', ['RFC 6455 §5.6'], () => [
    send(...Array.from({ length: 32 }, (_, i) => (i % 2 === 0 ? text(`${i}`) : binary(`${i}`)))),
    ...Array.from({ length: 32 }, (_, i) => (i % 2 === 0 ? echoText(`${i}`) : echoBinary(`${i}`))),
    ...closes(),
  ]),
];
